import { PlainMember } from '../policy/plain-member.ts';
import { allMembers, type Member, type Members, type Organization, type Workspace } from '../policy/policy-set.ts';
import { addProblems, type Problem } from '../policy/problem.ts';
import type { Catalog } from '../policy/catalog.ts';
import { findExclusiveMembers } from './check-exclusive-members.ts';
import { findExpired, findWrongOrganizationHolders, findWrongWorkspaceHolders } from './check-times.ts';
import type { CompiledOrganization } from './compile-organization.ts';
import type { CompiledWorkspace } from './compile-workspace.ts';

/** Those of whom some role begins or ends. */
export function findTimed(members: Members): readonly Member[] {
  const found: Member[] = [];
  for (const byId of members.values()) {
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
): Generator<undefined, Problem[]> {
  const problems: Problem[] = [];
  for (const { organization, problems: found, timeless } of organizations) {
    addProblems(problems, timeless ?? checkOrganization(organization, found, catalog, nowMs));
    yield;
  }
  for (const { workspace, timedMembers, problems: found, timeless } of workspaces) {
    addProblems(problems, timeless ?? checkWorkspace(workspace, timedMembers, found, catalog, nowMs));
    yield;
  }
  return problems;
}

/** What `checkMemberships` will say of it at any time; undefined where a role begins or ends. */
export function timelessOrganization(
  organization: Organization,
  found: readonly Problem[],
  catalog: Catalog,
): readonly Problem[] | undefined {
  return hasTimes(organization) ? undefined : checkOrganization(organization, found, catalog, anyTimeMs);
}

/** The same of a workspace, whose members may hold roles of its organization besides. */
export function timelessWorkspace(
  workspace: Workspace,
  timedMembers: readonly Member[],
  found: readonly Problem[],
  catalog: Catalog,
): readonly Problem[] | undefined {
  if (timedMembers.length > 0 || hasTimes(workspace.organization)) return undefined;
  return checkWorkspace(workspace, timedMembers, found, catalog, anyTimeMs);
}

const anyTimeMs = 0;

function isTimed(member: Member): boolean {
  if (member instanceof PlainMember) return false;
  return member.assignments.some(({ fromMs, untilMs }) => fromMs !== undefined || untilMs !== undefined);
}

function hasTimes({ members }: Organization): boolean {
  for (const member of allMembers(members)) if (isTimed(member)) return true;
  return false;
}

function checkOrganization(
  organization: Organization,
  found: readonly Problem[],
  catalog: Catalog,
  nowMs: number,
): Problem[] {
  const members = [...allMembers(organization.members)];
  const problems = findExpired(members, catalog, nowMs);
  addProblems(problems, findExclusiveMembers(members, undefined, catalog, nowMs));
  if (!holdersAreUnclear(found)) addProblems(problems, findWrongOrganizationHolders(organization, catalog, nowMs));
  return problems;
}

function checkWorkspace(
  workspace: Workspace,
  timedMembers: readonly Member[],
  found: readonly Problem[],
  catalog: Catalog,
  nowMs: number,
): Problem[] {
  const problems = findExpired(timedMembers, catalog, nowMs);
  addProblems(problems, findExclusiveMembers(allMembers(workspace.members), workspace.organization, catalog, nowMs));
  if (!holdersAreUnclear(found)) addProblems(problems, findWrongWorkspaceHolders(workspace, catalog, nowMs));
  return problems;
}

// After a misspelt role or subject, the number of holders is wrong for that reason alone.
function holdersAreUnclear(problems: readonly Problem[]): boolean {
  return problems.some(
    ({ code }) => code === 'unknown-role' || code === 'unknown-subject-type' || code === 'bad-subject',
  );
}
