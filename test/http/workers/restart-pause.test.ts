import { expect } from 'chai';
import { RestartPause } from '../../../src/http/workers/restart-pause.ts';
import { limits } from '../../../src/policy/limits.ts';

describe('the pause before a worker is started again', () => {
  it('grows as long as workers do not live, up to a limit', () => {
    const pause = new RestartPause();
    const pauses = Array.from({ length: 10 }, () => pause.after(1000));
    expect(pauses.slice(0, 4)).to.deep.equal([250, 500, 1000, 2000]);
    expect(pauses.at(-1)).to.equal(limits.workerLongestPauseMs);
  });

  it('is none after one that lived, and small again after that', () => {
    const pause = new RestartPause();
    for (let death = 0; death < 5; death += 1) pause.after(0);
    expect([pause.after(limits.workerWellMs), pause.after(0)]).to.deep.equal([0, limits.workerFirstPauseMs]);
  });
});
