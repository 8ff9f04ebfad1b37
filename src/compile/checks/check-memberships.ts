import { PlainMember } from '../../policy/plain-member.ts';
import {
  distinctMembers,
  effectiveMembers,
  isMemberAt,
  writtenMembers,
  type DistinctMember,
  type MembersPlace,
} from '../../policy/membership/effective-members.ts';
import { findSpanning } from '../../policy/membership/spanning-members.ts';
import {
  allMembers,
  findMember,
  type Member,
  type Members,
  type Organization,
  type Workspace,
} from '../../policy/policy-set.ts';
import { limits } from '../../policy/limits.ts';
import { ProblemList } from '../../policy/problem-list.ts';
import type { Problem } from '../../policy/problem.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { findExclusiveMembers } from './check-exclusive-members.ts';
import { checkOrganizationRoles } from './check-organization-roles.ts';
import { findUnmetAbove, findUnmetMembers } from './check-required-members.ts';
import { findWrongOrganizationHolders, findWrongWorkspaceHolders } from './check-holders.ts';
import { findExpired } from './check-times.ts';
import { findUnusedGroups } from './check-unused.ts';
import type { CompiledOrganization, CompiledWorkspace, StaffedCatalog, UnmetRoles } from '../file/compiled.ts';

/** Those of whom some role begins or ends. */
export function findTimed({ members, groupMembers }: MembersPlace): readonly Member[] {
  const found: Member[] = [];
  for (const byId of [...members.values(), groupMembers]) {
    byId.forEach((member) => {
      if (isTimed(member)) found.push(member);
    });
  }
  return found;
}

/** What is said about who holds what and when. Where that depends on the clock, it is looked at anew each time. */
export function* checkMemberships(
  organizations: ReadonlySet<CompiledOrganization>,
  workspaces: readonly CompiledWorkspace[],
  compiled: StaffedCatalog,
  nowMs: number,
): Generator<undefined, ProblemList> {
  const problems = new ProblemList(limits.policyProblems);
  problems.addAll(checkStaff(compiled, () => workspaces.map(({ workspace }) => workspace), nowMs));
  const unmetAbove = new Map<Organization, UnmetRoles>();
  const byOrganization = groupLazily(workspaces);
  for (const one of organizations) {
    const { organization, unmetRoles, problems: found, timeless } = one;
    problems.addAll(timeless ?? checkOrganization(organization, found, compiled, nowMs));
    const own = (): readonly CompiledWorkspace[] => byOrganization(organization);
    const workspacesOf = (): Workspace[] => own().map(({ workspace }) => workspace);
    problems.addAll(checkRequiredAbove(organization, workspacesOf, compiled, nowMs));
    problems.addAll(findUnusedGroups(organization, workspacesOf, compiled.catalog));
    problems.addAll(
      checkOrganizationRoles(one, () => own().map(({ organizationRoles }) => organizationRoles), compiled),
    );
    if (unmetRoles.size > 0) unmetAbove.set(organization, unmetRoles);
    yield;
  }
  // A role of an organization is told once, however many of its workspaces it is wrong in.
  const told = new Set<Problem>();
  for (const one of workspaces) {
    const unmet = unmetAbove.get(one.workspace.organization);
    const found = one.timeless ?? checkWorkspace(one, unmet, compiled, nowMs);
    problems.addAll(found, told);
    if (unmet) for (const problem of found.told) if (isOf(unmet, problem)) told.add(problem);
    yield;
  }
  return problems;
}

type CompiledInOrganization = (organization: Organization) => readonly CompiledWorkspace[];

// Most policies never ask.
function groupLazily(workspaces: readonly CompiledWorkspace[]): CompiledInOrganization {
  let groups: Map<Organization, CompiledWorkspace[]> | undefined;
  return (organization) => {
    if (!groups) {
      groups = new Map();
      for (const one of workspaces) {
        const group = groups.get(one.workspace.organization);
        if (group) group.push(one);
        else groups.set(one.workspace.organization, [one]);
      }
    }
    return groups.get(organization) ?? [];
  };
}

/** What `checkMemberships` will say of it at any time; undefined where a role begins or ends. */
export function timelessOrganization(
  organization: Organization,
  found: ProblemList,
  compiled: StaffedCatalog,
): ProblemList | undefined {
  if (hasTimes(writtenMembers(organization)) || hasTimes(allMembers(compiled.staff))) return undefined;
  return checkOrganization(organization, found, compiled, anyTimeMs);
}

