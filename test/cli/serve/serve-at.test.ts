import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';

describe('serve --at', () => {
  let folder: PolicyFolder;
  let serving: Serving | undefined;
  before(async () => {
    folder = await createPolicyFolder({
      ...smallPolicy(),
      'policies/sales.yaml': 'workspace: sales\nmembers: { bo: [{ role: member, until: 2026-12-31 }] }\n',
    });
  });
  afterEach(() => serving?.kill());
  after(() => folder.dispose());

  it('decides as of that time, says so at the start and in /v1/policy, and leaves the Date and the log as they are', async () => {
    const startedMs = Date.now();
    serving = new Serving(['--listen', '127.0.0.1:0', '--at', '2019-06-01T09:00:00Z'], folder.root);
    await serving.untilOutput('try:');
    assert.match(serving.stdout, /\neverything is decided as of 2019-06-01T09:00:00Z, for tests: it is not the time\n/);
    const { address } = serving;
    const body = JSON.stringify({ subject: 'bo', workspace: 'sales', permission: 'comment:send' });
    const headers = { 'Content-Type': 'application/json' };
    const reply = await fetch(`${address}/v1/enforce?explain`, { method: 'POST', headers, body });
    assert.strictEqual(((await reply.json()) as { decision: boolean }).decision, true);
    assert.isAtLeast(Date.parse(reply.headers.get('date') ?? ''), startedMs - 1000);
    const policy = (await (await fetch(`${address}/v1/policy`)).json()) as Record<string, string>;
    assert.strictEqual(policy['decidesAt'], '2019-06-01T09:00:00.000Z');
    assert.isAtLeast(Date.parse(policy['loadedAt'] ?? ''), startedMs);
    const lines = serving.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { decidesAt?: string; level: number; time: string });
    const told = lines.find(({ decidesAt }) => decidesAt !== undefined);
    assert.deepEqual([told?.decidesAt, told?.level], ['2019-06-01T09:00:00.000Z', 40]);
    assert.isAtLeast(Date.parse(told?.time ?? ''), startedMs);
  }).timeout(20_000);

  it('is refused where others could ask, and beside whatever would keep that time', async () => {
    const at = ['--at', '2026-06-01T09:00:00Z'];
    const refused: readonly (readonly [string[], RegExp])[] = [
      [[...at, '--listen', '0.0.0.0:8181'], /for tests on this machine, and cannot listen on `0\.0\.0\.0:8181`/],
      [[...at, '--listen', 'sidecar:8181'], /cannot listen on `sidecar:8181`/],
      [[...at, '--allow-unauthenticated'], /`--at` and `--allow-unauthenticated` cannot stand together/],
      [[...at, '--workers', '2'], /`--at` and `--workers` cannot stand together/],
      [[...at, '--decision-log', '-'], /`--at` and `--decision-log` cannot stand together/],
      [[...at, '--max-staleness', '10m'], /`--at` and `--max-staleness` cannot stand together/],
      [[...at, '--changes', 'files', '--admin-token-file', 't'], /`--at` and `--changes` cannot stand together/],
      [[...at, '--database', 'sqlite:a.db'], /`--at` and `--database` cannot stand together/],
      [['--at', 'tomorrow'], /`--at`.*`tomorrow`/],
      [['--at', ''], /`--at`/],
    ];
    for (const [args, message] of refused) {
      const { exitCode, stderr } = await runCommand(['serve', '--policy', folder.root, ...args], { cwd: folder.root });
      assert.strictEqual(exitCode, 2, args.join(' '));
      assert.match(stderr, message);
    }
  });
});
