import { mkdtemp, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { GoodKeeper, type GoodKeeperOptions } from '../../../src/store/remote/good-keeper.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../../src/store/remote/remote-clone.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';

describe('what was good last of a repository elsewhere', () => {
  let policy: GitPolicy;
  let cache: string;
  let clone: RemoteClone;
  let commit: string;
  let doubts: string[];
  let faults: (string | undefined)[];
  let nowMs: number;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
    cache = await mkdtemp(join(tmpdir(), 'rolebook-good-'));
    clone = cloneOf();
    commit = await clone.fetch();
    [doubts, faults, nowMs] = [[], [], 1_000_000];
  });
  afterEach(async () => {
    await policy.dispose();
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  });

  const cloneOf = (ref = 'refs/heads/main', prefix = ''): RemoteClone =>
    new RemoteClone({
      address: parseRemoteAddress(`file://${policy.root}`, '--git'),
      ref,
      prefix,
      credentials: {},
      folder: join(cache, 'clone'),
    });
  const keeperOf = (of = clone, more: Partial<GoodKeeperOptions> = {}): GoodKeeper =>
    new GoodKeeper(of, {
      path: join(cache, 'good'),
      now: () => nowMs,
      onDoubt: (reason) => doubts.push(reason),
      onFault: (reason) => faults.push(reason),
      ...more,
    });
  const word = (): string => join(cache, 'good.word');
  const keep = async (keeper: GoodKeeper, heardMs = 1_000_000, newsMs = heardMs): Promise<void> => {
    keeper.note({ commit, heardMs, newsMs });
    await keeper.whenKept();
  };

  it('is its commit and when it was heard, for the next process', async () => {
    assert.isUndefined(await keeperOf().read());
    await keep(keeperOf(), 1_000_000, 900_000);
    assert.deepEqual(await keeperOf().read(), { commit, heardMs: 1_000_000, newsMs: 900_000 });
    assert.deepEqual(doubts, []);
    assert.equal((await stat(word())).mode & 0o777, 0o600);
    assert.deepEqual((await readdir(cache)).sort(), ['clone', 'good.key', 'good.word'], 'nothing is left beside it');
  });

  it('is written at once when it is another commit, and every few seconds when it is the same', async () => {
    nowMs = 2_000_000;
    const keeper = keeperOf();
    await keep(keeper);
    await utimes(word(), 1, 1);
    for (const laterMs of [0, 1000, 4999]) await keep(keeper, 1_000_000 + laterMs);
    assert.equal((await stat(word())).mtimeMs, 1000, 'nothing new was written');
    await keep(keeper, 1_005_000);
    assert.equal((await keeper.read())?.heardMs, 1_005_000);
    await policy.write('policies/support.yaml', 'workspace: support\n');
    policy.commit();
    commit = await clone.fetch();
    await keep(keeper, 1_005_001);
    assert.deepEqual(await keeper.read(), { commit, heardMs: 1_005_001, newsMs: 1_005_001 });
  });

  it('is written when the clock goes back, and noted again in a clone that was made anew', async () => {
    const keeper = keeperOf();
    await keep(keeper);
    nowMs = 500_000;
    await keep(keeper, 500_000);
    assert.equal((await keeper.read())?.heardMs, 500_000);
    await clone.fetchAnew();
    assert.isUndefined(await keeper.read());
    await keep(keeper, 500_001);
    assert.deepEqual(await keeper.read(), { commit, heardMs: 500_001, newsMs: 500_001 });
  });

  it('has no time where that is in doubt, and says why', async () => {
    const other = async (): Promise<void> => {
      await policy.write('policies/support.yaml', 'workspace: support\n');
      policy.commit();
      await clone.noteGood(await clone.fetch());
    };
    const flip = async (): Promise<void> => {
      const bytes = await readFile(word());
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 1, bytes.length - 3);
      await writeFile(word(), bytes, { mode: 0o600 });
    };
    const cases: readonly [says: string, harm: () => unknown][] = [
      ['there is no', () => rm(word())],
      ['is damaged, or was changed', () => writeFile(word(), '')],
      ['is damaged, or was changed', flip],
      ['is damaged, or was changed', () => writeFile(word(), 'nonsense')],
      ['another key', () => rm(join(cache, 'good.key'))],
      ['is not a file', async () => (await rm(word()), await mkdir(word()))],
      ['of a time to come', () => (nowMs = 998_000)],
      ['is of another commit', other],
    ];
    for (const [says, harm] of cases) {
      await rm(word(), { recursive: true, force: true });
      nowMs = 1_000_000;
      await keep(keeperOf());
      doubts = [];
      await harm();
      const kept = await keeperOf().read();
      assert.isString(kept?.commit, says);
      assert.isUndefined(kept?.heardMs, says);
      assert.lengthOf(doubts, 1);
      assert.include(doubts[0], says);
    }
  });

  it('is of one branch and one folder', async () => {
    await keep(keeperOf());
    assert.isUndefined(await keeperOf(cloneOf('refs/heads/other')).read());
    const other = cloneOf('refs/heads/main', 'services/');
    await other.noteGood(commit);
    assert.deepEqual(await keeperOf(other).read(), { commit });
    assert.include(doubts.join(), 'is of another commit');
  });

  it('that cannot be kept is told once, and again when it can be', async () => {
    const path = join(cache, 'sub', 'good');
    const keeper = keeperOf(clone, { path });
    await keep(keeper);
    await keep(keeper, 1_000_001);
    assert.deepEqual(faults, ['the folder is gone']);
    await mkdir(join(cache, 'sub'));
    await keep(keeper, 1_000_002);
    assert.deepEqual(faults, ['the folder is gone', undefined]);
    assert.equal((await keeper.read())?.heardMs, 1_000_002);
  });
});
