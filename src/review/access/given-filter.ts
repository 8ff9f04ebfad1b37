import { limits } from '../../policy/limits.ts';
import type { Role } from '../../policy/role.ts';
import type { RoleOfPlace } from './given-role.ts';

/** The ways in which the time of something given can matter: it has a day, it ends soon, it has none. */
export const givenTimes = ['dated', 'ending', 'plain'] as const;

export type GivenTime = (typeof givenTimes)[number];

/** The ways in which something is given: to somebody alone, or to a group that they are in. */
export const givenWays = ['alone', 'group'] as const;

export type GivenWay = (typeof givenWays)[number];

/** The kind of role given that is looked for: it has all of this at once. */
export interface GivenFilter {
  readonly role?: Role | undefined;
  /** The id of the group that it was given to. */
  readonly group?: string | undefined;
  readonly through?: GivenWay | undefined;
  readonly time?: GivenTime | undefined;
}

/** Whether something that somebody was given is what is looked for. */
export function isGivenAs({ given, time: state }: RoleOfPlace, filter: GivenFilter, atMs: number): boolean {
  const { role, group, through, time } = filter;
  if (role && given.role !== role) return false;
  if (group !== undefined && given.group !== group) return false;
  if (through !== undefined && (given.group === undefined) !== (through === 'alone')) return false;
  switch (time) {
    case undefined:
      return true;
    case 'dated':
      return given.fromMs !== undefined || given.untilMs !== undefined;
    case 'plain':
      return given.fromMs === undefined && given.untilMs === undefined;
    case 'ending':
      return state === 'holds' && given.untilMs !== undefined && given.untilMs <= atMs + limits.endingSoonDays * dayMs;
  }
}

const dayMs = 86_400_000;
