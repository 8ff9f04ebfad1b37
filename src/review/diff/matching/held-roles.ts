import { PlainMember } from '../../../policy/plain-member.ts';
import { effectiveMembers, type MembersPlace } from '../../../policy/membership/effective-members.ts';
import { findRole, type Member, type PolicySet } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';

/** Roles that somebody holds, and those that they follow: a role reaches people through those that follow it, too. */
export function heldOrFollowed(policy: PolicySet): ReadonlySet<Role> {
  const { workspaces, organizations } = policy;
  const held = new Set<Role>();
  for (const { members, groupMembers } of [...workspaces.values(), ...organizations]) {
    for (const byId of [...members.values(), groupMembers]) byId.forEach((member) => addRoles(member, held));
  }
  // A set goes on with what is added while it is walked.
  for (const role of held) {
    for (const id of role.extends) {
      const parent = findParent(policy, role, id);
      if (parent) held.add(parent);
    }
  }
  return held;
}

function addRoles(member: Member, held: Set<Role>): void {
  if (member instanceof PlainMember) held.add(member.role);
  else for (const { role } of member.assignments) held.add(role);
}

/** A role that `role` extends. */
export function findParent(policy: PolicySet, role: Role, id: string): Role | undefined {
  const workspace = role.workspace === undefined ? undefined : policy.workspaces.get(role.workspace);
  return workspace ? findRole(policy, workspace, id) : policy.catalog.roles.get(id);
}

/** How many of these are given a role at any time; each counts once in each place. */
export function countHolders(places: Iterable<MembersPlace>, role: Role): number {
  let count = 0;
  for (const place of places) {
    for (const { assignments } of effectiveMembers(place)) {
      if (assignments.some((assignment) => assignment.role === role)) count += 1;
    }
  }
  return count;
}
