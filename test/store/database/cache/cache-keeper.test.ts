import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import type { RuntimeMember } from '../../../../src/policy/runtime-member.ts';
import { CacheKeeper } from '../../../../src/store/database/cache/cache-keeper.ts';
import { CacheLock, type LockHolder } from '../../../../src/store/database/cache/cache-lock.ts';
import { markOfThisProcess } from '../../../../src/store/database/cache/process-mark.ts';
import { memberKeyOf, PolicyCache, type CachedPolicy } from '../../../../src/store/database/cache/policy-cache.ts';
import { cachedPolicy, runtimeMember } from './cached-policy.ts';
import { waitFor } from '../../../support/wait-for.ts';

const database = 'postgres://db.example/access';

/** Stands for what is live in a sidecar, in so far as the cache wants to know. */
class Live {
  readonly members = new Map<string, RuntimeMember>();
  sequence = 1;
  lastWordMs = Date.now();
  isThere = true;

  snapshot(): CachedPolicy | undefined {
    if (!this.isThere) return undefined;
    return cachedPolicy([...this.members.values()], this.sequence, { lastWordMs: this.lastWordMs });
  }

  progress(): Pick<CachedPolicy, 'state' | 'lastWordMs'> | undefined {
    const { state, lastWordMs } = this.snapshot() ?? {};
    return state === undefined || lastWordMs === undefined ? undefined : { state, lastWordMs };
  }
}

