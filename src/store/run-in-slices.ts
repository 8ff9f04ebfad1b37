import { setImmediate as nextTurn } from 'node:timers/promises';

// Longer than many requests take, shorter than anybody notices.
const sliceMs = 1;

/**
 * Runs long work to its end, a few milliseconds at a time, and lets requests be answered in between. A single step is
 * never cut, so steps are to be short. `onPause` is told the last step before each pause.
 */
export async function runInSlices<Step, Result>(
  steps: Generator<Step, Result>,
  onPause: (step: Step) => void = () => undefined,
): Promise<Result> {
  for (;;) {
    const untilMs = performance.now() + sliceMs;
    let last: Step;
    do {
      const step = steps.next();
      if (step.done) return step.value;
      last = step.value;
    } while (performance.now() < untilMs);
    onPause(last);
    await nextTurn();
  }
}
