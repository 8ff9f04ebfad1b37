import { allMembers } from '../policy/policy-set.ts';
import { addProblems, type Problem } from '../policy/problem.ts';
import {
  findExclusiveMembers,
  findExpired,
  findWrongOrganizationHolders,
  findWrongWorkspaceHolders,
} from './check-times.ts';
import type { CompiledCatalog } from './compile-catalog.ts';
import type { CompiledOrganization } from './compile-organization.ts';
import type { CompiledWorkspace } from './compile-workspace.ts';

/** What is said about who holds what and when. It depends on the clock, so it is looked at anew each time. */
export function* checkMemberships(
  organizations: ReadonlySet<CompiledOrganization>,
  workspaces: readonly CompiledWorkspace[],
  { catalog }: CompiledCatalog,
  nowMs: number,
): Generator<undefined, Problem[]> {
  const problems: Problem[] = [];
  for (const { organization, problems: found } of organizations) {
    const members = [...allMembers(organization.members)];
    addProblems(problems, findExpired(members, catalog, nowMs));
    addProblems(problems, findExclusiveMembers(members, undefined, catalog, nowMs));
    if (!holdersAreUnclear(found)) addProblems(problems, findWrongOrganizationHolders(organization, catalog, nowMs));
    yield;
  }
  for (const { workspace, timedMembers, problems: found } of workspaces) {
    addProblems(problems, findExpired(timedMembers, catalog, nowMs));
    addProblems(problems, findExclusiveMembers(allMembers(workspace.members), workspace.organization, catalog, nowMs));
    if (!holdersAreUnclear(found)) addProblems(problems, findWrongWorkspaceHolders(workspace, catalog, nowMs));
    yield;
  }
  return problems;
}

// After a misspelt role or subject, the number of holders is wrong for that reason alone.
function holdersAreUnclear(problems: readonly Problem[]): boolean {
  return problems.some(
    ({ code }) => code === 'unknown-role' || code === 'unknown-subject-type' || code === 'bad-subject',
  );
}
