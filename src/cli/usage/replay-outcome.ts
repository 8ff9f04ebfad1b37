import type { ReplayChange, ReplayReport } from '../../review/usage/replay-tally.ts';

export const replayFormats = ['text', 'markdown', 'html', 'json'] as const;
export type ReplayFormat = (typeof replayFormats)[number];

/** The outcome of a replay, as it is told. */
export interface ReplayOutcome {
  readonly report: ReplayReport;
  /** Of the policy that decided again. */
  readonly revision: string;
  /** Where that is from, where it is not the files on disk: the ref `next`. */
  readonly from: string | undefined;
  /** The instant that everything was decided as of; undefined: each line as of its own time. */
  readonly atMs: number | undefined;
  /** The subject type that is not written before an id. */
  readonly firstSubjectType: string;
  /** How many kinds of differences are told. */
  readonly limit: number;
  /** What was not to happen, and did. */
  readonly failed: readonly ReplayChange[];
  /** A path of the policy as it is opened from where the command was started. */
  readonly display: (file: string) => string;
}
