import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { SentWorkspace } from '../../compile/incremental/sent-workspace.ts';
import type { SourceFile } from '../../compile/file/source-file.ts';
import type { ParsedElsewhere } from '../../compile/incremental/workspace-source.ts';
import { batchesOf, batchState, packBatch, type ParsedBatch, type ParseTask } from './parse-ahead-task.ts';

// Beside this file, built or not.
const threadEntry = new URL(
  import.meta.url.endsWith('.ts') ? './parse-ahead-thread.ts' : './parse-ahead-thread.js',
  import.meta.url,
);

// With less to do, a second thread, which has code to load and to warm up, is hardly ready before all is over.
const leastFiles = 200;
// Whoever takes longer for a batch has died, or the machine is so busy that it is as well parsed here.
const longestWaitMs = 2000;

/**
 * Starts the thread that a policy directory seems to be worth, by the number of names in it, which is known at once: by
 * the time all is read, it has loaded its code. It is to be ended.
 */
export async function startParseAhead(root: string, cores = availableParallelism()): Promise<ParseAhead | undefined> {
  if (cores < 2) return undefined;
  const names = await readdir(join(root, 'policies'), { recursive: true }).catch(() => []);
  return names.length < leastFiles ? undefined : new ParseAhead();
}

interface GivenBatch {
  readonly states: Int32Array;
  readonly index: number;
}

/**
 * A thread that parses workspaces ahead of this one, which compiles them: reading YAML is half of the work, and warms up
 * other code than the rest. Where this thread is faster it parses what the other one has not begun.
 */
export class ParseAhead implements ParsedElsewhere {
  readonly #worker: Worker | undefined;
  readonly #channel = new MessageChannel();
  readonly #batches = new Map<SourceFile, GivenBatch>();
  readonly #parsed = new Map<SourceFile, SentWorkspace>();
  /** By their numbers. */
  readonly #given: (readonly SourceFile[])[] = [];
  readonly #longestWaitMs: number;
  #isOver = false;

  constructor(entry: URL = threadEntry, longestWait: number = longestWaitMs) {
    this.#longestWaitMs = longestWait;
    const { port2 } = this.#channel;
    try {
      this.#worker = new Worker(entry, { workerData: port2, transferList: [port2] });
    } catch {
      this.#isOver = true;
    }
    for (const event of ['error', 'messageerror', 'exit']) this.#worker?.on(event, () => (this.#isOver = true));
  }

  /** Has the workspaces among these files parsed, in their order, which is best the one in which they are asked for. */
  add(files: readonly SourceFile[]): void {
    const given = batchesOf(files.filter((file) => !this.#batches.has(file)));
    const states = new Int32Array(new SharedArrayBuffer(given.length * Int32Array.BYTES_PER_ELEMENT));
    const batches = given.map((batch, index) => {
      for (const file of batch) this.#batches.set(file, { states, index });
      return packBatch(this.#given.push(batch) - 1, batch);
    });
    const contents = batches.map(({ content }) => content.buffer as ArrayBuffer);
    this.#worker?.postMessage({ batches, states } satisfies ParseTask, contents);
  }

  take(file: SourceFile): SentWorkspace | undefined {
    const batch = this.#batches.get(file);
    if (!batch || !this.#await(batch)) return undefined;
    this.#receive();
    const parsed = this.#parsed.get(file);
    this.#parsed.delete(file);
    return parsed;
  }

  /** Ends it, whatever it is at. */
  end(): void {
    this.#channel.port1.close();
    void this.#worker?.terminate();
  }

  /** Whether the other thread has parsed the batch. What it has not begun it will not begin any more. */
  #await({ states, index }: GivenBatch): boolean {
    const { free, beingParsed, parsed, takenBack } = batchState;
    const state = Atomics.compareExchange(states, index, free, takenBack);
    if (state === beingParsed && !this.#isOver) {
      if (Atomics.wait(states, index, beingParsed, this.#longestWaitMs) === 'timed-out') this.#isOver = true;
    }
    return Atomics.load(states, index) === parsed;
  }

  #receive(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#channel.port1) as { readonly message: ParsedBatch } | undefined;
      if (!received) return;
      const { number, files } = received.message;
      for (const [index, file] of (this.#given[number] ?? []).entries()) {
        const parsed = files[index];
        if (parsed) this.#parsed.set(file, parsed);
      }
    }
  }
}
