import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { Serving } from '../../support/serving.ts';

interface Told {
  readonly isStale: boolean;
  readonly isFromCache: boolean;
  readonly isBeyondMaxStaleness: boolean;
  readonly looks: {
    readonly lastReachedAt: string | null;
    readonly lastNewsAt: string | null;
    readonly failingSince: string | null;
    readonly lastFailure: { readonly at: string; readonly kind: string } | null;
  };
  readonly source: { readonly lastWordAt: string | null; readonly isFromCache: boolean };
  readonly maxStaleness: { readonly lastWordAt: string | null; readonly isBeyond: boolean };
}

describe('a sidecar that is started while its repository is away', function () {
  this.timeout(120_000);
  let policy: GitPolicy;
  let server: GitServer;
  let cache: string;
  let serving: Serving | undefined;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
    server = await startGitServer(join(policy.root, '.git'));
    cache = await mkdtemp(join(tmpdir(), 'rolebook-away-'));
  });
  afterEach(async () => {
    serving?.kill();
    await server.close();
    await policy.dispose();
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = async (...more: string[]): Promise<Serving> => {
    const from = ['--git', server.url, '--cache', cache, '--poll', '1s'];
    serving = new Serving([...from, '--max-staleness', '1h', '--listen', '127.0.0.1:0', ...more], cache);
    await serving.untilOutput('answers on');
    return serving;
  };
  const stop = async (): Promise<void> => {
    serving?.signal('SIGTERM');
    assert.equal(await serving?.untilExit(), 0);
  };
  const get = async (path: string): Promise<Response> => fetch(`${serving?.address}${path}`);
  const told = async (path: string): Promise<Told> => (await get(path)).json() as Promise<Told>;
  const decide = async (): Promise<unknown> => {
    const question = { subject: 'ana@acme.example', workspace: 'support', permission: 'conversation:assign' };
    const body = JSON.stringify(question);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${serving?.address}/v1/enforce?explain`, { method: 'POST', body, headers });
    const { decision, reason } = (await answer.json()) as { decision: boolean; reason: { code: string } };
    return decision ? 'allowed' : reason.code;
  };

  it('tells when it was heard last, counts its age from then, and denies from the first request where nobody knows', async () => {
    await start();
    assert.equal(await decide(), 'allowed');
    const well = await told('/readyz');
    assert.deepInclude(well, { isStale: false, isFromCache: false, isBeyondMaxStaleness: false });
    assert.isNull(well.looks.failingSince);
    await stop();

    server.mood = 'failing';
    await start();
    assert.equal(await decide(), 'allowed');
    const away = await told('/readyz');
    assert.deepInclude(away, { isStale: true, isFromCache: true, isBeyondMaxStaleness: false });
    // The clock is read once when it is heard, and once when it is live.
    const [newsMs, keptMs] = [well, away].map(({ looks }) => Date.parse(looks.lastNewsAt ?? ''));
    assert.closeTo(keptMs ?? NaN, newsMs ?? NaN, 1000);
    assert.equal(away.looks.lastFailure?.kind, 'unavailable');
    assert.isString(away.looks.failingSince);
    const { source, maxStaleness, looks } = await told('/v1/policy');
    assert.isTrue(source.isFromCache);
    const heardAt = away.looks.lastReachedAt ?? '';
    assert.isBelow(Date.parse(heardAt), Date.parse(away.looks.failingSince ?? ''));
    assert.deepEqual([source.lastWordAt, maxStaleness.lastWordAt, looks.lastReachedAt], [heardAt, heardAt, heardAt]);
    const metrics = await (await get('/metrics')).text();
    assert.include(metrics, `rolebook_git_reached_timestamp_seconds ${Date.parse(heardAt) / 1000}\n`);
    assert.include(metrics, `rolebook_policy_last_good_check_timestamp_seconds ${Date.parse(heardAt) / 1000}\n`);
    assert.match(metrics, /^rolebook_git_failure_timestamp_seconds\{kind="unavailable"\} \d+/m);
    assert.include(metrics, 'rolebook_policy_from_cache 1\n');
    await stop();

    for (const name of await readdir(cache)) if (name.endsWith('.word')) await rm(join(cache, name));
    await start();
    assert.equal(await decide(), 'stale-policy');
    assert.isTrue((await told('/readyz')).isBeyondMaxStaleness);
    assert.isNull((await told('/v1/policy')).maxStaleness.lastWordAt);
    server.mood = 'well';
    await serving?.untilOutput('the policy is as old as it may be again');
    assert.equal(await decide(), 'allowed');
  });

  it('does so with workers, too, each of which knows how it stands', async () => {
    await start();
    await stop();
    server.mood = 'failing';
    await start('--workers', '2');
    assert.equal(await decide(), 'allowed');
    assert.deepInclude(await told('/readyz'), { isStale: true, isFromCache: true, isBeyondMaxStaleness: false });
    await stop();
    for (const name of await readdir(cache)) if (name.endsWith('.word')) await rm(join(cache, name));
    await start('--workers', '2');
    assert.equal(await decide(), 'stale-policy');
    const { isFromCache, isBeyondMaxStaleness, looks } = await told('/readyz');
    assert.deepEqual([isFromCache, isBeyondMaxStaleness, looks.lastReachedAt], [true, true, null]);
  });
});
