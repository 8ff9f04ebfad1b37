import { findSpanning } from '../../policy/membership/spanning-members.ts';
import type { Member, Workspace } from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { checkExclusiveRoles } from '../checks/check-exclusive.ts';
import { surveyOrganizationRoles } from '../checks/check-organization-roles.ts';
import { findUnusual } from '../checks/check-look-alikes.ts';
import { warnOfLetterCase } from '../checks/check-letter-case.ts';
import { findTimed, timelessWorkspace } from '../checks/check-memberships.ts';
import { warnOfFrozenRoles } from '../checks/check-plans.ts';
import { checkFormerIdsOfRoles } from '../checks/check-former-ids.ts';
import { checkProperties, membersByType, type MembersOfType } from '../checks/check-properties.ts';
import { findUnmetRoles } from '../checks/check-requirements.ts';
import { findPersonRoles } from '../checks/check-role-names.ts';
import { checkSelfEscalation } from '../checks/check-self-escalation.ts';
import { checkUnusedRoles } from '../checks/check-unused.ts';
import { compileMembers, type CompiledMembers } from './compile-members.ts';
import type { WorkspaceFile } from '../file/entries.ts';
import { FileReport } from '../file/file-report.ts';
import { compileCustomRoles } from './custom-roles.ts';
import {
  namelessOrganization,
  type CompiledCatalog,
  type CompiledOrganization,
  type CompiledWorkspace,
  type FlatRole,
} from '../file/compiled.ts';
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
  above: CompiledOrganization | undefined,
  compiled: CompiledCatalog,
  { earlier, tells = 'all problems' }: More = {},
): Generator<undefined, CompiledWorkspace> {
  const report = new FileReport(file);
  const { catalog } = compiled;
  const place = { kind: 'workspace', id: entry.workspace, above } as const;
  const {
    own: flat,
    visible,
    retired,
    isFrozen,
    roleOf,
    reportUnknown,
  } = compileCustomRoles(entry, place, compiled, report);
  const found = report.problems.count;
  const { members, groupMembers } =
    (earlier && membersAgain(earlier, above, compiled, roleOf)) ??
    (yield* compileMembers({
      catalog,
      report,
      list: 'workspace',
      groups: above?.organization.groups,
      findRole: roleOf,
      reportUnknown,
    }));
  yield;
  // Where the organization is not understood, a role that is not there is not told.
  const areMembersSound = above !== undefined && report.problems.count === found;
  const workspace: Workspace = {
    id: entry.workspace,
    formerly: entry.formerly,
    title: entry.title ?? entry.workspace,
    organization: (above ?? namelessOrganization).organization,
    roles: new Map([...flat].map(([id, { role }]) => [id, role])),
    retired,
    members,
    groupMembers,
    position: report.valueSpan(['workspace']),
  };
  checkExclusiveRoles(flat, catalog, report);
  if (tells === 'all problems' && isFrozen) warnOfFrozenRoles({ kind: 'workspace', ...workspace }, catalog, report);
  if (tells === 'all problems') checkFormerIdsOfRoles(entry.roles, compiled.table, report);
  if (tells === 'all problems') yield* warn(workspace, flat, visible, compiled, report);
  yield;
  const timedMembers = findTimed(workspace);
  const { problems } = report;
  const unmetRoles = findUnmetRoles(flat, compiled, ({ id }) => report.keySpan(['roles', id]));
  const timeless = timelessWorkspace({ workspace, timedMembers, unmetRoles, problems }, above?.unmetRoles, compiled);
  const unusualMembers = findUnusual(members);
  const formerlyAt = entry.formerly === undefined ? undefined : report.valueSpan(['formerly']);
  const organizationRoles = tells === 'all problems' ? surveyOrganizationRoles(workspace, catalog) : undefined;
  return {
    workspace,
    formerlyAt,
    timedMembers,
    unusualMembers,
    unmetRoles,
    organizationRoles,
    problems,
    timeless,
    areMembersSound,
  };
}

function* warn(
  workspace: Workspace,
  flat: ReadonlyMap<string, FlatRole>,
  visible: ReadonlyMap<string, FlatRole>,
  { catalog, staff }: CompiledCatalog,
  report: FileReport,
): Generator<undefined, void> {
  const { members, organization } = workspace;
  checkSelfEscalation(flat, visible, catalog, report);
  const people = [members, organization.members, staff];
  report.problems.addAll([...findPersonRoles({ ...workspace, people }, catalog).values()]);
  const retired = [...workspace.retired.keys()].map((id) => ({ id, position: report.keySpan(['retired', id]) }));
  const own = [...workspace.roles.values(), ...retired];
  const others = [...catalog.roles.values(), ...organization.roles.values()];
  if (own.length > 0) report.problems.addAll(warnOfLetterCase('role', own, others));
  const above = (subject: SubjectId): Member | undefined => findSpanning(organization, staff, subject);
  const types = (): readonly MembersOfType[] => membersByType(workspace, staff);
  yield* checkProperties({ list: 'members', types, above }, catalog, report);
  // What could not be understood may be what holds or extends the role.
  if (!report.problems.hasErrors) checkUnusedRoles(workspace, flat, catalog, report);
}

function membersAgain(
  { compiled, catalog }: EarlierWorkspace,
  above: CompiledOrganization | undefined,
  { catalog: now }: CompiledCatalog,
  roleOf: (id: string) => Role | undefined,
): CompiledMembers | undefined {
  const isSameSyntax = catalog.catalog.subjectTypes.join() === now.subjectTypes.join();
  if (!compiled.areMembersSound || !isSameSyntax) return undefined;
  const { workspace } = compiled;
  const members = recompileMembers(workspace.members, 'workspace', roleOf);
  const groupMembers = recompileGroupMembers(workspace.groupMembers, above?.organization.groups, roleOf);
  return members && groupMembers && { members, groupMembers };
}
