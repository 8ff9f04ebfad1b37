import type { Catalog } from '../../policy/catalog.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import { PlainMember } from '../../policy/plain-member.ts';
import { writtenMembers, type MembersPlace } from '../../policy/membership/effective-members.ts';
import type { Members, Organization, Workspace } from '../../policy/policy-set.ts';
import { ProblemList } from '../../policy/problem-list.ts';
import { limits } from '../../policy/limits.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Role } from '../../policy/role.ts';
import type { CompiledOrganization, OrganizationRolesHere, StaffedCatalog } from '../file/compiled.ts';
import { quote } from '../words/describe-value.ts';
import { findPersonRoles } from './check-role-names.ts';

/** What a workspace has to say of the roles of its organization; it is kept as long as the workspace is. */
export function surveyOrganizationRoles(workspace: Workspace, catalog: Catalog): OrganizationRolesHere | undefined {
  const { organization } = workspace;
  if (organization.roles.size === 0) return undefined;
  return { named: findNamed(organization, [workspace.members], catalog), used: rolesUsedIn(workspace) };
}

/**
 * What is said about the custom roles of an organization once its workspaces are known: that one is named after a person
 * who is in any of them, or that nobody holds it in any.
 */
export function checkOrganizationRoles(
  { organization, problems: found }: CompiledOrganization,
  workspaces: () => readonly (OrganizationRolesHere | undefined)[],
  { catalog, staff }: StaffedCatalog,
): ProblemList {
  const problems = new ProblemList(limits.fileProblems);
  if (organization.roles.size === 0) return problems;
  const within = workspaces();
  const named = new Map<string, Problem>();
  const own = findNamed(organization, [organization.members, staff], catalog);
  for (const [id, problem] of [own, ...within.map((here) => here?.named ?? [])].flatMap((some) => [...some])) {
    if (!named.has(id)) named.set(id, problem);
  }
  problems.addAll([...named.values()]);
  // Who wants no warnings has no survey. Where members are given roles at run time, files alone cannot tell.
  if (found.hasErrors || within.includes(undefined) || areMembersControlled(catalog.permissions.values())) {
    return problems;
  }
  const used = within.flatMap((here) => [...(here?.used ?? [])]);
  problems.addAll(findUnused(organization, used));
  return problems;
}

/** The custom roles of an organization that nobody holds there or in its workspaces, and that no held role extends. */
export function findUnheldRoles(organization: Organization, workspaces: readonly Workspace[]): Problem[] {
  const used = workspaces.flatMap((workspace) => [...rolesUsedIn(workspace)]);
  return findUnused(organization, used);
}

function findNamed(
  { id = '', roles }: Organization,
  people: readonly Members[],
  catalog: Catalog,
): ReadonlyMap<string, Problem> {
  return findPersonRoles({ id, roles, people }, catalog);
}

// Those that somebody holds, or that a role extends which somebody holds.
function rolesUsedIn(workspace: Workspace): ReadonlySet<Role> {
  const { retired, roles, organization } = workspace;
  const used = new Set<Role>(retired.values());
  addHeld(workspace, used);
  // A set goes on with what is added while it is walked.
  for (const { extends: parents } of used) {
    for (const id of parents) {
      const parent = organization.roles.get(id) ?? roles.get(id);
      if (parent) used.add(parent);
    }
  }
  return new Set([...used].filter((role) => role.organization !== undefined));
}

function findUnused(organization: Organization, usedBelow: readonly Role[]): Problem[] {
  const used = new Set<Role>([...organization.retired.values(), ...usedBelow]);
  addHeld(organization, used);
  for (const { extends: parents } of used) {
    for (const id of parents) {
      const parent = organization.roles.get(id);
      if (parent) used.add(parent);
    }
  }
  const unused = [...organization.roles.values()].filter((role) => !used.has(role));
  return unused.map((role) => {
    const help = 'give it to somebody, or delete it and note it under `retired`';
    return createProblem('unused-role', role.position, `nobody holds role ${quote(role.id)}`, help);
  });
}

function addHeld(place: MembersPlace, used: Set<Role>): void {
  for (const member of writtenMembers(place)) {
    if (member instanceof PlainMember) used.add(member.role);
    else for (const { role } of member.assignments) used.add(role);
  }
}
