import { PlainMember } from '../../policy/plain-member.ts';
import { writtenMembers, type MembersPlace } from '../../policy/membership/effective-members.ts';
import type { Member, Organization, Workspace } from '../../policy/policy-set.ts';
import { limits } from '../../policy/limits.ts';
import { ProblemList } from '../../policy/problem-list.ts';
import type { Catalog } from '../../policy/catalog.ts';
import { findExclusiveMembers } from './check-exclusive-members.ts';
import { findUnmetMembers, findUnmetOrganizationMembers } from './check-required-members.ts';
import { findWrongOrganizationHolders, findWrongWorkspaceHolders } from './check-holders.ts';
import { findExpired } from './check-times.ts';
import { findUnusedGroups } from './check-unused-groups.ts';
import type { CompiledOrganization, CompiledWorkspace } from '../file/compiled.ts';

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
  catalog: Catalog,
  nowMs: number,
): Generator<undefined, ProblemList> {
  const problems = new ProblemList(limits.policyProblems);
  for (const { organization, problems: found, timeless } of organizations) {
    problems.addAll(timeless ?? checkOrganization(organization, found, catalog, nowMs));
    const own = (): Workspace[] =>
      workspaces.map(({ workspace }) => workspace).filter((workspace) => workspace.organization === organization);
    problems.addAll(checkRequiredAbove(organization, own, catalog, nowMs));
    problems.addAll(findUnusedGroups(organization, own, catalog));
    yield;
  }
  for (const compiled of workspaces) {
    problems.addAll(compiled.timeless ?? checkWorkspace(compiled, catalog, nowMs));
    yield;
  }
  return problems;
}

/** What `checkMemberships` will say of it at any time; undefined where a role begins or ends. */
export function timelessOrganization(
  organization: Organization,
  found: ProblemList,
  catalog: Catalog,
): ProblemList | undefined {
  return hasTimes(organization) ? undefined : checkOrganization(organization, found, catalog, anyTimeMs);
}

/** The same of a workspace, whose members may hold roles of its organization besides. */
export function timelessWorkspace(compiled: CheckedWorkspace, catalog: Catalog): ProblemList | undefined {
  if (compiled.timedMembers.length > 0 || hasTimes(compiled.workspace.organization)) return undefined;
  return checkWorkspace(compiled, catalog, anyTimeMs);
}

type CheckedWorkspace = Pick<CompiledWorkspace, 'workspace' | 'timedMembers' | 'unmetRoles' | 'problems'>;

const anyTimeMs = 0;

function isTimed(member: Member): boolean {
  if (member instanceof PlainMember) return false;
  return member.assignments.some(({ fromMs, untilMs }) => fromMs !== undefined || untilMs !== undefined);
}

function hasTimes(organization: Organization): boolean {
  for (const member of writtenMembers(organization)) if (isTimed(member)) return true;
  return false;
}

function checkOrganization(
  organization: Organization,
  found: ProblemList,
  catalog: Catalog,
  nowMs: number,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  findExpired(writtenMembers(organization), catalog, nowMs, problems);
  findExclusiveMembers(organization, catalog, nowMs, problems);
  if (!holdersAreUnclear(found)) problems.addAll(findWrongOrganizationHolders(organization, catalog, nowMs));
  return problems;
}

// Where they hold nothing else, roles of the organization are all that they hold in a workspace.
function checkRequiredAbove(
  organization: Organization,
  workspaces: () => readonly Workspace[],
  catalog: Catalog,
  nowMs: number,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  findUnmetOrganizationMembers(organization, workspaces, catalog, nowMs, problems);
  return problems;
}

function checkWorkspace(
  { workspace, timedMembers, unmetRoles, problems: found }: CheckedWorkspace,
  catalog: Catalog,
  nowMs: number,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  findExpired(timedMembers, catalog, nowMs, problems);
  findExclusiveMembers(workspace, catalog, nowMs, problems);
  if (!holdersAreUnclear(found)) findUnmetMembers(workspace, unmetRoles, catalog, nowMs, problems);
  if (!holdersAreUnclear(found)) problems.addAll(findWrongWorkspaceHolders(workspace, catalog, nowMs));
  return problems;
}

// After a misspelt role or subject, the number of holders is wrong for that reason alone.
function holdersAreUnclear({ told }: ProblemList): boolean {
  return told.some(({ code }) => code === 'unknown-role' || code === 'unknown-subject-type' || code === 'bad-subject');
}
