import type { SubjectId } from '../subject.ts';

/** A kind of decision and how often it was made: a row of a counts file. The members are those of a line. */
export interface DecisionCount {
  readonly subject: SubjectId;
  readonly workspace?: string | undefined;
  readonly organization?: string | undefined;
  readonly permission: string;
  readonly scope?: readonly string[] | undefined;
  readonly foundScope?: string | undefined;
  readonly role?: string | undefined;
  readonly group?: string | undefined;
  readonly decision: boolean;
  readonly reason: string;
  /** At least 1. */
  readonly count: number;
  /** When it was decided so first and last, RFC 3339 in UTC. */
  readonly first: string;
  readonly last: string;
}

/** The first line of a counts file: what is told of the log that was counted. */
export interface CountsHeader {
  readonly format: typeof countsFormat;
  /** When the first and the last of the counted decisions was made, RFC 3339 in UTC; missing where none was counted. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Days of UTC on which anything was decided. */
  readonly days: number;
  /** Decisions that were counted. */
  readonly lines: number;
  /** Lines that are no decision, whatever is wrong with them; blank ones are not counted. */
  readonly skipped: number;
  /** Decisions that were made outside of the time that was asked for. */
  readonly outside: number;
  /** Decisions whose time was still to come when they were counted: somebody's clock is ahead. They are counted, too. */
  readonly ahead: number;
  /** How many revisions decided. */
  readonly revisions: number;
}

export const countsFormat = 'rolebook-counts/1';
