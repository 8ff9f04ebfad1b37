import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { governedPolicy } from '../../support/policy-folder.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { Serving } from '../../support/serving.ts';
import { waitFor } from '../../support/wait-for.ts';

const secret = 'a-secret-of-the-hook';
const support = 'policies/support.yaml';
const supportText = governedPolicy()[support] ?? '';

interface Looks {
  readonly failing: { readonly error?: string } | null;
  readonly lastReachedAt: string | null;
  readonly lastFailure: { readonly kind: string; readonly error?: string } | null;
}

interface Told {
  readonly revision: string | null;
  readonly isStale: boolean;
  readonly source: { readonly kind: string; readonly release: { readonly release: number; readonly author: string } };
  readonly looks: Looks;
  readonly publishing: {
    readonly url: string;
    readonly ref: string;
    readonly path: string;
    readonly commit: string | null;
    readonly lastWordAt: string | null;
    readonly lastLook: { readonly outcome: string; readonly problems: readonly { readonly file: string }[] } | null;
    readonly looks: Looks;
  };
}

describe('a sidecar with roles from git and members in a database', function () {
  this.timeout(120_000);
  let policy: GitPolicy;
  let server: GitServer;
  let folder: string;
  let tokens: AdminTokenFile;
  const running: Serving[] = [];
  beforeEach(async () => {
    policy = await createGitPolicy(governedPolicy());
    server = await startGitServer(join(policy.root, '.git'));
    folder = await mkdtemp(join(tmpdir(), 'rolebook-git-database-'));
    tokens = await createAdminTokenFile();
    await writeFile(join(folder, 'hook'), secret);
  });
  afterEach(async () => {
    for (const serving of running.splice(0)) serving.kill();
    await server.close();
    await policy.dispose();
    await tokens.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = (cache: string, ...more: string[]): Promise<Serving> => startOn('sqlite:releases.db', cache, ...more);
  const startOn = async (database: string, cache: string, ...more: string[]): Promise<Serving> => {
    const flags = [
      ...['--git', server.url, '--cache', join(folder, cache), '--poll', '60m', '--database', database],
      ...['--hook-secret-file', 'hook', '--admin-token-file', tokens.path, '--listen', '127.0.0.1:0', ...more],
    ];
    const serving = new Serving(flags, folder);
    running.push(serving);
    await serving.untilOutput('answers on');
    return serving;
  };
  const told = async ({ address }: Serving): Promise<Told> =>
    (await fetch(`${address}/v1/policy`)).json() as Promise<Told>;
  const hook = async ({ address }: Serving): Promise<void> => {
    const body = '{}';
    const mac = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${mac}` };
    assert.equal((await fetch(`${address}/v1/hooks/git`, { method: 'POST', body, headers })).status, 202);
  };
  const allows = async ({ address }: Serving, subject: string, permission: string): Promise<boolean> => {
    const body = JSON.stringify({ subject, workspace: 'support', permission });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${address}/v1/enforce`, { method: 'POST', body, headers });
    return ((await answer.json()) as { decision: boolean }).decision;
  };
  const invite = async ({ address }: Serving, subject: string, role: string): Promise<number> => {
    const url = `${address}/v1/workspaces/support/members/${encodeURIComponent(subject)}`;
    const body = JSON.stringify({ roles: [role], actor: 'ana@acme.example' });
    const headers = { ...asAdmin, 'content-type': 'application/json' };
    return (await fetch(url, { method: 'PUT', body, headers })).status;
  };
  const push = async (text: string): Promise<string> => {
    await policy.write(support, text);
    return policy.commit();
  };
  const isLive = (serving: Serving, commit: string): Promise<void> =>
    waitFor(`commit ${commit}`, async () => (await told(serving)).publishing.commit === commit, 20_000);

  for (const workers of ['1', '2']) {
    it(`publishes the first commit, starts, and follows both, with ${workers} of it`, async () => {
      const first = policy.commit();
      const serving = await start('cache', '--workers', workers);
      const { source, publishing, looks } = await told(serving);
      assert.deepInclude(source, { kind: 'database' }, serving.stderr);
      assert.isNotNull(source.release, serving.stderr);
      assert.deepInclude(source.release, { release: 1, author: 'Ana <ana@acme.example>' });
      assert.deepInclude(publishing, { url: server.url, ref: 'refs/heads/main', path: '', commit: first });
      assert.isString(publishing.lastWordAt);
      assert.isNull(looks.failing);
      assert.isTrue(await allows(serving, 'ana@acme.example', 'conversation:assign'));
      // An invitation is a row and no commit.
      assert.equal(await invite(serving, 'dee@acme.example', 'trainee'), 201);
      assert.isFalse(await allows(serving, 'dee@acme.example', 'conversation:assign'));
      assert.equal(policy.git('rev-list', '--count', 'HEAD'), '1');
      // A role is a commit and no row.
      const trainees = supportText.replace('title: Trainee\n', 'title: Trainee\n    grants: [conversation:assign]\n');
      const second = await push(trainees);
      await hook(serving);
      await isLive(serving, second);
      await waitFor('the role', () => allows(serving, 'dee@acme.example', 'conversation:assign'), 20_000);
      const broken = await push(trainees.replace('extends: member', 'extends: membr'));
      await hook(serving);
      await waitFor('the failure', async () => (await told(serving)).publishing.looks.failing !== null, 20_000);
      const failed = await told(serving);
      assert.isFalse(failed.isStale);
      assert.isNull(failed.looks.failing);
      assert.equal(failed.publishing.commit, second);
      assert.equal(failed.publishing.looks.lastFailure?.kind, 'problems');
      assert.include(failed.publishing.looks.lastFailure?.error ?? '', broken.slice(0, 12));
      assert.equal(failed.publishing.lastLook?.problems[0]?.file, support);
      const ready = (await (await fetch(`${serving.address}/readyz`)).json()) as {
        looks: { failingSince: string | null };
        publishing: { failingSince: string | null; lastFailure: object };
      };
      assert.isNull(ready.looks.failingSince);
      assert.isString(ready.publishing.failingSince);
      assert.notProperty(ready.publishing.lastFailure, 'error');
      const metrics = await (await fetch(`${serving.address}/metrics`)).text();
      assert.match(metrics, /^rolebook_git_failure_timestamp_seconds\{kind="problems"\} \d+/m);
      assert.match(metrics, /^rolebook_git_reached_timestamp_seconds \d+/m);
      assert.match(metrics, /^rolebook_policy_from_cache 0$/m);
      serving.signal('SIGTERM');
      assert.equal(await serving.untilExit(), 0);
    });
  }

  it('goes on without the repository, and starts without it; several publish each commit once', async () => {
    policy.commit();
    const one = await start('one');
    const other = await start('other');
    server.mood = 'failing';
    assert.equal(await invite(one, 'dee@acme.example', 'team-lead'), 201);
    assert.isTrue(await allows(one, 'dee@acme.example', 'conversation:assign'));
    await hook(one);
    await waitFor('the failure', async () => (await told(one)).publishing.looks.lastFailure?.kind === 'unavailable');
    const third = await start('third');
    assert.isTrue(await allows(third, 'dee@acme.example', 'conversation:assign'));
    server.mood = 'well';
    const next = await push(`${supportText}  nora@acme.example: team-lead\n`);
    await Promise.all([one, other, third].map(hook));
    await Promise.all([one, other, third].map((serving) => isLive(serving, next)));
    for (const serving of [one, other, third]) {
      await waitFor('the member', () => allows(serving, 'nora@acme.example', 'conversation:assign'));
      assert.equal((await told(serving)).source.release.release, 2);
    }
    // Whoever asks for a look by name has the branch looked at, too.
    const last = await push(supportText);
    const reload = await fetch(`${one.address}/v1/policy/reload`, { method: 'POST', headers: asAdmin });
    assert.equal(reload.status, 200);
    const { publishing, source } = await told(one);
    assert.deepEqual([publishing.commit, source.release.release], [last, 3]);
  });

  it('looks again at once for a push that it is told of while it looks for the first time', async () => {
    const first = policy.commit();
    const before = await start('cache');
    await isLive(before, first);
    before.signal('SIGTERM');
    assert.equal(await before.untilExit(), 0);
    // First it asks what the server can do; then where the branch is, of which the answer is on its way for a while.
    let arrive = (): void => undefined;
    const onItsWay = new Promise<void>((resolve) => (arrive = resolve));
    const asked = server.heard.length;
    const starting = start('cache');
    while (server.heard.length === asked) await pause(1);
    server.slowness = onItsWay;
    const serving = await starting;
    await waitFor('the answer to be on its way', () => server.waiting > 0);
    assert.isTrue(await allows(serving, 'ana@acme.example', 'conversation:assign'));
    const next = await push(`${supportText}  nora@acme.example: team-lead\n`);
    await hook(serving);
    server.slowness = undefined;
    arrive();
    await isLive(serving, next);
    await waitFor('the member', () => allows(serving, 'nora@acme.example', 'conversation:assign'));
  });

  it('goes on without the database, and publishes what was pushed meanwhile as soon as it is back', async () => {
    const postgres = await startPostgres();
    try {
      const url = await postgres.createDatabase();
      policy.commit();
      const first = await startOn(url, 'cache');
      assert.equal(await invite(first, 'dee@acme.example', 'team-lead'), 201);
      postgres.kill();
      const next = await push(`${supportText}  nora@acme.example: team-lead\n`);
      await hook(first);
      await waitFor('the failure', async () => (await told(first)).publishing.looks.failing !== null, 20_000);
      await waitFor('the database to be missed', async () => (await told(first)).isStale, 20_000);
      const { publishing, source } = await told(first);
      assert.equal(source.kind, 'database');
      // The repository was heard, and what was not is the database.
      assert.isAbove(Date.parse(publishing.lastWordAt ?? ''), Date.parse(publishing.looks.lastReachedAt ?? ''));
      assert.isTrue(await allows(first, 'dee@acme.example', 'conversation:assign'));
      first.signal('SIGTERM');
      assert.equal(await first.untilExit(), 0);
      // From the cache, beside which the clone lies.
      const second = await startOn(url, 'cache');
      assert.isTrue(await allows(second, 'dee@acme.example', 'conversation:assign'));
      await postgres.start();
      await isLive(second, next);
      await waitFor('the member', () => allows(second, 'nora@acme.example', 'conversation:assign'), 20_000);
      assert.isTrue(await allows(second, 'dee@acme.example', 'conversation:assign'));
    } finally {
      postgres.stop();
    }
  });

  it('is refused where another process has the clone, and names it', async () => {
    policy.commit();
    await start('cache');
    const second = new Serving(
      [
        '--git',
        server.url,
        '--cache',
        join(folder, 'cache'),
        '--database',
        'sqlite:releases.db',
        '--listen',
        '127.0.0.1:0',
      ],
      folder,
    );
    running.push(second);
    assert.equal(await second.untilExit(), 2);
    assert.include(second.stderr, 'is in use by process');
  });
});