describe('whoever keeps a cache', () => {
  let folder: string;
  const keepers: CacheKeeper[] = [];
  let told: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-keeper-'));
    told = [];
  });
  afterEach(async () => {
    await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });

  const keep = async (live: Live, host: string, faults: (string | undefined)[] = []): Promise<CacheKeeper> => {
    const cache = await PolicyCache.open(folder, database);
    const keeper = new CacheKeeper({
      cache,
      lock: new CacheLock(cache.lockPath, host),
      snapshot: () => live.snapshot(),
      progress: () => live.progress(),
      onFault: (fault) => faults.push(fault),
      onWriter: ({ kind }) => told.push(`${host}: ${kind}`),
    });
    keepers.push(keeper);
    return keeper;
  };
  const change = (live: Live, keeper: CacheKeeper, id: string, role?: string): void => {
    live.sequence += 1;
    const member = runtimeMember(id, live.sequence, role);
    if (role === undefined) live.members.delete(memberKeyOf(member));
    else live.members.set(memberKeyOf(member), member);
    keeper.noteMember(member);
  };
  const read = async (): Promise<{ sequence: number; held: Record<string, string | undefined> } | string> => {
    const found = await (await PolicyCache.open(folder, database)).read();
    if ('fault' in found) return found.fault;
    const held = found.members.map(({ subject, assignments }) => [subject.id, assignments[0]?.role] as const);
    return { sequence: found.state.sequence, held: Object.fromEntries(held) };
  };
  const untilSequence = (sequence: number): Promise<void> =>
    waitFor(`sequence ${sequence}`, async () => {
      const found = await read();
      return typeof found !== 'string' && found.sequence === sequence;
    });
  const policies = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.endsWith('.policy')).sort();
  const locks = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.includes('.lock'));
  const lock = async (holder: LockHolder): Promise<void> => {
    const { lockPath } = await PolicyCache.open(folder, database);
    await writeFile(lockPath, JSON.stringify(holder));
  };

  it('writes what is live at once, and the memberships that change beside it', async () => {
    const live = new Live();
    const keeper = await keep(live, 'one');
    await untilSequence(1);
    const before = await policies();
    change(live, keeper, 'bo', 'member');
    change(live, keeper, 'cy', 'member');
    await untilSequence(3);
    change(live, keeper, 'bo');
    await untilSequence(4);
    assert.deepEqual(await read(), { sequence: 4, held: { cy: 'member' } });
    assert.deepEqual(await policies(), before);
    // The file is there a moment before the keeper has heard that it is.
    await waitFor('the report', () => keeper.report.sequence === 4);
    assert.include(keeper.report, { keeper: 'this', fault: undefined });
  });

  it('writes everything again when something is published, and when very many changed', async () => {
    const live = new Live();
    const keeper = await keep(live, 'one');
    await untilSequence(1);
    const first = await policies();
    live.sequence = 2;
    keeper.noteWhole();
    await untilSequence(2);
    const second = await policies();
    assert.notDeepEqual(second, first);
    for (let count = 0; count < 2500; count += 1) change(live, keeper, `m${count}`, 'member');
    await untilSequence(2502);
    assert.notDeepEqual(await policies(), second);
    assert.lengthOf(Object.keys(((await read()) as { held: object }).held), 2500);
  });

  it('writes nothing before there is something, and what is due when it ends', async () => {
    const live = new Live();
    live.isThere = false;
    const keeper = await keep(live, 'one');
    await pause(50);
    assert.deepEqual(await readdir(folder), []);
    live.isThere = true;
    change(live, keeper, 'bo', 'member');
    await keeper.close();
    assert.deepEqual(await read(), { sequence: 2, held: { bo: 'member' } });
  });

  it('is one of those who share a folder; another takes over when it ends', async () => {
    const [first, second] = [new Live(), new Live()];
    const one = await keep(first, 'one');
    await untilSequence(1);
    const two = await keep(second, 'two');
    await waitFor('the second to stand back', () => two.report.keeper === 'other');
    const written = await policies();
    for (const [live, keeper] of [
      [first, one],
      [second, two],
    ] as const) {
      change(live, keeper, 'bo', 'member');
    }
    await untilSequence(2);
    assert.deepEqual(await policies(), written);
    await one.close();
    change(second, two, 'cy', 'member');
    await two.close();
    assert.deepEqual(await read(), { sequence: 3, held: { bo: 'member', cy: 'member' } });
    assert.notDeepEqual(await policies(), written);
  });

  it('does not put what it heard long ago in the place of what another heard since', async () => {
    const [fresh, old] = [new Live(), new Live()];
    fresh.sequence = 7;
    const one = await keep(fresh, 'one');
    await untilSequence(7);
    await one.close();
    old.lastWordMs = fresh.lastWordMs - 60_000;
    const two = await keep(old, 'two');
    await pause(50);
    await two.close();
    assert.include((await read()) as object, { sequence: 7 });
  });

  it('takes over at once from one that was killed on this machine', async () => {
    const live = new Live();
    const cache = await PolicyCache.open(folder, database);
    await cache.writePolicy(cachedPolicy([], 1, { lastWordMs: live.lastWordMs }));
    await lock({ id: 'gone', host: 'one', mark: { ...(await markOfThisProcess()), pid: 999_999_999 } });
    live.sequence = 2;
    await keep(live, 'one');
    await untilSequence(2);
    assert.deepEqual(told, []);
  });

  it('writes nothing while another holds the lock, and says so once', async () => {
    await lock({ id: 'other', host: 'elsewhere', mark: { pid: 1, world: 'elsewhere', startedAt: '1' } });
    const live = new Live();
    const keeper = await keep(live, 'one');
    await waitFor('it to stand back', () => keeper.report.keeper === 'other');
    change(live, keeper, 'bo', 'member');
    await keeper.close();
    assert.deepEqual(await policies(), []);
    assert.lengthOf(await locks(), 1);
    assert.deepEqual(told, ['one: other']);
  });

  it('stands back when it lost the lock while it stood still', async () => {
    const live = new Live();
    const keeper = await keep(live, 'one');
    await untilSequence(1);
    await lock({ id: 'other', host: 'elsewhere', mark: { pid: 1, world: 'elsewhere', startedAt: '1' } });
    change(live, keeper, 'bo', 'member');
    await waitFor('it to stand back', () => keeper.report.keeper === 'other');
    assert.deepEqual(await read(), { sequence: 1, held: {} });
    await keeper.close();
    assert.lengthOf(await locks(), 1, "another's lock stays");
  });

  it('leaves the cache to others when the database has been silent to it, and when it ends', async () => {
    const live = new Live();
    const keeper = await keep(live, 'one');
    await untilSequence(1);
    assert.lengthOf(await locks(), 1);
    live.lastWordMs -= 20_000;
    keeper.noteWhole();
    await waitFor('the lock to be free', async () => (await locks()).length === 0);
    live.lastWordMs = Date.now();
    change(live, keeper, 'bo', 'member');
    await untilSequence(2);
    assert.lengthOf(await locks(), 1);
    await keeper.close();
    assert.deepEqual(await locks(), []);
  });

  it('writes it anew when somebody damaged or removed it', async () => {
    const live = new Live();
    const keeper = await keep(live, 'one');
    await untilSequence(1);
    for (const ending of ['.policy', '.latest']) {
      const name = (await readdir(folder)).find((found) => found.endsWith(ending)) ?? '';
      if (ending === '.policy') await rm(join(folder, name));
      else await writeFile(join(folder, name), 'rolebook');
      assert.isString(await read());
      change(live, keeper, `after ${ending}`, 'member');
      await untilSequence(live.sequence);
    }
  });

  it('tells when it cannot write, goes on trying, and tells when it can', async () => {
    const live = new Live();
    const faults: (string | undefined)[] = [];
    const keeper = await keep(live, 'one', faults);
    await untilSequence(1);
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder was');
    change(live, keeper, 'bo', 'member');
    await waitFor('the fault', () => faults.length === 1);
    assert.strictEqual(faults[0], 'the folder is gone');
    assert.strictEqual(keeper.report.fault, faults[0]);
    await rm(folder);
    await PolicyCache.open(folder, database);
    await keeper.close();
    assert.deepEqual(await read(), { sequence: 2, held: { bo: 'member' } });
    assert.strictEqual(faults.at(-1), undefined);
  });
});
