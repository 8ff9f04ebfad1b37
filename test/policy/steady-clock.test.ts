import { assert } from 'chai';
import fc from 'fast-check';
import { limits } from '../../src/policy/limits.ts';
import { SteadyClock } from '../../src/policy/steady-clock.ts';
import { lawRuns } from '../support/law-runs.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20, 9);

/** A machine whose clock can be set, and that can sleep. */
function createMachine(): {
  clock: SteadyClock;
  pass: (ms: number) => void;
  set: (ms: number) => void;
  sleep: (ms: number) => void;
} {
  const at = { wallMs: start, steadyMs: 5000 };
  const clock = new SteadyClock({ wall: () => at.wallMs, steady: () => at.steadyMs });
  const pass = (ms: number): void => {
    at.wallMs += ms;
    at.steadyMs += ms;
  };
  return { clock, pass, set: (ms) => (at.wallMs = ms), sleep: (ms) => (at.wallMs += ms) };
}

describe('the clock of decisions', () => {
  it('is that of the machine while it goes forward, by whatever leaps', () => {
    const { clock, pass, sleep, set } = createMachine();
    assert.strictEqual(clock.now(), start);
    pass(7);
    assert.strictEqual(clock.now(), start + 7);
    sleep(hour);
    assert.strictEqual(clock.now(), start + hour + 7);
    set(start + 24 * hour);
    assert.strictEqual(clock.now(), start + 24 * hour);
    assert.strictEqual(clock.look(), undefined);
  });

  it('goes on from where it was when the clock is set back, until that has caught up, and tells both once', () => {
    const { clock, pass, set } = createMachine();
    pass(1000);
    clock.look();
    pass(500);
    set(start - hour);
    assert.strictEqual(clock.now(), start + 1500, 'as late as it really is');
    pass(250);
    assert.strictEqual(clock.now(), start + 1750);
    assert.deepEqual(clock.look() as object, { kind: 'set-back', byMs: hour + 1500 });
    assert.strictEqual(clock.look(), undefined);
    pass(hour);
    assert.strictEqual(clock.now(), start + 1750 + hour);
    assert.strictEqual(clock.look(), undefined);
    set(start + 2 * hour);
    assert.strictEqual(clock.now(), start + 2 * hour);
    assert.deepEqual(clock.look() as object, { kind: 'caught-up' });
    assert.strictEqual(clock.look(), undefined);
  });

  it('stands still for a moment when the clock is only kept right, and says nothing', () => {
    const { clock, pass, set } = createMachine();
    pass(2000);
    assert.strictEqual(clock.now(), start + 2000);
    set(start + 2000 - limits.clockSlackMs);
    assert.strictEqual(clock.now(), start + 2000);
    assert.strictEqual(clock.look(), undefined);
    pass(limits.clockSlackMs + 1);
    assert.strictEqual(clock.now(), start + 2001);
  });

  it('does not stand still for ever when the clock is set back again and again, each time by little', () => {
    const { clock, pass, set } = createMachine();
    for (let step = 0; step < 100; step += 1) {
      pass(100);
      set(start - step - 1);
      clock.look();
    }
    const found = clock.now();
    assert.isAtLeast(found, start + 10_000 - 2 * limits.clockSlackMs);
    assert.isAtMost(found, start + 10_000);
  });

  it('goes on after a leap forward that was taken back at once, before anybody looked', () => {
    const { clock, pass, set } = createMachine();
    set(start + hour);
    assert.strictEqual(clock.now(), start + hour);
    set(start);
    pass(40);
    assert.isAtLeast(clock.now(), start + hour);
    pass(1000);
    assert.isAtLeast(clock.now(), start + hour + 1000);
  });

  it('is never before what another process has read', () => {
    const { clock, pass } = createMachine();
    clock.notBefore(start - hour);
    assert.strictEqual(clock.now(), start);
    clock.notBefore(start + hour);
    assert.strictEqual(clock.now(), start + hour);
    pass(3000);
    assert.strictEqual(clock.now(), start + hour + 3000);
  });

  it('never goes back, and is never behind the machine, whatever is done to that and whenever it is looked at', () => {
    const step = fc.record({
      kind: fc.constantFrom('pass', 'pass', 'set', 'sleep', 'look', 'not-before'),
      ms: fc.oneof(fc.nat(2000), fc.integer({ min: -48 * hour, max: 48 * hour })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const at = { wallMs: start, steadyMs: 0 };
        const clock = new SteadyClock({ wall: () => at.wallMs, steady: () => at.steadyMs });
        let latest = clock.now();
        for (const { kind, ms } of steps) {
          if (kind === 'pass' || kind === 'sleep') at.wallMs += Math.abs(ms);
          if (kind === 'pass') at.steadyMs += Math.abs(ms);
          if (kind === 'set') at.wallMs += ms;
          if (kind === 'look') clock.look();
          if (kind === 'not-before') clock.notBefore(at.wallMs + ms);
          const now = clock.now();
          assert.isAtLeast(now, latest);
          assert.isAtLeast(now, at.wallMs);
          latest = now;
        }
      }),
      { numRuns: lawRuns(2000) },
    );
  });
});
