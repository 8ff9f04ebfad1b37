/** As many small steps as make up one that is worth a look at the clock. */
export const batchSize = 64;

/** Takes steps of next to nothing, such as looking at what is known already, together. */
export function* inBatches<Result>(steps: Generator<undefined, Result>, size = batchSize): Generator<number, Result> {
  for (let taken = 1; ; taken += 1) {
    const step = steps.next();
    if (step.done) return step.value;
    if (taken % size === 0) yield size;
  }
}
