import { setTimeout as sleep } from 'node:timers/promises';

/** What an attacker has to work with, and where it notes what it did. */
export interface Ground {
  readonly port: number;
  /** Aborted when the siege ends. */
  readonly over: AbortSignal;
  readonly seen: { tries: number; breaches: string[] };
}

export interface Attack {
  readonly name: string;
  /** Goes on until it is over; whatever the sidecar does to it is no error. */
  readonly run: (ground: Ground) => Promise<void>;
}

export interface AttackReport {
  readonly name: string;
  readonly tries: number;
  /** What the sidecar should have refused, and did not. */
  readonly breaches: readonly string[];
}

/** Does something again and again, with pauses, so that a machine with two cores has time for the others. */
export async function again({ over, seen }: Ground, pauseMs: number, once: () => Promise<void>): Promise<void> {
  while (!over.aborted) {
    seen.tries += 1;
    await once().catch(() => undefined);
    await rest(over, pauseMs);
  }
}

/** Waits, but not beyond the end. */
export async function rest(over: AbortSignal, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}
