import { setTimeout as pause } from 'node:timers/promises';

// For so long after somebody else was quicker they are taken to go on.
const crowdedMs = 10_000;
const mostLosses = 2;
const mostPauseMs = 2000;

/**
 * Pace of pushes to a branch that others push to as well. Whoever goes on at once after a push that was taken keeps the
 * others from theirs, and those who were refused together would meet again: so while several are at it each waits, by
 * chance, about as long as a try takes, and longer the more often it was refused.
 */
export class PushPace {
  #lostMs = Number.NEGATIVE_INFINITY;
  #losses = 0;
  #begunMs = 0;
  #tryMs = 0;

  /** Waits before what is there is looked at; whether it had to. */
  async wait(): Promise<boolean> {
    const isCrowded = performance.now() - this.#lostMs < crowdedMs;
    if (isCrowded) await pause(Math.random() * Math.min(2 * this.#tryMs * 2 ** this.#losses, mostPauseMs));
    this.#begunMs = performance.now();
    return isCrowded;
  }

  /** To be told of each push: whether it was taken, or somebody else was quicker. */
  note(outcome: 'won' | 'lost'): void {
    this.#tryMs = performance.now() - this.#begunMs;
    this.#losses = outcome === 'won' ? 0 : Math.min(this.#losses + 1, mostLosses);
    if (outcome === 'lost') this.#lostMs = performance.now();
  }
}
