import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import type { PublishedRelease } from '../database/releases/release.ts';
import type { LoadedPolicy, ReloadOutcome } from './live-policy.ts';

/** Where routes have their policy from: a process reads the files itself, or another one gives it what it read. */
export interface PolicySource {
  readonly current: LoadedPolicy | undefined;
  /** What decides is older than the files, which could not be loaded since. */
  readonly isStale: boolean;
  /** Where it comes from, when that is not a folder. */
  readonly source?: DatabaseSource;
  /** Has the files read now, by whoever reads them. */
  reload(trigger: 'request'): Promise<ReloadOutcome>;
  /**
   * Whether what is live is at least as new as a revision that somebody was told. At once when that is known; else it
   * may take so many milliseconds.
   */
  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand>;
}

/** `late`: not yet, or it cannot be found out now. `refused`: it never will be, and why, as the end of a sentence. */
export type RevisionStand = 'reached' | 'late' | { readonly refused: string };

/** A policy of a process that reads it itself, and so can tell how that went. */
export interface FollowedPolicy extends PolicySource {
  readonly lastReload: ReloadOutcome | undefined;
  /** Calls `listener` after every reload that had something to say; returns what ends that. */
  onReload(listener: (outcome: ReloadOutcome) => void): () => void;
}

/** What there is to tell of the database that a policy comes from. */
export interface DatabaseSource {
  readonly kind: 'database';
  /** Without user and password. */
  readonly url: string;
  /** Of the last change that is live here. */
  readonly sequence: number | undefined;
  /** When the database said last that this is how it is. */
  readonly lastWordMs: number | undefined;
  /** What decides was kept on disk: the database has not answered since the start. */
  readonly isFromCache: boolean;
  readonly release: PublishedRelease | undefined;
}

/** Files that were found good, and all it takes to find the same again. */
export interface Release {
  readonly files: readonly SourceFile[];
  /** Of the policy that they give. */
  readonly digest: string;
  /** The clock they were judged by: memberships begin and end, so files may be good at one time and not at another. */
  readonly judgedAtMs: number;
}
