import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';

export const nowMs = Date.UTC(2026, 10, 20, 9);

export function sourceFiles(files: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }));
}

/** Compiles YAML that must be right. */
export function policyOf(files: Readonly<Record<string, string>>): PolicySet {
  return compileOrFail(sourceFiles(files));
}

export function compileOrFail(files: readonly SourceFile[]): PolicySet {
  const { policy, problems } = compilePolicy(files, nowMs);
  return policy ?? assert.fail(problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
}

/** The codes of all that is found in files. */
export function codesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return compilePolicy(sourceFiles(files), nowMs).problems.map(({ code }) => code);
}

export function engineOf(files: Readonly<Record<string, string>>): Promise<CasbinEngine> {
  return CasbinEngine.create(policyOf(files));
}

/** A request as an application would send it, in few words. */
export function ask(subject: string, permission: string, more: Partial<EnforceRequest> = {}): EnforceRequest {
  return { subjectType: 'user', subjectId: subject, workspace: 'support', permission, ...more };
}
