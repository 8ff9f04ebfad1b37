import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { GoodKeeper } from '../../../src/store/remote/good-keeper.ts';
import type { NextPolicy } from '../../../src/store/live/policy-source.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../../src/store/remote/remote-clone.ts';
import { RemoteFiles } from '../../../src/store/remote/remote-files.ts';
import { ask } from '../../support/compile-yaml.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

interface Process {
  readonly live: LivePolicy;
  readonly keeper: GoodKeeper;
  readonly kept: { readonly heardMs: number | undefined; readonly fault: string | undefined }[];
  readonly given: NextPolicy[];
}

const supportText = smallPolicy()['policies/support.yaml'] ?? '';

describe('a start from the clone of a repository', () => {
  let policy: GitPolicy;
  let server: GitServer;
  let cache: string;
  let nowMs: number;
  const begun: Process[] = [];
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
    server = await startGitServer(join(policy.root, '.git'));
    cache = await mkdtemp(join(tmpdir(), 'rolebook-restart-'));
    nowMs = 1_700_000_000_000;
  });
  afterEach(async () => {
    await Promise.all(begun.splice(0).map(({ keeper }) => keeper.whenKept()));
    await server.close();
    await policy.dispose();
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  });

  const newProcess = (): Process => {
    const address = parseRemoteAddress(server.url, '--git');
    const of = { address, ref: 'refs/heads/main', prefix: '', credentials: {}, folder: join(cache, 'clone') };
    const now = (): number => nowMs;
    const clone = new RemoteClone({ ...of, timeoutMs: 3000 });
    const keeper = new GoodKeeper(clone, { path: join(cache, 'good'), now });
    const kept: Process['kept'] = [];
    const given: NextPolicy[] = [];
    const live = new LivePolicy(new RemoteFiles(clone, { ...of, now, keeper }), {
      now,
      onKept: (heardMs, fault) => kept.push({ heardMs, fault }),
      beforeLive: (next) => Promise.resolve(void given.push(next)),
    });
    const process = { live, keeper, kept, given };
    begun.push(process);
    return process;
  };
  /** A process that is well, looks `ms` later again, and ends. */
  const lives = async (ms: number): Promise<void> => {
    const { live, keeper } = newProcess();
    await live.reload('start');
    nowMs += ms;
    await live.reload('poll');
    await keeper.whenKept();
  };
  const may = ({ live }: Process): boolean =>
    live.current?.engine.decide(ask('ana@acme.example', 'conversation:assign'), nowMs) === 'granted';

  it('decides as it did, says since when the server is away, and when it was heard', async () => {
    const startedMs = nowMs;
    await lives(60_000);
    server.mood = 'failing';
    nowMs += 3_600_000;
    const next = newProcess();
    const { outcome, error } = await next.live.reload('start');
    assert.equal(outcome, 'failed');
    assert.include(error, 'cannot be fetched');
    assert.isTrue(may(next));
    assert.isTrue(next.live.isStale);
    const heardMs = startedMs + 60_000;
    assert.deepInclude(next.live.source, { kind: 'git', isFromCache: true, lastWordMs: heardMs });
    const { lastReachedMs, lastNewsMs, failing, lastFailure } = next.live.looks;
    assert.deepEqual([lastReachedMs, lastNewsMs, failing?.sinceMs], [heardMs, startedMs, nowMs]);
    assert.equal(lastFailure?.kind, 'unavailable');
    assert.deepEqual(next.kept, [{ heardMs, fault: undefined }]);
    assert.deepEqual(
      next.given.map(({ heardAtMs }) => heardAtMs),
      [heardMs],
    );
  });

  it('goes on to tell the same however often it is started, until the server is back', async () => {
    await lives(0);
    const heardMs = nowMs;
    server.mood = 'failing';
    for (let start = 0; start < 3; start += 1) {
      nowMs += 600_000;
      const { live, keeper } = newProcess();
      await live.reload('start');
      await live.reload('poll');
      await keeper.whenKept();
      assert.equal(live.looks.lastReachedMs, heardMs);
    }
    const next = newProcess();
    await next.live.reload('start');
    server.mood = 'well';
    nowMs += 1000;
    assert.equal((await next.live.reload('poll')).outcome, 'unchanged');
    assert.equal(next.live.looks.lastReachedMs, nowMs);
    assert.deepInclude(next.live.source, { isFromCache: false, lastWordMs: nowMs });
    await next.keeper.whenKept();
    assert.equal((await next.keeper.read())?.heardMs, nowMs);
  });

  it('does not know when the server was heard where nobody wrote it, or the clock was set back', async () => {
    await lives(0);
    server.mood = 'failing';
    nowMs -= 7_200_000;
    const back = newProcess();
    await back.live.reload('start');
    assert.isTrue(may(back));
    assert.isUndefined(back.live.looks.lastReachedMs);
    nowMs += 7_200_000;
    await rm(join(cache, 'good.word'));
    const next = newProcess();
    await next.live.reload('start');
    assert.isTrue(may(next));
    assert.isUndefined(next.live.looks.lastReachedMs);
    assert.deepInclude(next.live.source, { isFromCache: true, lastWordMs: undefined });
    assert.deepEqual(next.kept, [{ heardMs: undefined, fault: undefined }]);
    assert.isNull(next.given[0]?.heardAtMs);
  });

  it('begins with the last good commit where the newest is no good, and counts its age from when it was good', async () => {
    await lives(0);
    const heardMs = nowMs;
    await policy.write('policies/support.yaml', 'workspace: [support');
    policy.commit('break');
    nowMs += 60_000;
    const next = newProcess();
    assert.equal((await next.live.reload('start')).outcome, 'failed');
    assert.isTrue(may(next));
    assert.equal(next.live.looks.lastReachedMs, heardMs);
    assert.equal(next.live.looks.lastFailure?.kind, 'problems');
    assert.deepInclude(next.live.source, { isFromCache: true, lastWordMs: nowMs });
    await next.live.reload('poll');
    await next.keeper.whenKept();
    assert.equal((await next.keeper.read())?.heardMs, heardMs, 'a bad commit makes nothing younger');
    await policy.write('policies/support.yaml', supportText);
    policy.commit('mend');
    await next.live.reload('poll');
    assert.isFalse(next.live.isStale);
    assert.deepInclude(next.live.source, { isFromCache: false });
  });

  it('keeps no commit that nobody has judged, also when a look finds it beside a reload', async () => {
    const { live, keeper } = newProcess();
    await live.reload('start');
    await policy.write('policies/support.yaml', 'workspace: [support');
    policy.commit('break');
    nowMs += 60_000;
    await Promise.all([live.reload('news'), live.reload('poll'), live.reload('poll')]);
    await keeper.whenKept();
    assert.equal((await keeper.read())?.heardMs, nowMs - 60_000);
    assert.equal(live.looks.lastReachedMs, nowMs - 60_000);
  });

  it('decides nothing where the clone has nothing that was good, and begins by itself', async () => {
    server.mood = 'failing';
    const { live, kept } = newProcess();
    await live.reload('start');
    assert.isUndefined(live.current);
    assert.deepInclude(live.source, { isFromCache: false });
    assert.deepEqual(kept, []);
    server.mood = 'well';
    assert.equal((await live.reload('poll')).outcome, 'loaded');
  });
});
