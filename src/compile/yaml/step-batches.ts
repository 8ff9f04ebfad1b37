/** As many small steps as make up one that is worth a look at the clock. */
export const batchSize = 64;

/** Takes all steps at once, for who has nothing else to do. */
export function takeAll<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Takes steps of next to nothing, such as looking at what is known already, together; `worth` is how much they do. */
export function* inBatches<Result>(
  steps: Generator<undefined, Result>,
  size = batchSize,
  worth = size,
): Generator<number, Result> {
  for (let taken = 1; ; taken += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (taken % size === 0) yield worth;
  }
}
