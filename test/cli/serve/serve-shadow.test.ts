import { assert } from 'chai';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../support/command-line.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';
import { waitFor } from '../../support/wait-for.ts';
import { KeptConnections } from './kept-connections.ts';

const path = 'policies/support.yaml';
const good = smallPolicy()[path] ?? '';
const promoted = good.replace('cy@acme.example: member', 'cy@acme.example: team-lead');
const cy = { subject: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };

interface Told {
  readonly kind: string;
  readonly revision: string | null;
  readonly commit?: string;
  readonly isStale: boolean;
  readonly lastReload: { readonly outcome: string; readonly error?: string } | null;
}

describe('rolebook serve --shadow', function () {
  this.timeout(90_000);
  let policy: GitPolicy;
  let other: PolicyFolder;
  let serving: Serving | undefined;
  let kept: KeptConnections | undefined;
  let log: string;
  beforeEach(async () => {
    policy = await createGitPolicy(smallPolicy());
    policy.commit();
    other = await createPolicyFolder({ ...smallPolicy(), [path]: promoted });
    log = join(policy.root, 'differences.jsonl');
  });
  afterEach(async () => {
    kept?.close();
    serving?.kill();
    await policy.dispose();
    await other.dispose();
  });

  const start = async (...args: string[]): Promise<Serving> => {
    const flags = ['--listen', '127.0.0.1:0', '--poll-interval', '0.2', '--shadow-log', log];
    serving = new Serving([...flags, ...args], policy.root);
    await serving.untilOutput('answers on');
    kept = new KeptConnections(serving.address, 4);
    return serving;
  };
  const call = async (at: string): Promise<{ text: string; json: unknown }> => {
    const [reply] = await (kept as KeptConnections).call(at);
    return reply ?? { text: '', json: undefined };
  };
  const told = async (): Promise<Told> => ((await call('/v1/policy')).json as { shadow: Told }).shadow;
  const metric = async (name: string): Promise<number> => {
    const line = (await call('/metrics')).text.split('\n').find((found) => found.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  const decisions = async (): Promise<unknown[]> =>
    (await (kept as KeptConnections).call('/v1/enforce', cy)).map(
      ({ json }) => (json as { decision: unknown }).decision,
    );
  const allowed = 'rolebook_shadow_differences_total{shadow="allow",reason="not-granted"}';
  const untilDifferent = async (): Promise<void> => {
    const before = await metric(allowed);
    await waitFor(
      'a difference',
      async () => {
        assert.deepEqual(await decisions(), [false, false, false, false]);
        return (await metric(allowed)) > before;
      },
      15_000,
    );
  };
  const untilSame = async (): Promise<void> => {
    await waitFor(
      'no difference',
      async () => {
        const before = await metric(allowed);
        const compared = await metric('rolebook_shadow_decisions_total');
        assert.deepEqual(await decisions(), [false, false, false, false]);
        await waitFor('the comparison', async () => (await metric('rolebook_shadow_decisions_total')) >= compared + 4);
        return (await metric(allowed)) === before;
      },
      15_000,
    );
  };

  for (const workers of [[], ['--workers', '2']]) {
    const how = workers.length > 0 ? 'in two workers' : 'in one process';

    it(`compares with a folder ${how}, follows it, and outlives its loss`, async () => {
      const sidecar = await start('--shadow', other.root, ...workers);
      await sidecar.untilOutput('the shadow policy was loaded');
      await untilDifferent();
      await waitFor('the line', async () => (await readFile(log, 'utf8')).includes('"shadow":{"revision"'));
      await other.write(path, good);
      await untilSame();
      await other.write(path, promoted);
      await untilDifferent();
      // Half a policy: the last good one is compared with.
      await other.write('roles.yaml', 'roles: [');
      await sidecar.untilOutput('the shadow policy could not be loaded: the last good one is compared');
      assert.include(await told(), { kind: 'folder', isStale: true });
      assert.strictEqual(await metric('rolebook_shadow_stale'), 1);
      await untilDifferent();
      await rm(other.root, { recursive: true, force: true });
      await untilDifferent();
      assert.strictEqual(await metric('rolebook_policy_stale'), 0);
      assert.strictEqual((await told()).isStale, true);
    });

    it(`compares with a branch of the repository ${how}, and follows it`, async () => {
      policy.git('checkout', '--quiet', '-b', 'next');
      await policy.write(path, promoted);
      const commit = policy.commit();
      policy.git('checkout', '--quiet', 'main');
      const sidecar = await start('--shadow', 'next', ...workers);
      await sidecar.untilOutput('the shadow policy was loaded');
      await untilDifferent();
      assert.include(await told(), { kind: 'ref', isStale: false, commit });
      policy.git('branch', '--force', 'next', 'main');
      sidecar.signal('SIGHUP');
      await untilSame();
      policy.git('branch', '-D', 'next');
      sidecar.signal('SIGHUP');
      await sidecar.untilOutput('the shadow policy could not be loaded');
      const { isStale, lastReload } = await told();
      assert.strictEqual(isStale, true);
      assert.match(lastReload?.error ?? '', /there is no commit `next`/);
    });
  }

  it('compares with a branch of the repository that is followed', async () => {
    policy.git('checkout', '--quiet', '-b', 'next');
    await policy.write(path, promoted);
    policy.commit();
    policy.git('checkout', '--quiet', 'main');
    const cache = join(other.root, 'cache');
    const sidecar = await start('--git', `file://${policy.root}`, '--cache', cache, '--poll', '1s', '--shadow', 'next');
    await sidecar.untilOutput('the shadow policy was loaded');
    await untilDifferent();
    policy.git('branch', '--force', 'next', 'main');
    await untilSame();
  });

  for (const [what, shadow, message] of [
    ['a folder that is not there', './nowhere', 'nothing is compared'],
    ['a ref that is none', 'nowhere', 'nothing is compared'],
    ['a folder without a policy', './empty', 'nothing is compared'],
  ] as const) {
    it(`answers as ever beside ${what}, and tells of it`, async () => {
      await policy.write('empty/.keep', '');
      const sidecar = await start('--shadow', shadow);
      await sidecar.untilOutput(message);
      assert.deepEqual(await decisions(), [false, false, false, false]);
      const found = await told();
      assert.deepEqual([found.revision, found.isStale, found.lastReload?.outcome], [null, true, 'failed']);
      await waitFor('the count', async () => (await metric('rolebook_shadow_skipped_total{reason="no-policy"}')) >= 4);
    });
  }

  for (const [args, message] of [
    [['--shadow-log', 'x'], '`--shadow` is missing'],
    [['--shadow', 'next', '--shadow-log', '-', '--decision-log', '-'], 'name the same place'],
    [['--shadow', ''], '`--shadow`'],
    [['--shadow', '--shadow-log'], '`--shadow`'],
  ] as const) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { exitCode, stderr } = await runCommand(['serve', ...args], { cwd: policy.root });
      assert.strictEqual(exitCode, 2);
      assert.include(stderr, message);
    });
  }
});
