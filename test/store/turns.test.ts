import { assert } from 'chai';
import { runInSlices } from '../../src/store/turns.ts';

function* busy(steps: number, stepMs: number): Generator<undefined, string> {
  for (let step = 0; step < steps; step += 1) {
    const untilMs = performance.now() + stepMs;
    while (performance.now() < untilMs);
    yield;
  }
  return 'done';
}

describe('long work in slices', () => {
  it('lets others have their turn while it runs, and gives its result', async () => {
    const state = { turns: 0, isOver: false };
    const others = (async () => {
      while (!state.isOver) {
        await new Promise((resolve) => setImmediate(resolve));
        state.turns += 1;
      }
    })();
    assert.strictEqual(await runInSlices(busy(100, 1)), 'done');
    state.isOver = true;
    await others;
    assert.isAbove(state.turns, 5);
  });

  it('does not wait at all for work that is short', async () => {
    let waited = 0;
    const timer = setImmediate(() => (waited += 1));
    assert.strictEqual(await runInSlices(busy(3, 0)), 'done');
    clearImmediate(timer);
    assert.strictEqual(waited, 0);
  });

  it('tells how far it is before each pause', async () => {
    const steps = function* (): Generator<number, void> {
      for (let step = 1; step <= 40; step += 1) {
        const untilMs = performance.now() + 0.1;
        while (performance.now() < untilMs);
        yield step;
      }
    };
    const told: number[] = [];
    await runInSlices(steps(), (step) => told.push(step));
    assert.isAtLeast(told.length, 1);
    assert.isAtMost(told.length, 39);
    assert.deepEqual(
      told,
      [...told].sort((left, right) => left - right),
    );
  });

  it('fails as the work fails', async () => {
    const failing = function* (): Generator<undefined, never> {
      yield;
      throw new Error('half way');
    };
    const error = await runInSlices(failing()).catch((caught: unknown) => caught);
    assert.propertyVal(error, 'message', 'half way');
  });
});
