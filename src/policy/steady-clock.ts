import { limits } from './limits.ts';

/** Two clocks in milliseconds: one that people set, since 1970, and one that nobody can, since whenever. */
export interface ClockReadings {
  readonly wall: () => number;
  readonly steady: () => number;
}

/** An event of the clock of the machine, for the log: it was set back by so much, or is as far as our time again. */
export type ClockTurn = { readonly kind: 'set-back'; readonly byMs: number } | { readonly kind: 'caught-up' };

/**
 * The time that decisions are made at. It never goes back, so nothing that has ended is revived by setting the clock of
 * the machine back: the time goes on from where it was, by a clock that cannot be set, until that of the machine has
 * caught up. A jump forward is taken as it is: a machine that slept does not know how long.
 */
export class SteadyClock {
  readonly #readings: ClockReadings;
  #latestMs: number;
  /** How far the machine's clock was ahead of the steady one, when it was last to be trusted. */
  #aheadMs: number;
  #setBackByMs: number | undefined;
  #wasTold = false;

  constructor(readings: ClockReadings) {
    this.#readings = readings;
    this.#latestMs = readings.wall();
    this.#aheadMs = this.#latestMs - readings.steady();
  }

  /** Every decision reads it, and a comparison is all that it costs while the clock is well. */
  readonly now = (): number => {
    const wallMs = this.#readings.wall();
    if (wallMs < this.#latestMs) return this.#goOn(wallMs);
    this.#latestMs = wallMs;
    return wallMs;
  };

  /** Somebody whose time is to be trusted has read so much already. */
  notBefore(atMs: number): void {
    if (atMs > this.now()) this.#latestMs = atMs;
  }

  /** To be called every second or so, so that it is known where the time was; answers what is new. */
  look(): ClockTurn | undefined {
    const nowMs = this.now();
    const wallMs = this.#readings.wall();
    if (wallMs >= nowMs) {
      this.#aheadMs = wallMs - this.#readings.steady();
      this.#setBackByMs = undefined;
      if (!this.#wasTold) return undefined;
      this.#wasTold = false;
      return { kind: 'caught-up' };
    }
    if (this.#setBackByMs === undefined || this.#wasTold) return undefined;
    this.#wasTold = true;
    return { kind: 'set-back', byMs: Math.round(this.#setBackByMs) };
  }

  #goOn(wallMs: number): number {
    const steadyMs = this.#readings.steady();
    if (this.#setBackByMs === undefined) {
      const byMs = Math.max(this.#latestMs, steadyMs + this.#aheadMs) - wallMs;
      // Clocks that are kept right are now and then taken back by a little; time stands still for that long.
      if (byMs <= limits.clockSlackMs) return this.#latestMs;
      this.#setBackByMs = byMs;
      this.#aheadMs = wallMs + byMs - steadyMs;
    }
    this.#latestMs = Math.max(this.#latestMs, steadyMs + this.#aheadMs);
    return this.#latestMs;
  }
}
