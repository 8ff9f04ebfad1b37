import { parseInstant } from '../../policy/text/instant.ts';
import { effectiveMember, groupsAt } from '../../policy/membership/effective-members.ts';
import { findSpanning } from '../../policy/membership/spanning-members.ts';
import { reachesCompany, type Role } from '../../policy/role.ts';
import {
  atOrganization,
  findOrganization,
  findWorkspace,
  isAtOrganization,
  type Members,
  type PolicySet,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { PolicyTest, PolicyTestFile, TestAssertion, TestQuestion, TestSubject } from '../../policy/policy-test.ts';
import type { ProblemList } from '../../policy/problem-list.ts';
import { parseSubject, type SubjectId } from '../../policy/subject.ts';
import { checkFormerIds } from '../checks/check-former-ids.ts';
import { checkTestAttributes } from '../checks/check-test-attributes.ts';
import type { CompiledCatalog } from '../file/compiled.ts';
import { findSubjectProblem, timeHelp } from './compile-members.ts';
import { compileOrganizationProperties } from './organization-properties.ts';
import { isWildcard } from './barred-grant.ts';
import type { Grantable } from '../file/grant-table.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import { listOf, type SubjectEntry, type TestEntry, type TestFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { reportUnknownRole } from './unknown-role.ts';
import type { GrantTable } from '../file/grant-table.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { nearest } from '../words/suggest.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

export interface TestContext {
  readonly compiled: CompiledCatalog;
  readonly workspaces: PolicySet['workspaces'];
  /** Those that can be asked themselves. */
  readonly organizations: PolicySet['organizations'];
  /** Whether some workspace file could not be read, so that a missing workspace may be in it. */
  readonly incomplete: 'incomplete' | 'complete';
  /** Whether the files that decide have errors. */
  readonly soundness: 'sound' | 'faulty';
}

export interface CompiledTests {
  readonly file: PolicyTestFile;
  readonly problems: ProblemList;
}

export function compileTests(file: ParsedFile<TestFile>, entry: TestFile, context: TestContext): CompiledTests {
  const report = new FileReport(file);
  const nowMs = entry.now === undefined ? undefined : parseInstant(entry.now);
  if (entry.now !== undefined && nowMs === undefined) {
    report.onValue('bad-time', ['now'], `${quote(entry.now)} is no day or time that exists`, timeHelp);
  }
  const tests = entry.tests.flatMap((test, index) => compileTest(test, ['tests', index], context, report));
  checkTestAttributes(entry, context.compiled.catalog, report);
  return { file: { file: file.path, nowMs, tests }, problems: report.problems };
}

function compileTest(entry: TestEntry, path: YamlPath, context: TestContext, report: FileReport): PolicyTest[] {
  if (!entry.can && !entry.cannot) {
    report.onValue(
      'missing-key',
      [...path, 'name'],
      `test ${quote(entry.name)} asks nothing`,
      'add `can` or `cannot`, best both',
    );
  }
  const workspace = findTestPlace(entry, path, context, report);
  const allow = compileAssertions(entry, 'can', path, context, report);
  const deny = compileAssertions(entry, 'cannot', path, context, report);
  checkFormerNames(entry, path, workspace, context.compiled.table, report);
  const asked = entry.with?.organization?.properties;
  const settings = context.compiled.catalog.organizationDefaults;
  compileOrganizationProperties(asked, settings, [...path, 'with', 'organization', 'properties'], report);
  if (!workspace) return [];
  const asPath = [...path, 'as'];
  const subjects = Array.isArray(entry.as)
    ? (entry.as as readonly SubjectEntry[]).flatMap((as, index) =>
        compileSubject(as, [...asPath, index], workspace, context, report),
      )
    : compileSubject(entry.as as SubjectEntry, asPath, workspace, context, report);
  return [
    {
      name: entry.name,
      workspace,
      organization: entry.workspace === undefined ? entry.organization : undefined,
      subjects,
      resource: entry.with?.resource,
      context: entry.with?.context,
      properties: entry.with?.properties,
      organizationProperties: asked,
      assertions: [...allow, ...deny],
      position: report.valueSpan([...path, 'name']),
    },
  ];
}

function checkFormerNames(
  entry: TestEntry,
  path: YamlPath,
  workspace: Workspace | undefined,
  table: GrantTable,
  report: FileReport,
): void {
  if (workspace && entry.workspace !== undefined && workspace.id !== entry.workspace) {
    const message = `workspace ${quote(entry.workspace)} is called ${quote(workspace.id)} now`;
    report.onValue('former-id', [...path, 'workspace'], message, `write ${quoteWhole(workspace.id)}`);
  }
  for (const list of ['can', 'cannot'] as const) {
    // A wildcard asks for what it reaches now.
    const texts = entry[list]?.map((text) => (text.endsWith(':*') ? '' : text));
    checkFormerIds({ path: [...path, list], texts }, table, report);
  }
}

function findTestPlace(
  entry: TestEntry,
  path: YamlPath,
  { workspaces, organizations, incomplete }: TestContext,
  report: FileReport,
): Workspace | undefined {
  const { name, workspace: workspaceId, organization: organizationId } = entry;
  if ((workspaceId === undefined) === (organizationId === undefined)) {
    const isNeither = workspaceId === undefined;
    const message = `test ${quote(name)} ${isNeither ? 'names no place' : 'names both a workspace and an organization'}`;
    const help = 'write `workspace`, or `organization` for permissions that span it';
    report.onValue(
      isNeither ? 'missing-key' : 'bad-value',
      [...path, isNeither ? 'name' : 'organization'],
      message,
      help,
    );
    return undefined;
  }
  const [kind, id] =
    workspaceId === undefined
      ? (['organization', organizationId ?? ''] as const)
      : (['workspace', workspaceId] as const);
  const organization = kind === 'organization' ? findOrganization({ organizations }, id) : undefined;
  const place = kind === 'workspace' ? findWorkspace({ workspaces }, id) : organization && atOrganization(organization);
  if (place || incomplete === 'incomplete') return place;
  const organizationIds = (): string[] => organizations.flatMap((one) => one.id ?? []);
  const help = { text: id, among: kind === 'workspace' ? () => workspaces.keys() : organizationIds };
  report.onValue(`unknown-${kind}`, [...path, kind], `unknown ${kind} ${quote(id)}`, help);
  return undefined;
}

function compileSubject(
  entry: SubjectEntry,
  path: YamlPath,
  workspace: Workspace,
  context: TestContext,
  report: FileReport,
): TestSubject[] {
  return typeof entry === 'string'
    ? compileMemberSubject(entry, path, workspace, context, report)
    : compileRoleSubject(entry.role, [...path, 'role'], workspace, context, report);
}

function compileRoleSubject(
  ids: string | readonly string[],
  path: YamlPath,
  workspace: Workspace,
  { compiled }: TestContext,
  report: FileReport,
): TestSubject[] {
  const roles: Role[] = [];
  for (const [index, id] of listOf(ids).entries()) {
    const { roles: own, organization } = workspace;
    const role = compiled.catalog.roles.get(id) ?? organization.roles.get(id) ?? own.get(id);
    const gone = [...organization.retired, ...workspace.retired];
    const retired = Object.fromEntries(gone.map(([from, to]) => [from, to.id]));
    const entryPath = typeof ids === 'string' ? path : [...path, index];
    const known = (): string[] => [...organization.roles.keys(), ...own.keys()];
    if (role && isAtOrganization(workspace) && !reachesCompany(role.spans)) {
      const message = `role ${quote(id)} holds in workspaces, and the test asks the organization itself`;
      report.onValue('wrong-span', entryPath, message, 'name a role that spans the organization, or ask a `workspace`');
      return [];
    }
    if (role) roles.push(role);
    else reportUnknownRole('', id, entryPath, { report, above: compiled.builtIns, retired, known });
  }
  if (roles.length !== listOf(ids).length) return [];
  const label =
    roles.length === 1
      ? `role ${quote(roles[0]?.id ?? '')}`
      : `roles ${roles.map((role) => quote(role.id)).join(', ')}`;
  return [{ kind: 'roles', roles, label }];
}

function compileMemberSubject(
  text: string,
  path: YamlPath,
  workspace: Workspace,
  { compiled, soundness }: TestContext,
  report: FileReport,
): TestSubject[] {
  const subject = parseSubject(text, compiled.catalog.subjectTypes[0]);
  const problem = findSubjectProblem(subject, compiled.catalog);
  if (problem) {
    report.onValue(problem.code, path, problem.message, problem.help);
    return [];
  }
  const member = effectiveMember(workspace, subject) ?? findSpanning(workspace.organization, compiled.staff, subject);
  // While there are errors, the member may stand where nothing could be understood.
  if (!member && soundness === 'sound') {
    const place = isAtOrganization(workspace) ? `the organization ${quote(workspace.title)}` : quote(workspace.id);
    const message = `${quote(text)} is no member of ${place}, so everything is denied`;
    report.onValue('unknown-member', path, message, suggestMember(subject, workspace, compiled.staff));
  }
  return [{ kind: 'member', subject, label: quote(text) }];
}

// By what stands before the `@`: everybody at one company shares the rest.
function suggestMember(subject: SubjectId, workspace: Workspace, staff: Members): string | undefined {
  const { members, organization } = workspace;
  const places = [members, organization.members, groupsAt(workspace).ofSubject, staff];
  const ids = places.flatMap((some) => [...(some.get(subject.type)?.keys() ?? [])]);
  const nameOf = (id: string): string => id.split('@')[0] ?? id;
  const near = nearest(nameOf(subject.id), ids.map(nameOf));
  const found = ids.find((id) => nameOf(id) === near);
  return found === undefined ? undefined : `did you mean ${quoteWhole(found)}?`;
}

function compileAssertions(
  entry: TestEntry,
  list: 'can' | 'cannot',
  path: YamlPath,
  { compiled }: TestContext,
  report: FileReport,
): TestAssertion[] {
  const found: TestAssertion[] = [];
  for (const [index, text] of (entry[list] ?? []).entries()) {
    const entryPath = [...path, list, index];
    const resolution = compiled.table.resolve(text);
    if (!('grantables' in resolution)) {
      report.onValue(resolution.code, entryPath, resolution.message, resolution.help);
      continue;
    }
    const { grantables } = resolution;
    const isOfCompany = entry.workspace === undefined && entry.organization !== undefined;
    const asked = isOfCompany ? askedOfCompany(text, grantables, entryPath, report) : grantables;
    const byRequest = entry.with !== undefined && !text.includes('@');
    const questions = new Map<string, TestQuestion>();
    // A permission that was merged is named once for each of its former ids.
    for (const { permission, scope } of asked) {
      const scopes = byRequest || !scope ? undefined : [scope.id];
      questions.set(JSON.stringify([permission.id, scopes]), { permission, scopes });
    }
    found.push({
      expect: list === 'can' ? 'allow' : 'deny',
      text,
      questions: [...questions.values()],
      position: report.valueSpan(entryPath),
    });
  }
  return found;
}

// An organization is asked about what belongs to it; of a wildcard that is a part.
function askedOfCompany(
  text: string,
  grantables: readonly Grantable[],
  path: YamlPath,
  report: FileReport,
): readonly Grantable[] {
  const asked = grantables.filter(({ permission }) => permission.spans === 'organization');
  if (asked.length > 0 && (asked.length === grantables.length || isWildcard(text))) return asked;
  const message = `${quote(text)} belongs to workspaces, and the test asks the organization itself`;
  report.onValue('wrong-span', path, message, 'ask in a `workspace`');
  return [];
}
