import type { SourceFile } from '../compile/source-file.ts';
import type { LoadedPolicy, ReloadOutcome } from './live-policy.ts';

/** Where routes have their policy from: a process reads the files itself, or another one gives it what it read. */
export interface PolicySource {
  readonly current: LoadedPolicy | undefined;
  /** What decides is older than the files, which could not be loaded since. */
  readonly isStale: boolean;
  /** Has the files read now, by whoever reads them. */
  reload(trigger: 'request'): Promise<ReloadOutcome>;
}

/** Files that were found good, and all it takes to find the same again. */
export interface Release {
  readonly files: readonly SourceFile[];
  readonly revision: string;
  /** The clock they were judged by: memberships begin and end, so files may be good at one time and not at another. */
  readonly judgedAtMs: number;
}
