import { PlainMember } from '../../../policy/plain-member.ts';
import { effectiveMembers, type MembersPlace } from '../../../policy/membership/effective-members.ts';
import { findParent, type Member, type PolicySet } from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';

/** Roles that somebody holds, and those that they follow: a role reaches people through those that follow it, too. */
export function heldOrFollowed(policy: PolicySet): ReadonlySet<Role> {
  const { workspaces, organizations, staff } = policy;
  const held = new Set<Role>();
  const lists = [...workspaces.values(), ...organizations].flatMap(({ members, groupMembers }) => [
    ...members.values(),
    groupMembers,
  ]);
  for (const byId of [...lists, ...staff.values()]) byId.forEach((member) => addRoles(member, held));
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

/** How many of these are given a role at any time; each counts once in each place. */
export function countHolders(places: Iterable<MembersPlace>, role: Role): number {
  let count = 0;
  for (const place of places) count += countAmong(effectiveMembers(place), role);
  return count;
}

/** The same of members of one place. */
export function countAmong(members: Iterable<Member>, role: Role): number {
  let count = 0;
  for (const { assignments } of members) {
    if (assignments.some((assignment) => assignment.role === role)) count += 1;
  }
  return count;
}
