import { ChangeWorker } from '../changes/change-worker.ts';
import type { SignatureCheckOptions } from '../signatures/signature-check.ts';
import type { BranchWriting } from './branch-writing.ts';
import type { WritingCloneOptions } from './writing-clone.ts';

// Beside this file, built or not.
const threadEntry = new URL(import.meta.url.endsWith('.ts') ? './push-thread.ts' : './push-thread.js', import.meta.url);

/** The clone of the thread, and the way it writes. */
export interface PushThreadData {
  readonly clone: WritingCloneOptions;
  readonly writing: BranchWriting;
  /** Who must have signed what is changed; undefined: nobody. */
  readonly signatures?: Omit<SignatureCheckOptions, 'now'> | undefined;
  /** To which the branch is published, and what the path of an SQLite file is relative to; undefined: to none. */
  readonly database?: { readonly url: string; readonly cwd: string } | undefined;
}

/** The thread that judges changes of a branch elsewhere and pushes them. */
export function pushWorker(data: PushThreadData, entry: URL = threadEntry): ChangeWorker {
  return new ChangeWorker(data, { entry });
}
