import { RolebookError, messageOf } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import { isRefusal } from '../database-fault.ts';

/** A thing that a sidecar writes to its database. */
export type WrittenThing = 'memberships' | 'heartbeat';

/** News about what a sidecar cannot write; without a reason it can again. */
export interface WriteFault {
  readonly written: WrittenThing;
  readonly reason: string | undefined;
  readonly help?: string | undefined;
}

/** A failure that goes on. */
export interface LastingFault {
  readonly sinceMs: number;
  readonly reason: string;
  /** Nothing but a person mends it. */
  readonly isRefusal: boolean;
}

/**
 * The memory of what could not be written, so that each fault is told once. One of the configuration is told at once,
 * since nothing but a person mends it; any other when it lasts, since most of them pass.
 */
export class WriteFaults {
  readonly #written: WrittenThing;
  readonly #onNews: (fault: WriteFault) => void;
  readonly #now: () => number;
  #lasting: LastingFault | undefined;
  /** The reasons that were told. */
  readonly #told = new Set<string>();

  constructor(
    written: WrittenThing,
    onNews: (fault: WriteFault) => void = () => undefined,
    now: () => number = Date.now,
  ) {
    this.#written = written;
    this.#onNews = onNews;
    this.#now = now;
  }

  /** Since when it fails, and why it did the last time. */
  get lasting(): LastingFault | undefined {
    return this.#lasting;
  }

  noteWritten(): void {
    this.#lasting = undefined;
    if (this.#told.size === 0) return;
    this.#told.clear();
    this.#onNews({ written: this.#written, reason: undefined });
  }

  noteFault(error: unknown): void {
    const [reason, nowMs] = [messageOf(error), this.#now()];
    this.#lasting = { sinceMs: this.#lasting?.sinceMs ?? nowMs, reason, isRefusal: isRefusal(error) };
    const isDue = this.#lasting.isRefusal || nowMs - this.#lasting.sinceMs >= limits.heartbeatSilenceMs;
    if (!isDue || this.#told.has(reason) || this.#told.size >= mostReasons) return;
    this.#told.add(reason);
    this.#onNews({ written: this.#written, reason, help: error instanceof RolebookError ? error.help : undefined });
  }
}

// It may be refused table by table; a driver that says something else each time is not told for ever.
const mostReasons = 10;
