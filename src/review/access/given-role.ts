import { holdsAt, type TimedRole } from '../../policy/policy-set.ts';

/** Whether a role that was given holds at an instant, is yet to begin, or has ended. */
export type RoleTime = 'holds' | 'begins' | 'ended';

export function timeOf(given: Pick<TimedRole, 'fromMs' | 'untilMs'>, atMs: number): RoleTime {
  if (holdsAt(given, atMs)) return 'holds';
  return given.fromMs !== undefined && atMs < given.fromMs ? 'begins' : 'ended';
}
