import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { ErrorCode, RolebookError } from '../../policy/errors.ts';
import type { ProblemCounts } from '../../policy/problem-list.ts';
import type { Problem } from '../../policy/problem.ts';
import type { DatabaseState, RuntimeMember } from '../../policy/runtime-member.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import type { OverBudget } from '../../review/budget/over-budget.ts';
import type { MissingHolders } from '../../review/members/holder-rules.ts';
import type { PolicyCounts } from './policy-counts.ts';

/** The policy that decides right now. */
export interface LoadedPolicy {
  readonly engine: CasbinEngine;
  readonly revision: string;
  /** Found out beside the reload, so it may come a moment later than the rest. */
  readonly commit: string | undefined;
  readonly loadedAt: Date;
  readonly counts: PolicyCounts;
}

/** `news`: the database told of it. */
export type ReloadTrigger = 'start' | 'files' | 'news' | 'poll' | 'signal' | 'request';

/** A source that could not be read: `unavailable` passes, `configuration` does not by itself. */
export interface SourceFault {
  readonly code: ErrorCode;
  readonly help: string | undefined;
}

export interface ReloadOutcome {
  readonly outcome: 'loaded' | 'unchanged' | 'failed';
  readonly at: Date;
  readonly trigger: ReloadTrigger;
  readonly durationMs: number;
  /** The revision that is live after it. */
  readonly revision: string | undefined;
  /** What is wrong in the files; warnings too, which keep no policy from going live. */
  readonly problems: readonly Problem[];
  /** How many there are; no more than `limits.toldProblems` are listed. */
  readonly problemCounts: ProblemCounts;
  /** Why it failed, when the files are not at fault or could not be read at all. */
  readonly error: string | undefined;
  /** Why the source could not be asked at all; it may be well, and so may what it holds. */
  readonly sourceFault?: SourceFault;
  /** What the source said is not to be believed. */
  readonly isUntrusted?: true;
  /** Where it is to be published does not take it. */
  readonly isRefused?: true;
  /** It changes more than may change at once, and waits to be accepted. */
  readonly overBudget?: OverBudget;
}

/** The source that routes have their policy from: a process reads it itself, or another one gives it what it read. */
export interface PolicySource {
  readonly current: LoadedPolicy | undefined;
  /** What decides is older than the files, which could not be loaded since. */
  readonly isStale: boolean;
  /** Where it comes from, when that is not a folder. */
  readonly source?: SourceReport | undefined;
  /** Undefined: whoever looks at the source has not told yet. */
  readonly looks?: SourceLooks | undefined;
  /** A branch whose commits are published to the source; undefined: none is followed here. */
  readonly publishing?: Pick<PublishedBranch, 'looks'> | undefined;
  /** Has the files read now, by whoever reads them. */
  reload(trigger: 'request'): Promise<ReloadOutcome>;
  /**
   * Whether what is live is at least as new as a revision that somebody was told. At once when that is known; else it
   * may take so many milliseconds.
   */
  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand>;
}

/**
 * `late`: not yet, or it cannot be found out now. `refused`: it never will be, and why, as the end of a sentence.
 * `misconfigured`: it cannot be found out as the source is set up.
 */
export type RevisionStand =
  | 'reached'
  | 'late'
  | { readonly refused: string }
  | { readonly misconfigured: Pick<RolebookError, 'message' | 'help'> };

/** A branch whose commits are published to where the policy comes from, as far as that is known here. */
export interface PublishedBranch {
  readonly branch: { readonly url: string; readonly ref: string; readonly path: string };
  /** The commit that was found published last, by whoever published it. */
  readonly commit: string | undefined;
  /** When the repository answered last. */
  readonly lastWordMs: number | undefined;
  readonly looks: SourceLooks;
  /** The last look that had something to say. */
  readonly lastReload: ReloadOutcome | undefined;
}

/** Policy of a process that reads it itself, and so can tell how that went. */
export interface FollowedPolicy extends PolicySource {
  readonly lastReload: ReloadOutcome | undefined;
  readonly looks: SourceLooks;
  readonly publishing?: PublishedBranch | undefined;
  /** Where too few hold a role that somebody must hold, members at run time counted; nobody can start without being told. */
  readonly missingHolders: readonly MissingHolders[];
  reload(trigger: 'signal' | 'request'): Promise<ReloadOutcome>;
  /** Calls `listener` after every reload that had something to say; returns what ends that. */
  onReload(listener: (outcome: ReloadOutcome) => void): () => void;
  /** Calls `listener` after every look at the source, also one that had nothing to say; returns what ends that. */
  onLook(listener: (found: ReloadOutcome) => void): () => void;
}

/** The looks at a source, and how they went, in the time of this process; a look counts as of when it began. */
export interface SourceLooks {
  /** When it said last how it is, and that was good. */
  readonly lastReachedMs: number | undefined;
  /** When it had something new last that became live. */
  readonly lastNewsMs: number | undefined;
  /** Since when every look failed, and how the last one did; without a text the files have problems. */
  readonly failing: { readonly sinceMs: number; readonly error: string | undefined } | undefined;
  /** The last look that failed, also when it is well since. */
  readonly lastFailure?: LookFailure | undefined;
}

/**
 * `problems`: what is there is no good. `untrusted`: nobody signed it who may. `refused`: the database does not take it. `over-budget`: it changes more than may
 * change at once. Else the source could not be asked, which passes by itself or has to be mended.
 */
export const failureKinds = [
  'problems',
  'untrusted',
  'refused',
  'over-budget',
  'unavailable',
  'configuration',
] as const;

export interface LookFailure {
  readonly atMs: number;
  readonly kind: (typeof failureKinds)[number];
  readonly error: string | undefined;
}

/** A source as its follower tells those of it who do not look themselves. */
export interface SourceStanding {
  readonly isStale: boolean;
  readonly source: SourceReport | undefined;
  readonly looks: SourceLooks;
  readonly publishing?: Pick<PublishedBranch, 'looks'> | undefined;
}

/** Facts about a source that is not a folder; each kind has more. */
export interface SourceReport {
  readonly kind: 'database' | 'git';
  /** When it said last that this is how it is; what was kept on disk says it for a source that is silent. */
  readonly lastWordMs: number | undefined;
  /** What decides was kept on disk: the source has not answered since the start. */
  readonly isFromCache: boolean;
}

/** Memberships given at run time that go live with a policy. */
export interface NextMembers {
  /** Counts the policies that went live where they are read; a change of memberships says which one it changes. */
  readonly epoch: number;
  /** `whole`: these are all; `release`: these changed since what was live before. */
  readonly kind: 'whole' | 'release';
  readonly members: readonly RuntimeMember[];
  /** The state they lead to. */
  readonly state: DatabaseState;
  /** How far memberships are beyond it, while a release is kept back that comes next. */
  readonly ahead?: DatabaseState;
}

/** Memberships that changed under the release of an epoch; without assignments: one ended. */
export type MemberNews = Omit<NextMembers, 'kind'>;

/** Files that were found good, and all it takes to find the same again. */
export interface NextPolicy {
  readonly files: readonly SourceFile[];
  /** Of the policy that they give. */
  readonly digest: string;
  /** The clock they were judged by: memberships begin and end, so files may be good at one time and not at another. */
  readonly judgedAtMs: number;
  /** When the source said this, where that was not when it was judged; null: nobody knows. */
  readonly heardAtMs?: number | null;
  /** Undefined: memberships are in the files alone. */
  readonly runtime?: NextMembers;
}
