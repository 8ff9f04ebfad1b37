import { setImmediate as nextTurn } from 'node:timers/promises';

// Longer than a request takes, shorter than anybody notices.
const sliceMs = 8;

/**
 * Runs long work to its end, a few milliseconds at a time, and lets requests be answered in between. A single step is
 * never cut, so steps are to be short.
 */
export async function runInSlices<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  for (;;) {
    const untilMs = performance.now() + sliceMs;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < untilMs);
    await nextTurn();
  }
}