/** The same of a workspace, whose members may hold roles of its organization besides, or be staff. */
export function timelessWorkspace(
  workspace: CheckedWorkspace,
  unmetAbove: UnmetRoles | undefined,
  compiled: StaffedCatalog,
): ProblemList | undefined {
  const { organization } = workspace.workspace;
  if (workspace.timedMembers.length > 0 || hasTimes(writtenMembers(organization))) return undefined;
  return hasTimes(allMembers(compiled.staff)) ? undefined : checkWorkspace(workspace, unmetAbove, compiled, anyTimeMs);
}

type CheckedWorkspace = Pick<CompiledWorkspace, 'workspace' | 'timedMembers' | 'unmetRoles' | 'problems'>;

const anyTimeMs = 0;

function isTimed(member: Member): boolean {
  if (member instanceof PlainMember) return false;
  return member.assignments.some(({ fromMs, untilMs }) => fromMs !== undefined || untilMs !== undefined);
}

function hasTimes(members: Iterable<Member>): boolean {
  for (const member of members) if (isTimed(member)) return true;
  return false;
}

function isOf(unmet: UnmetRoles, problem: Problem): boolean {
  return [...unmet.values()].some((roles) => roles.some(({ problems }) => problems.includes(problem)));
}

const nobody = (): undefined => undefined;

function* alone(members: Members): Generator<DistinctMember> {
  for (const member of allMembers(members)) yield { member, others: 0 };
}

function checkStaff(
  { catalog, staff }: StaffedCatalog,
  workspaces: () => readonly Workspace[],
  nowMs: number,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  if (staff.size === 0) return problems;
  findExpired(allMembers(staff), catalog, nowMs, problems);
  findExclusiveMembers(alone(staff), nobody, catalog, nowMs, problems);
  const holdsMore = (workspace: Workspace, subject: SubjectId): boolean =>
    isMemberAt(workspace, subject) || isMemberAt(workspace.organization, subject);
  findUnmetAbove(allMembers(staff), nobody, holdsMore, workspaces, catalog, nowMs, problems);
  return problems;
}

function checkOrganization(
  organization: Organization,
  found: ProblemList,
  { catalog, staff }: StaffedCatalog,
  nowMs: number,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  findExpired(writtenMembers(organization), catalog, nowMs, problems);
  const asStaff = (subject: SubjectId): Member | undefined => findMember(staff, subject);
  findExclusiveMembers(distinctMembers(organization, staff), asStaff, catalog, nowMs, problems);
  if (!holdersAreUnclear(found)) problems.addAll(findWrongOrganizationHolders(organization, catalog, nowMs));
  return problems;
}

// Where they hold nothing else, roles of the organization are all that they hold in a workspace.
function checkRequiredAbove(
  organization: Organization,
  workspaces: () => readonly Workspace[],
  { catalog, staff }: StaffedCatalog,
  nowMs: number,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  const holdsMore = (workspace: Workspace, subject: SubjectId): boolean => isMemberAt(workspace, subject);
  const asStaff = (subject: SubjectId): Member | undefined => findMember(staff, subject);
  findUnmetAbove(effectiveMembers(organization), asStaff, holdsMore, workspaces, catalog, nowMs, problems);
  return problems;
}

function checkWorkspace(
  { workspace, timedMembers, unmetRoles, problems: found }: CheckedWorkspace,
  unmetAbove: UnmetRoles | undefined,
  compiled: StaffedCatalog,
  nowMs: number,
): ProblemList {
  const { catalog, staff } = compiled;
  const problems = new ProblemList(limits.fileProblems);
  findExpired(timedMembers, catalog, nowMs, problems);
  const aboveOf = (subject: SubjectId): Member | undefined => findSpanning(workspace.organization, staff, subject);
  findExclusiveMembers(distinctMembers(workspace, staff), aboveOf, catalog, nowMs, problems);
  const unmet = unmetAbove && unmetAbove.size > 0 ? new Map([...unmetAbove, ...unmetRoles]) : unmetRoles;
  if (!holdersAreUnclear(found)) findUnmetMembers(workspace, unmet, compiled, nowMs, problems);
  if (!holdersAreUnclear(found)) problems.addAll(findWrongWorkspaceHolders(workspace, catalog, nowMs));
  return problems;
}

// After a misspelt role or subject, the number of holders is wrong for that reason alone.
function holdersAreUnclear({ told }: ProblemList): boolean {
  return told.some(({ code }) => code === 'unknown-role' || code === 'unknown-subject-type' || code === 'bad-subject');
}
