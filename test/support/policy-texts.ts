import { compilePolicy, type CompileResult } from '../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import type { PolicySet, Workspace } from '../../src/policy/policy-set.ts';
import type { Problem } from '../../src/policy/problem.ts';
import type { Span } from '../../src/policy/position.ts';
import { findRole } from '../../src/policy/policy-set.ts';

/** Policy files as texts by path. */
export type PolicyTexts = Readonly<Record<string, string>>;

export const acmeRoles = 'permissions: { C: { a:b: t, a:c: t } }\nroles: { member: { grants: [a:b] } }\n';
/** Two workspaces of one organization, with a custom role, a role that ends, and a test. */
export const acmeTexts: PolicyTexts = {
  'roles.yaml': acmeRoles,
  'policies/acme/organization.yaml': 'organization: acme\n',
  'policies/acme/support.yaml': 'workspace: support\nroles: { lead: { extends: member } }\nmembers: { ana: lead }\n',
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { bo: [{ role: member, until: 2026-12-31 }] }\n',
  'policies/acme/sales.test.yaml': 'tests: [{ name: n, workspace: sales, as: bo, can: [a:b] }]\n',
};

export const noonMs = Date.parse('2026-11-20T12:00:00Z');

export function sourceFile(path: string, text: string): SourceFile {
  return { path, content: new TextEncoder().encode(text) };
}

export function sourceFiles(texts: PolicyTexts): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => sourceFile(path, text));
}

export function compileTexts(texts: PolicyTexts, nowMs: number = noonMs): CompileResult {
  return compilePolicy(sourceFiles(texts), nowMs);
}

/** The policy of texts that are right; it fails with their problems where they are not. */
export function compileRight(texts: PolicyTexts, nowMs: number = noonMs): PolicySet {
  const { policy, problems } = compileTexts(texts, nowMs);
  if (!policy) throw new Error(problems.map((problem) => describeProblem(texts, problem)).join('\n'));
  return policy;
}

/** Every problem as `file:line code` and the text that its caret underlines, sorted as the compiler sorts them. */
export function findings(texts: PolicyTexts, nowMs: number = noonMs): string[] {
  return compileTexts(texts, nowMs).problems.map((problem) => describeProblem(texts, problem));
}

export function describeProblem(texts: PolicyTexts, problem: Problem): string {
  return `${problem.file}:${problem.line} ${problem.code} ${textAt(texts[problem.file] ?? '', problem)}`;
}

/** What stands at a place, as somebody counts it in an editor. */
export function textAt(text: string, { line, column, length }: Span): string {
  return (text.split(/\r\n|\r|\n/)[line - 1] ?? '').slice(column - 1, column - 1 + length);
}

export function onlyWorkspace(policy: PolicySet): Workspace {
  const [workspace] = policy.workspaces.values();
  if (!workspace) throw new Error('no workspace');
  return workspace;
}

/** What a role says, a line a rule: `allow leave:approve@self`. */
export function rulesOf(policy: PolicySet, roleId: string, workspace: Workspace = onlyWorkspace(policy)): string[] {
  const role = findRole(policy, workspace, roleId);
  if (!role) throw new Error(`no role ${roleId}`);
  return role.rules.map(({ effect, cell }) => `${effect} ${cell.permission.id}@${cell.scopeWord}`);
}

/** What a role holds, by the words of Casbin: `leave:approve@self`. A deny wins. */
export function heldBy(policy: PolicySet, roleId: string, workspace: Workspace = onlyWorkspace(policy)): string[] {
  const rules = rulesOf(policy, roleId, workspace);
  const denied = new Set(rules.filter((rule) => rule.startsWith('deny ')).map((rule) => rule.slice(5)));
  return rules
    .filter((rule) => rule.startsWith('allow '))
    .map((rule) => rule.slice(6))
    .filter((cell) => !denied.has(cell));
}
