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

// Of something that takes a microsecond, as many as nobody notices.
const itemsPerTurn = 1000;

/** Does something small for every item, and lets others have their turn now and then. */
export async function eachInTurns<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    work(item);
    done += 1;
    if (done % itemsPerTurn === 0) await nextTurn();
  }
}

/** Runs `work` for every item, at most `width` at a time. */
export async function eachBounded<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // The lanes share one iterator, so each item is taken once.
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
/** Queue of work that is done one piece after the other, in the order of asking, whatever becomes of those before. */
export type InOrder = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function inOrder(): InOrder {
  let latest: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = latest.then(work);
    latest = result.catch(() => undefined);
    return result;
  };
}
