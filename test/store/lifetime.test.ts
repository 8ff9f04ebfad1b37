import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { inLifetime, type Lifetime } from '../../src/store/lifetime.ts';

describe('a lifetime', () => {
  let closed: string[];
  let logged: string[];
  const log = { error: (_about: object, message: string) => void logged.push(message) };
  const live = <Result>(work: (lifetime: Lifetime) => Promise<Result>): Promise<Result> =>
    inLifetime(log as Parameters<typeof inLifetime>[0], work);
  const open = (lifetime: Lifetime, what: string): void => {
    lifetime.add(what, async () => {
      await Promise.resolve();
      closed.push(what);
    });
  };

  beforeEach(() => {
    closed = [];
    logged = [];
  });

  it('closes what was opened in it one after the other, the last one first', async () => {
    const result = await live((lifetime) => {
      for (const what of ['the log', 'the source', 'the port']) open(lifetime, what);
      return Promise.resolve('done');
    });
    assert.equal(result, 'done');
    assert.deepEqual(closed, ['the port', 'the source', 'the log']);
  });

  it('closes what is open when the start fails, and says why it failed', async () => {
    const failed = live((lifetime) => {
      open(lifetime, 'the log');
      lifetime.add('the port', () => Promise.reject(new Error('stuck')));
      return Promise.reject(new Error('no policy'));
    });
    assert.match(String(await failed.catch((error: unknown) => error)), /no policy/);
    assert.deepEqual(closed, ['the log']);
    assert.deepEqual(logged, ['closing the port failed']);
  });

  it('tries every close even when one throws, and then fails as the first one did', async () => {
    const failed = live((lifetime) => {
      open(lifetime, 'the log');
      lifetime.add('the source', () => {
        throw new Error('torn');
      });
      lifetime.add('the port', () => Promise.reject(new Error('stuck')));
      open(lifetime, 'the signals');
      return Promise.resolve();
    });
    assert.match(String(await failed.catch((error: unknown) => error)), /stuck/);
    assert.deepEqual(closed, ['the signals', 'the log']);
    assert.deepEqual(logged, ['closing the port failed', 'closing the source failed']);
  });

  it('waits for none longer than it may take', async () => {
    const startedMs = performance.now();
    await live((lifetime) => {
      open(lifetime, 'the log');
      lifetime.add('the server', () => new Promise(() => undefined), 30);
      return Promise.resolve();
    });
    assert.isBelow(performance.now() - startedMs, 5000);
    assert.deepEqual(closed, ['the log']);
    assert.deepEqual(logged, ['closing the server takes too long; nobody waits for it any more']);
  });

  it('closes at once what is opened after its end', async () => {
    let late: Lifetime | undefined;
    await live((lifetime) => Promise.resolve((late = lifetime)));
    if (late) open(late, 'the watching');
    await pause(1);
    assert.deepEqual(closed, ['the watching']);
  });
});
