import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { EventsElsewhere, PackedEvents } from '../../compile/yaml/yaml-events.ts';
import { limits } from '../../policy/limits.ts';

// Beside this file, built or not.
const threadEntry = new URL(import.meta.url.endsWith('.ts') ? './yaml-thread.ts' : './yaml-thread.js', import.meta.url);

type LongFile = Extract<SourceFile, { readonly content: Uint8Array }>;

/**
 * The events of long files, found in a thread of its own: js-yaml reads a text in one piece, and of a few megabytes that
 * takes longer than anybody's request should wait. Whatever goes wrong there, the file is read here; that costs time,
 * and never a word.
 */
export class LongFiles implements EventsElsewhere {
  readonly #entry: URL;
  readonly #waitMs: number;
  readonly #events = new WeakMap<object, PackedEvents>();
  /** Files that came before: what they gave is known. */
  readonly #known = new WeakSet<object>();

  constructor(entry: URL = threadEntry, waitMs: number = limits.yamlThreadMs) {
    this.#entry = entry;
    this.#waitMs = waitMs;
  }

  /** Looks for the events of those among these files that are long and new. Never rejects. */
  async look(files: readonly SourceFile[]): Promise<void> {
    const long = files.filter((file) => isLong(file) && !this.#known.has(file)) as LongFile[];
    if (long.length === 0) return;
    for (const file of long) this.#known.add(file);
    let worker: Worker | undefined;
    try {
      worker = new Worker(this.#entry);
      worker.on('error', () => undefined);
      for (const file of long) await this.#lookInto(file, worker);
    } catch {
      // Nothing is missing: who finds no events here looks for them.
    } finally {
      void worker?.terminate();
    }
  }

  take(file: object): PackedEvents | undefined {
    const events = this.#events.get(file);
    this.#events.delete(file);
    return events;
  }

  async #lookInto(file: LongFile, worker: Worker): Promise<void> {
    // A piece of its own: what is sent takes along all of the memory that it is a piece of.
    const content = new Uint8Array(file.content);
    worker.postMessage(content, [content.buffer]);
    const waiting = new AbortController();
    const giveUp = (): void => waiting.abort();
    worker.once('exit', giveUp);
    // A timer and no `AbortSignal.timeout` in an `AbortSignal.any`, which holds it so loosely that it may be collected
    // before its time, and then nothing ends the wait (nodejs/node#57736).
    const timer = setTimeout(giveUp, this.#waitMs);
    try {
      const [events] = (await once(worker, 'message', { signal: waiting.signal })) as [PackedEvents | undefined];
      if (events) this.#events.set(file, events);
    } finally {
      clearTimeout(timer);
      worker.off('exit', giveUp);
    }
  }
}

function isLong(file: SourceFile): boolean {
  if (!('content' in file)) return false;
  const { length } = file.content;
  return length > limits.fullReportBytes && length <= limits.fileBytes;
}
