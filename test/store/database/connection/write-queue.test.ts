import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { readState } from '../../../../src/store/database/members/read-changes.ts';
import { onEachDatabase, publicationOf } from '../../../support/opened-databases.ts';

onEachDatabase('the queue of writers', (opened) => {
  beforeEach(() => publishRelease(opened().database, publicationOf()));

  /** Holds the lock until it is told to let go. */
  const hold = async () => {
    const other = await opened().connect('write');
    const hand = new EventEmitter();
    const has = once(hand, 'has');
    const done = other.write(async () => {
      const letGo = once(hand, 'let go');
      hand.emit('has');
      await letGo;
    });
    await has;
    return async () => {
      hand.emit('let go');
      await done;
    };
  };

  it('is left by who does not want to wait any longer, and the others go on waiting', async () => {
    const { database } = opened();
    const letGo = await hold();
    const patient = database.write(() => Promise.resolve('done'));
    const hasty = await opened().connect('write');
    const refusal = await hasty.write(() => Promise.resolve('done'), 200).catch((error: unknown) => error);
    assert.match(String(refusal), /is being written to by somebody else, who does not come to an end/);
    assert.deepInclude(refusal as object, { code: 'unavailable' });
    await letGo();
    assert.equal(await patient, 'done');
    assert.equal(await hasty.write(() => Promise.resolve('done'), 5000), 'done');
  });

  it('counts the time that was waited for others of the same process', async () => {
    const { database } = opened();
    const started: string[] = [];
    const slow = database.write(async () => {
      await pause(300);
      return 'slow';
    });
    const hasty = database.write(() => Promise.resolve(started.push('hasty')), 50).catch((error: unknown) => error);
    const patient = database.write(() => Promise.resolve('patient'), 5000);
    assert.match(String(await hasty), /who does not come to an end/);
    assert.deepEqual([await slow, await patient, started], ['slow', 'patient', []]);
  });

  it('keeps nobody from reading, however long it is', async () => {
    const { database, connect } = opened();
    const reader = database.url.kind === 'postgres' ? database : await connect('read');
    const letGo = await hold();
    const waiting = Array.from({ length: 20 }, () => database.write(() => Promise.resolve(), 10_000));
    assert.equal((await reader.read(readState))?.sequence, 1);
    assert.equal((await reader.read(readState))?.sequence, 1);
    await letGo();
    await Promise.all(waiting);
  });
});
