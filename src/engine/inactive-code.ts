import type { Cell } from '../policy/permission.ts';
import { listedRolesAt, type TimedRole } from '../policy/policy-set.ts';
import { allowsCell } from '../policy/role.ts';
import type { MemberState } from './member-state.ts';

/**
 * Whether a role that is over, or yet to begin, is why a member is denied: one that allows the cell, or any if no cell
 * is given. A role to come is named before one that is over, because waiting helps.
 */
export function inactiveCode(
  member: MemberState,
  cell: Cell | undefined,
  atMs: number,
): 'grant-expired' | 'grant-not-started' | undefined {
  const found = findInactive(member, cell, atMs);
  return found && (isToCome(found, atMs) ? 'grant-not-started' : 'grant-expired');
}

/** The assignment behind `inactiveCode`: the next to begin, else the last to end. */
export function findInactive(member: MemberState, cell: Cell | undefined, atMs: number): TimedRole | undefined {
  // A role that spans memberships may be given now, and hold only where its holder is a member.
  const given = listedRolesAt(member.assignments, atMs);
  const inactive = member.assignments.filter(
    ({ role }) => !given.includes(role) && (cell === undefined || allowsCell(role, cell)),
  );
  const toCome = inactive.filter((assignment) => isToCome(assignment, atMs));
  if (toCome.length > 0) return toCome.reduce((best, next) => ((next.fromMs ?? 0) < (best.fromMs ?? 0) ? next : best));
  if (inactive.length === 0) return undefined;
  return inactive.reduce((best, next) => ((next.untilMs ?? 0) > (best.untilMs ?? 0) ? next : best));
}

function isToCome({ fromMs }: TimedRole, atMs: number): boolean {
  return fromMs !== undefined && atMs < fromMs;
}
