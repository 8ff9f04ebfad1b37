import { assert } from 'chai';
import { RestartPause } from '../../../src/http/workers/restart-pause.ts';
import { limits } from '../../../src/policy/limits.ts';

describe('the pause before a worker is started again', () => {
  it('grows as long as workers do not live, up to a limit', () => {
    const pause = new RestartPause();
    const pauses = Array.from({ length: 10 }, () => pause.after(1000));
    assert.deepEqual(pauses.slice(0, 4), [250, 500, 1000, 2000]);
    assert.strictEqual(pauses.at(-1), limits.workerPauseMs.longest);
  });

  it('is none after one that lived, and small again after that', () => {
    const pause = new RestartPause();
    for (let death = 0; death < 5; death += 1) pause.after(0);
    assert.deepEqual([pause.after(limits.workerWellMs), pause.after(0)], [0, limits.workerPauseMs.first]);
  });
});
