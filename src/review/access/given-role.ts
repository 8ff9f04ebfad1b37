import { heldAt, holdsAt, type TimedRole } from '../../policy/policy-set.ts';

/** The state of a role that was given: it holds at an instant, is yet to begin, has ended, or waits for a role of the workspace. */
export type RoleTime = 'holds' | 'begins' | 'ended' | 'waits';

/** A role that somebody was given, there or above, and whether it holds. */
export interface RoleOfPlace {
  readonly given: TimedRole;
  readonly time: RoleTime;
}

/** Of all that somebody was given at a place and above it, what holds there. */
export function rolesOfPlace(given: readonly TimedRole[], atMs: number): readonly RoleOfPlace[] {
  const held = new Set(heldAt(given, atMs));
  return given.map((one) => ({ given: one, time: held.has(one) ? 'holds' : timeOf(one, atMs) }));
}

function timeOf(given: TimedRole, atMs: number): RoleTime {
  if (holdsAt(given, atMs)) return 'waits';
  return given.fromMs !== undefined && atMs < given.fromMs ? 'begins' : 'ended';
}
