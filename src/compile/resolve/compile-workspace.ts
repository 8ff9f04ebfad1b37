import type { Organization, Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import { checkExclusiveRoles } from '../checks/check-exclusive.ts';
import { findUnusual } from '../checks/check-look-alikes.ts';
import { warnOfLetterCase } from '../checks/check-letter-case.ts';
import { findTimed, timelessWorkspace } from '../checks/check-memberships.ts';
import { areRolesFrozen, warnOfFrozenRoles } from '../checks/check-plans.ts';
import { checkFormerIdsOfRoles } from '../checks/check-former-ids.ts';
import { checkProperties } from '../checks/check-properties.ts';
import { findUnmetRoles } from '../checks/check-requirements.ts';
import { checkRoleNames } from '../checks/check-role-names.ts';
import { checkSelfEscalation } from '../checks/check-self-escalation.ts';
import { checkUnusedRoles } from '../checks/check-unused-roles.ts';
import { compileMembers, type CompiledMembers } from './compile-members.ts';
import { quote } from '../words/describe-value.ts';
import type { WorkspaceFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { flattenRoles, reportUnknownRole } from './flatten-roles.ts';
import { freezeRoles } from './freeze-roles.ts';
import { type FlatRole, type CompiledCatalog, namelessOrganization, type CompiledWorkspace } from '../file/compiled.ts';
import type { ParsedFile } from '../file/parsed-file.ts';
import { recompileGroupMembers, recompileMembers } from './recompile-members.ts';

/** The result that the very same file and entry gave against another catalog. */
export interface EarlierWorkspace {
  readonly compiled: CompiledWorkspace;
  readonly catalog: CompiledCatalog;
}

interface More {
  /** Nothing depends on it but the time it takes. */
  readonly earlier?: EarlierWorkspace | undefined;
  readonly tells?: 'all problems' | 'errors' | undefined;
}

/**
 * Compiles one workspace, in steps. It depends on nothing but its arguments, so the result is kept while they are the
 * same.
 */
export function* compileWorkspace(
  file: ParsedFile<WorkspaceFile>,
  entry: WorkspaceFile,
  organization: Organization | undefined,
  compiled: CompiledCatalog,
  { earlier, tells = 'all problems' }: More = {},
): Generator<undefined, CompiledWorkspace> {
  const report = new FileReport(file);
  const entries = Object.fromEntries(
    Object.entries(entry.roles ?? {}).filter(([id]) => isFreeRoleId(id, entry, compiled, report)),
  );
  const { catalog, builtIns, table, baseline, ceiling } = compiled;
  const retired = entry.retired ?? {};
  const isFrozen = organization !== undefined && areRolesFrozen(entry, organization, catalog, report);
  const written = flattenRoles(entries, {
    table,
    baseline,
    ceiling,
    builtIns,
    workspace: entry.workspace,
    retired,
    report,
  });
  const flat = isFrozen ? freezeRoles(written, catalog) : written;
  const known = (): string[] => Object.keys(entries);
  const roleOf = (id: string): Role | undefined => (builtIns.get(id) ?? flat.get(id))?.role;
  const found = report.problems.count;
  const { members, groupMembers } =
    (earlier && membersAgain(earlier, organization, compiled, roleOf)) ??
    (yield* compileMembers({
      catalog,
      report,
      span: 'workspace',
      groups: organization?.groups,
      findRole: roleOf,
      reportUnknown: (id, path) => reportUnknownRole('', id, path, { report, builtIns, retired, known }),
    }));
  yield;
  const areMembersSound = report.problems.count === found;
  const workspace: Workspace = {
    id: entry.workspace,
    formerly: entry.formerly,
    title: entry.title ?? entry.workspace,
    organization: organization ?? namelessOrganization,
    roles: new Map([...flat].map(([id, { role }]) => [id, role])),
    retired: compileRetired(entry, flat, compiled, report),
    members,
    groupMembers,
    position: report.valueSpan(['workspace']),
  };
  checkExclusiveRoles(flat, catalog, report);
  if (tells === 'all problems' && isFrozen) warnOfFrozenRoles(workspace.id, workspace.organization, catalog, report);
  if (tells === 'all problems') checkFormerIdsOfRoles(entries, table, report);
  if (tells === 'all problems') yield* warn(workspace, flat, compiled, report);
  yield;
  const timedMembers = findTimed(workspace);
  const { problems } = report;
  const unmetRoles = findUnmetRoles(flat, compiled, ({ id }) => report.keySpan(['roles', id]));
  const timeless = timelessWorkspace({ workspace, timedMembers, unmetRoles, problems }, catalog);
  const unusualMembers = findUnusual(members);
  const formerlyAt = entry.formerly === undefined ? undefined : report.valueSpan(['formerly']);
  return { workspace, formerlyAt, timedMembers, unusualMembers, unmetRoles, problems, timeless, areMembersSound };
}

function* warn(
  workspace: Workspace,
  flat: ReadonlyMap<string, FlatRole>,
  { catalog, builtIns }: CompiledCatalog,
  report: FileReport,
): Generator<undefined, void> {
  checkSelfEscalation(flat, new Map([...builtIns, ...flat]), catalog, report);
  checkRoleNames(workspace, catalog, report);
  const retired = [...workspace.retired.keys()].map((id) => ({ id, position: report.keySpan(['retired', id]) }));
  const own = [...workspace.roles.values(), ...retired];
  if (own.length > 0) report.problems.addAll(warnOfLetterCase('role', own, catalog.roles.values()));
  yield* checkProperties(workspace, workspace.organization, catalog, report);
  // What could not be understood may be what holds or extends the role.
  if (!report.problems.hasErrors) checkUnusedRoles(workspace, flat, catalog, report);
}

function membersAgain(
  { compiled, catalog }: EarlierWorkspace,
  organization: Organization | undefined,
  { catalog: now }: CompiledCatalog,
  roleOf: (id: string) => Role | undefined,
): CompiledMembers | undefined {
  const isSameSyntax = catalog.catalog.subjectTypes.join() === now.subjectTypes.join();
  if (!compiled.areMembersSound || !isSameSyntax) return undefined;
  const { workspace } = compiled;
  const members = recompileMembers(workspace.members, 'workspace', roleOf);
  const groupMembers = recompileGroupMembers(workspace.groupMembers, organization?.groups, roleOf);
  return members && groupMembers && { members, groupMembers };
}

function isFreeRoleId(id: string, entry: WorkspaceFile, { builtIns }: CompiledCatalog, report: FileReport): boolean {
  if (builtIns.has(id)) {
    const message = `custom role ${quote(id)} has the id of a built-in role`;
    report.onKey(
      'shadows-built-in',
      ['roles', id],
      message,
      'built-in roles are changed in roles.yaml only; choose another id',
    );
    return false;
  }
  if (Object.hasOwn(entry.retired ?? {}, id)) {
    const message = `role ${quote(id)} was retired, and its id is not used again`;
    const help = 'somebody who held the old role would hold the new one unseen; choose another id';
    report.onKey('retired-role-used', ['roles', id], message, help);
  }
  return true;
}

function compileRetired(
  entry: WorkspaceFile,
  flat: ReadonlyMap<string, FlatRole>,
  { builtIns }: CompiledCatalog,
  report: FileReport,
): Map<string, Role> {
  const retired = new Map<string, Role>();
  for (const [id, targetId] of Object.entries(entry.retired ?? {})) {
    const path = ['retired', id];
    if (builtIns.has(id)) {
      report.onKey(
        'retired-role-used',
        path,
        `${quote(id)} is a built-in role and cannot be retired here`,
        'take the line away',
      );
    }
    const target = (builtIns.get(targetId) ?? flat.get(targetId))?.role;
    if (!target) {
      const context = { report, builtIns, retired: entry.retired ?? {}, known: () => [...flat.keys()] };
      reportUnknownRole(`the holders of ${quote(id)} went to`, targetId, path, context);
    } else if (target.spans === 'organization') {
      const message = `the holders of ${quote(id)} cannot go to ${quote(targetId)}, which spans the organization`;
      report.onValue('wrong-span', path, message, 'name a role of this workspace');
    } else retired.set(id, target);
  }
  return retired;
}
