import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { asAdmin, createAdminTokenFile, type AdminTokenFile } from '../../support/admin-token.ts';
import { runCommand } from '../../support/command-line.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';
import { SigningKeys, type SigningKey } from '../../support/signing-keys.ts';
import { waitFor } from '../../support/wait-for.ts';

const secret = 'a-secret-of-the-hook';
const supportText = smallPolicy()['policies/support.yaml'] ?? '';

interface Told {
  readonly revision: string | null;
  readonly commit?: string;
  readonly isStale: boolean;
  readonly looks: { readonly lastFailure: { readonly kind: string; readonly error?: string } | null };
}

describe('a sidecar that takes signed commits only', function () {
  this.timeout(120_000);
  const keys = new SigningKeys();
  const ana = keys.ssh('ana');
  const stranger = keys.ssh('stranger');
  let policy: GitPolicy;
  let server: GitServer;
  let folder: string;
  let tokens: AdminTokenFile;
  let serving: Serving | undefined;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.git('add', '--all');
    server = await startGitServer(join(policy.root, '.git'));
    folder = await mkdtemp(join(tmpdir(), 'rolebook-signed-'));
    tokens = await createAdminTokenFile();
    await writeFile(join(folder, 'hook'), secret);
    await allow(`ana@acme.example ${ana.publicKey}`);
  });
  afterEach(async () => {
    serving?.kill();
    await server.close();
    await policy.dispose();
    await tokens.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  after(() => keys.dispose());

  const allow = (...lines: string[]): Promise<void> => writeFile(join(folder, 'signers'), `${lines.join('\n')}\n`);
  const commit = (key?: SigningKey): string => {
    const how = key === undefined ? '--no-gpg-sign' : '--gpg-sign';
    policy.git(...(key?.settings ?? []), 'commit', '--quiet', '--all', '--allow-empty', '--message', 'change', how);
    return policy.git('rev-parse', 'HEAD');
  };
  const change = async (member: string, key?: SigningKey): Promise<string> => {
    await policy.write('policies/support.yaml', `${supportText}  ${member}: team-lead\n`);
    return commit(key);
  };
  const flags = (...more: string[]): string[] => [
    ...['--git', server.url, '--cache', join(folder, 'cache'), '--poll', '60m', '--require-signed', 'signers'],
    ...['--hook-secret-file', 'hook', '--admin-token-file', tokens.path, '--listen', '127.0.0.1:0', ...more],
  ];
  const start = async (...more: string[]): Promise<void> => {
    serving = new Serving(flags(...more), folder);
    await serving.untilOutput('answers on');
  };
  const stop = async (): Promise<void> => {
    serving?.signal('SIGTERM');
    await serving?.untilExit();
  };
  const told = async (): Promise<Told> => (await fetch(`${serving?.address}/v1/policy`)).json() as Promise<Told>;
  const hook = async (): Promise<void> => {
    const body = '{}';
    const mac = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${mac}` };
    const { status } = await fetch(`${serving?.address}/v1/hooks/git`, { method: 'POST', body, headers });
    assert.equal(status, 202);
  };
  const reload = (): Promise<Response> =>
    fetch(`${serving?.address}/v1/policy/reload`, { method: 'POST', headers: asAdmin });
  const isLive = (of: string): Promise<void> =>
    waitFor(`commit ${of}`, async () => {
      const { commit: live, isStale } = await told();
      return live === of && !isStale;
    });
  const isRefused = (of: string): Promise<void> =>
    waitFor(`commit ${of} to be refused`, async () => {
      const { looks } = await told();
      return looks.lastFailure?.error?.includes(of.slice(0, 12)) === true;
    });

  it('does not start without a file that says who may sign', async () => {
    const cases: readonly [text: string | undefined, says: string][] = [
      [undefined, 'cannot be read'],
      ['', 'names no signer'],
      ['nonsense', 'line 1 of'],
    ];
    for (const [text, says] of cases) {
      if (text === undefined) await rm(join(folder, 'signers'));
      else await allow(text);
      const { exitCode, stderr } = await runCommand(['serve', ...flags()], { cwd: folder });
      assert.equal(exitCode, 2);
      assert.include(stderr, says);
    }
  });

  for (const workers of ['1', '2']) {
    it(`lets no other go live by any door, with ${workers} of it, and says which`, async () => {
      const first = commit(ana);
      await start('--workers', workers);
      await isLive(first);
      const unsigned = await change('eve');
      await hook();
      await isRefused(unsigned);
      const { commit: live, looks } = await told();
      assert.equal(live, first);
      assert.equal(looks.lastFailure?.kind, 'untrusted');
      const reply = await reload();
      const { code, detail } = (await reply.json()) as { code: string; detail: string };
      assert.deepEqual([reply.status, code], [422, 'invalid-policy']);
      assert.include(detail, `commit ${unsigned.slice(0, 12)} by Ana <ana@acme.example> is not signed; have one of`);
      const strangers = await change('eve', stranger);
      serving?.signal('SIGHUP');
      await isRefused(strangers);
      const metrics = await (await fetch(`${serving?.address}/metrics`)).text();
      assert.match(metrics, /^rolebook_git_failure_timestamp_seconds\{kind="untrusted"\} \d+/m);
      const good = await change('bo', ana);
      await hook();
      await isLive(good);
      // What came before it is told with who signed, by whoever is asked.
      const changes = (await (await fetch(`${serving?.address}/v1/changes`)).json()) as {
        changes: { written: { commit: string }; signature: object }[];
      };
      assert.deepEqual(
        changes.changes.map(({ written, signature }) => [written.commit, signature]),
        [
          [good, { state: 'verified', signer: 'ana@acme.example' }],
          [unsigned, { state: 'unsigned' }],
          [first, { state: 'verified', signer: 'ana@acme.example' }],
        ],
      );
    });
  }

  it('begins with nothing else either: not from the repository, and not from its clone', async () => {
    commit();
    await start();
    assert.isNull((await told()).revision);
    const good = await change('bo', ana);
    await hook();
    await isLive(good);
    await stop();
    // Without the repository, and with another signer.
    server.mood = 'failing';
    await start();
    assert.equal((await told()).commit, good);
    await stop();
    await allow(`cy@acme.example ${stranger.publicKey}`);
    await start();
    assert.isNull((await told()).revision);
    assert.include(serving?.stderr, 'is not one of them');
    await stop();
    // With it, and a newest commit that nobody signed: the last good one is better than none.
    await allow(`ana@acme.example ${ana.publicKey}`);
    server.mood = 'well';
    const unsigned = await change('eve');
    await start();
    await isRefused(unsigned);
    assert.equal((await told()).commit, good);
  });

  it('reads the file anew at each look; while it is broken what is live stays, and that is told', async () => {
    const first = commit(ana);
    await start();
    await isLive(first);
    await allow('nonsense');
    const broken = await reload();
    const { code, detail } = (await broken.json()) as { code: string; detail: string };
    assert.deepEqual([broken.status, code], [500, 'repository-refused']);
    assert.include(detail, 'line 1 of');
    const { commit: live, isStale, looks } = await told();
    assert.deepEqual([live, isStale, looks.lastFailure?.kind], [first, true, 'configuration']);
    await allow(`cy@acme.example ${stranger.publicKey}`);
    assert.equal((await reload()).status, 422);
    assert.equal((await told()).commit, first);
    const next = await change('eve', stranger);
    assert.equal((await reload()).status, 200);
    await isLive(next);
    await allow(`ana@acme.example ${ana.publicKey}`, `cy@acme.example ${stranger.publicKey}`);
    assert.equal((await reload()).status, 200);
  });
});
