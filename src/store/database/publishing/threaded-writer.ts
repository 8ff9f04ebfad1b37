import { Worker } from 'node:worker_threads';
import { RolebookError, type ErrorCode } from '../../../policy/errors.ts';
import type { DatabaseUrl } from '../database-url.ts';
import type { CommitOutcome, CommitWriter } from './commit-writer.ts';
import type { FoundCommit } from './publish-commit.ts';

/** The work of one thread. */
export interface ThreadTask {
  readonly url: string;
  readonly cwd: string;
  readonly found: FoundCommit;
}

/** The last word of a thread. */
export type ThreadReply =
  | { readonly kind: 'done'; readonly outcome: CommitOutcome }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly help: string | undefined;
    };

// Beside this file, built or not.
const threadEntry = new URL(
  import.meta.url.endsWith('.ts') ? './publish-thread.ts' : './publish-thread.js',
  import.meta.url,
);

/** A writer that has a thread of its own for each commit: to compile ten thousand files holds up no decision. */
export class ThreadedWriter implements CommitWriter {
  readonly #url: string;
  readonly #cwd: string;
  readonly #entry: URL;
  #worker: Worker | undefined;

  /** `cwd`: what the path of an SQLite file is relative to. */
  constructor(url: DatabaseUrl, cwd: string, entry: URL = threadEntry) {
    this.#url = url.kind === 'sqlite' ? `sqlite:${url.reveal()}` : url.reveal();
    this.#cwd = cwd;
    this.#entry = entry;
  }

  async publish(found: FoundCommit): Promise<CommitOutcome> {
    const task: ThreadTask = { url: this.#url, cwd: this.#cwd, found };
    const worker = new Worker(this.#entry, { workerData: task });
    this.#worker = worker;
    try {
      const reply = await replyOf(worker);
      if (reply.kind === 'done') return reply.outcome;
      const { code, message, help } = reply;
      throw new RolebookError(code, message, help === undefined ? {} : { help });
    } finally {
      this.#worker = undefined;
      await worker.terminate();
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}

function replyOf(worker: Worker): Promise<ThreadReply> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => reject(unavailable(`the thread that publishes failed: ${error.message}`)));
    worker.once('exit', () => reject(unavailable('the thread that publishes has ended')));
  });
}

function unavailable(message: string): RolebookError {
  return new RolebookError('unavailable', message, { help: 'it is tried again by itself' });
}
