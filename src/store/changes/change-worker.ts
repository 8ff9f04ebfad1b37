import { Worker } from 'node:worker_threads';
import { RolebookError } from '../../policy/errors.ts';
import type { ThreadAnswer, ThreadWork } from './thread-calls.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface ChangeWorkerOptions {
  /** The code of the thread. */
  readonly entry: URL;
  /** Told by a thread that writes files, before the first takes its place. */
  readonly onWriting?: () => void;
}

/** The thread that judges and writes changes, as it is called. One that has ended is begun again when it is needed. */
export class ChangeWorker {
  readonly #data: object;
  readonly #options: ChangeWorkerOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #calls = 0;

  /** `data` is for the thread: where the changes are made. */
  constructor(data: object, options: ChangeWorkerOptions) {
    this.#data = data;
    this.#options = options;
  }

  /** Rejects with a RolebookError where the policy cannot be read or written, or the thread ended. */
  call(work: ThreadWork): Promise<unknown> {
    const worker = (this.#worker ??= this.#begin());
    this.#calls += 1;
    const id = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, work });
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(this.#options.entry, { workerData: this.#data });
    // What it waits for is waited for by whoever asked; by itself it keeps nobody.
    worker.unref();
    worker.on('message', (answer: ThreadAnswer) => this.#take(answer));
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#failAll();
    });
    return worker;
  }

  #take(answer: ThreadAnswer): void {
    if (answer.kind === 'writing') {
      this.#options.onWriting?.();
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'done') waiting?.resolve(answer.value);
    else waiting?.reject(errorOf(answer));
  }

  #failAll(): void {
    const help = 'look whether the change took effect before it is made again';
    const error = new RolebookError('unavailable', 'the thread that makes changes has ended', { help });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The one who judges and writes. */
export type ChangeWork = Pick<ChangeWorker, 'call' | 'close'>;

function errorOf({ code, message, help }: Extract<ThreadAnswer, { readonly kind: 'failed' }>): Error {
  return code === undefined ? new Error(message) : new RolebookError(code, message, help === undefined ? {} : { help });
}
