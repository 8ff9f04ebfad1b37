import { parseFrom, parseUntil } from './text/instant.ts';
import { findRole, type PolicySet, type TimedRole } from './policy-set.ts';
import type { Role } from './role.ts';
import type { Place, RuntimeAssignment } from './runtime-member.ts';

/** The last instant that a `Date` can be. */
const lastMs = 8.64e15;

/** A role by id as a place sees it, whether it may be given there or not. */
export function findRoleAt(policy: PolicySet, { kind, id: place }: Place, id: string): Role | undefined {
  if (kind === 'organization') return policy.catalog.roles.get(id);
  const workspace = policy.workspaces.get(place);
  return workspace && findRole(policy, workspace, id);
}

/**
 * What was given at run time, as the policy knows it. A role that is gone, or that does not belong to the place where it
 * was given, is left out. A time that cannot be read never comes, or is over.
 */
export function rolesGiven(policy: PolicySet, place: Place, assignments: readonly RuntimeAssignment[]): TimedRole[] {
  return assignments.flatMap(({ role: id, from, until, reason }) => {
    const role = findRoleAt(policy, place, id);
    if (role?.spans !== place.kind) return [];
    const fromMs = from === undefined ? undefined : (parseFrom(from) ?? lastMs);
    const untilMs = until === undefined ? undefined : (parseUntil(until) ?? -lastMs);
    return [{ role, fromMs, untilMs, reason }];
  });
}
