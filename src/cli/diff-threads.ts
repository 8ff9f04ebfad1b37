import { Worker } from 'node:worker_threads';
import type { ShareJudgement } from '../review/diff/judge-share.ts';
import type { ShareAnswer, ShareTask } from './share-task.ts';

// Beside this file, built or not.
const threadEntry = new URL(import.meta.url.endsWith('.ts') ? './diff-thread.ts' : './diff-thread.js', import.meta.url);

/** Threads that judge shares of a change. They load their code from the moment they are started. */
export class DiffThreads {
  readonly #workers: Worker[] = [];
  #running = 0;
  #hasFailed = false;
  #wake: () => void = () => undefined;

  constructor(count: number, entry: URL = threadEntry) {
    try {
      while (this.#workers.length < count) this.#start(entry);
    } catch {
      this.#hasFailed = true;
    }
  }

  /** A thread died, could not be started, or met something wrong: what it had taken nobody else looks at. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** No more answers will come. */
  get areOver(): boolean {
    return this.#hasFailed || this.#running === 0;
  }

  /** Has all of them judge what they can take. */
  judge(task: ShareTask, take: (index: number, judgement: ShareJudgement) => void): void {
    for (const worker of this.#workers) {
      worker.on('message', ({ index, judgement }: ShareAnswer) => {
        if (!judgement) return this.#fail();
        take(index, judgement);
        this.#wake();
      });
      worker.postMessage(task);
    }
  }

  /** Waits until there is news. */
  async next(): Promise<void> {
    if (!this.areOver) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Ends them, whatever they are at. */
  end(): void {
    for (const worker of this.#workers) void worker.terminate();
  }

  #start(entry: URL): void {
    const worker = new Worker(entry);
    this.#workers.push(worker);
    this.#running += 1;
    worker.on('error', () => this.#fail());
    worker.on('messageerror', () => this.#fail());
    worker.on('exit', () => {
      this.#running -= 1;
      this.#wake();
    });
  }

  #fail(): void {
    this.#hasFailed = true;
    this.#wake();
  }
}
