import { limits } from '../../policy/limits.ts';

/** The time to wait before a worker is started again: longer each time, as long as it does not live. */
export class RestartPause {
  #nextMs: number = limits.workerPauseMs.first;

  after(livedMs: number): number {
    if (livedMs >= limits.workerWellMs) {
      this.#nextMs = limits.workerPauseMs.first;
      return 0;
    }
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, limits.workerPauseMs.longest);
    return pauseMs;
  }
}
