import { assert } from 'chai';
import { RolebookError } from '../../../../src/policy/errors.ts';
import { limits } from '../../../../src/policy/limits.ts';
import { WriteFaults, type WriteFault } from '../../../../src/store/database/following/write-faults.ts';

const refused = (what: string): RolebookError =>
  new RolebookError('configuration', `permission denied for table ${what}`, { help: 'grant it' });
const down = new RolebookError('unavailable', 'it does not answer');

describe('what cannot be written to a database', () => {
  let nowMs: number;
  let told: WriteFault[];
  let faults: WriteFaults;
  beforeEach(() => {
    nowMs = Date.UTC(2026, 10, 20, 9);
    told = [];
    faults = new WriteFaults(
      'heartbeat',
      (fault) => told.push(fault),
      () => nowMs,
    );
  });

  it('is told at once when somebody has to mend it, and once for each reason', () => {
    for (const what of ['one', 'one', 'two', 'one', 'two', 'two']) faults.noteFault(refused(what));
    assert.deepEqual(told, [
      { written: 'heartbeat', reason: 'permission denied for table one', help: 'grant it' },
      { written: 'heartbeat', reason: 'permission denied for table two', help: 'grant it' },
    ]);
    assert.deepEqual(faults.lasting, { sinceMs: nowMs, reason: 'permission denied for table two', isRefusal: true });
  });

  it('is told when it lasts, if it may pass', () => {
    for (let turn = 0; turn < 7; turn += 1) {
      faults.noteFault(down);
      nowMs += limits.heartbeatMs;
    }
    assert.deepEqual(told, []);
    assert.deepInclude(faults.lasting, { isRefusal: false });
    nowMs += limits.heartbeatSilenceMs;
    for (let turn = 0; turn < 3; turn += 1) faults.noteFault(down);
    assert.deepEqual(told, [{ written: 'heartbeat', reason: 'it does not answer', help: undefined }]);
    faults.noteWritten();
    faults.noteWritten();
    assert.deepEqual(told.slice(1), [{ written: 'heartbeat', reason: undefined }]);
    assert.isUndefined(faults.lasting);
  });

  it('is told again when it was well in between, and nothing is told of what passed unheard', () => {
    faults.noteFault(down);
    faults.noteWritten();
    assert.deepEqual(told, []);
    for (let turn = 0; turn < 2; turn += 1) {
      faults.noteFault(refused('one'));
      faults.noteWritten();
    }
    assert.deepEqual(
      told.map(({ reason }) => reason !== undefined),
      [true, false, true, false],
    );
  });

  it('is not told for ever by a driver that says something else each time', () => {
    for (let turn = 0; turn < 1000; turn += 1) faults.noteFault(refused(`table ${turn}`));
    assert.lengthOf(told, 10);
    faults.noteFault(new Error('a mistake'));
    assert.lengthOf(told, 10);
  });
});
