import { messageOf } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';
import { within } from './within.ts';

/** A log of what could not be closed. */
export interface ClosingFaults {
  error(about: object, message: string): void;
}

interface Opened {
  readonly what: string;
  readonly close: () => unknown;
  readonly withinMs: number;
}

/** Life of a process, or of a part of it: what was opened in it is closed at its end, the last one first. */
export class Lifetime {
  readonly #opened: Opened[] = [];
  readonly #log: ClosingFaults;
  #hasEnded = false;

  constructor(log: ClosingFaults) {
    this.#log = log;
  }

  /** Has `close` called at the end, which waits for it for so long. What is opened after the end is closed at once. */
  add(what: string, close: () => unknown, withinMs: number = limits.closeMs): void {
    this.#opened.push({ what, close, withinMs });
    if (this.#hasEnded) void this.end().catch(() => undefined);
  }

  /** Tries to close everything, whatever becomes of the rest; then throws what the first failure was. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    const failures: unknown[] = [];
    for (let opened = this.#opened.pop(); opened; opened = this.#opened.pop()) {
      try {
        await this.#close(opened);
      } catch (error) {
        failures.push(error);
        this.#log.error({ reason: messageOf(error) }, `closing ${opened.what} failed`);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async #close({ what, close, withinMs }: Opened): Promise<void> {
    const closed = Promise.resolve(close()).then(() => 'closed' as const);
    if ((await within(closed, withinMs)) === 'closed') return;
    // What it comes to later is nobody's concern any more.
    closed.catch(() => undefined);
    this.#log.error({ withinMs }, `closing ${what} takes too long; nobody waits for it any more`);
  }
}

/** Does something in a lifetime, which ends with it, also when it fails. */
export async function inLifetime<Result>(
  log: ClosingFaults,
  work: (lifetime: Lifetime) => Promise<Result>,
): Promise<Result> {
  const lifetime = new Lifetime(log);
  let result: Result;
  try {
    result = await work(lifetime);
  } catch (error) {
    // Why it failed matters more than what then could not be closed, which is in the log.
    await lifetime.end().catch(() => undefined);
    throw error;
  }
  await lifetime.end();
  return result;
}
