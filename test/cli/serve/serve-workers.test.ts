import { assert } from 'chai';
import { readFile, rename } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { createSchemaCheck } from '../../../src/compile/schema/json-schema.ts';
import { openApiDocument } from '../../../src/http/sidecar-listener.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { runCommand } from '../../support/command-line.ts';
import { KeptConnections, type KeptReply } from './kept-connections.ts';
import { Serving } from '../../support/serving.ts';

const lead = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const agent = { ...lead, subject: 'cy@acme.example' };
const path = 'policies/support.yaml';

interface PolicyDocument {
  readonly revision: string | null;
  readonly isStale: boolean;
  readonly lastReload: { readonly outcome: string; readonly problems: { readonly code: string }[] };
  readonly workers: { readonly pid: number | null; readonly revision: string | null }[];
}

describe('rolebook serve --workers', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let serving: Serving;
  let kept: KeptConnections | undefined;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    kept?.close();
    serving.kill();
    await folder.dispose();
  });

  const start = async (...args: string[]): Promise<Serving> => {
    serving = new Serving(['--workers', '2', '--poll-interval', '0.5', ...args], folder.root);
    await serving.untilOutput('answers on');
    return serving;
  };
  const onAnyPort = (...args: string[]): Promise<Serving> => start('--listen', '127.0.0.1:0', ...args);
  /** Four: with two workers, two each. */
  const connect = (): KeptConnections => (kept = new KeptConnections(serving.address, 4));
  const once = async (at: string, body?: object, headers?: Record<string, string>): Promise<unknown> => {
    const [reply] = await new KeptConnections(serving.address, 1).call(at, body, headers);
    return reply?.json;
  };
  const policy = async (): Promise<PolicyDocument> => (await once('/v1/policy')) as PolicyDocument;
  const decisions = async (on: KeptConnections): Promise<unknown[]> =>
    (await on.call('/v1/enforce', agent)).map(({ status, json }) =>
      status === 200 ? (json as { decision: boolean }).decision : status,
    );
  const metrics = async (): Promise<Map<string, number>> => {
    const [reply] = await new KeptConnections(serving.address, 1).call('/metrics');
    return toMetrics(reply);
  };
  const untilReplaced = async (pid: number | null | undefined): Promise<void> => {
    for (let turn = 0; turn < 8; turn += 1)
      await waitFor('another worker', () => isReplaced(pid)).catch(() => undefined);
    assert.strictEqual(await isReplaced(pid), true, serving.stderr);
  };
  const isReplaced = async (pid: number | null | undefined): Promise<boolean> => {
    const { workers } = await policy();
    return workers.every((worker) => worker.revision !== null && worker.pid !== pid);
  };
  const promoted = (smallPolicy()[path] ?? '').replace('cy@acme.example: member', 'cy@acme.example: team-lead');
  const count = 4;
  const all = (decision: unknown): unknown[] => new Array<unknown>(count).fill(decision);

  it('answers from no policy or from one revision in all workers, even after one is killed over broken files', async () => {
    await folder.write(path, 'workspace: support\nmembers: { cy@acme.example: boss }\n');
    await onAnyPort('--admin-token-file', 'admin-tokens', '--create');
    await serving.untilOutput('no policy is live: 1 problem in the files');
    const token = (await readFile(`${folder.root}/admin-tokens`, 'utf8')).trim();
    const asAdmin = { Authorization: `Bearer ${token}` };
    assert.match(serving.stdout, /^rolebook answers on http:\/\/127\.0\.0\.1:\d+ with 2 workers\n/);
    const connections = connect();
    assert.deepEqual(await decisions(connections), all(503));
    assert.deepEqual(
      (await connections.call('/healthz')).map(({ status }) => status),
      all(200),
    );
    const unready = await policy();
    assert.deepEqual(checkPolicy(unready), []);
    assert.deepEqual(
      unready.workers.map(({ revision }) => revision),
      [null, null],
    );
    assert.strictEqual((await metrics()).get('rolebook_workers{state="unready"}'), 2);
    await folder.write(path, smallPolicy()[path] ?? '');
    await serving.untilOutput('the policy was loaded');
    assert.deepEqual(await decisions(connections), all(false));
    const before = await policy();
    assert.deepEqual(checkPolicy(before), []);
    assert.strictEqual(new Set(before.workers.map(({ pid }) => pid)).size, 2);
    assert.deepEqual(
      before.workers.map(({ revision }) => revision),
      [before.revision, before.revision],
    );

    await folder.write(path, promoted);
    // `unchanged` when whoever follows the files was first. Either way all workers have it when the answer comes.
    const reloaded = (await once('/v1/policy/reload', {}, asAdmin)) as { outcome: string; revision: string };
    assert.oneOf(reloaded.outcome, ['loaded', 'unchanged']);
    assert.notStrictEqual(reloaded.revision, before.revision);
    assert.deepEqual(await decisions(connections), all(true));
    const good = await policy();
    assert.deepEqual(
      good.workers.map(({ revision }) => revision),
      [good.revision, good.revision],
    );

    await folder.write(path, 'workspace: [');
    assert.include((await once('/v1/policy/reload', {}, asAdmin)) as object, {
      code: 'invalid-policy',
      revision: good.revision,
    });
    assert.deepEqual(await decisions(connections), all(true));
    const stale = await policy();
    assert.deepInclude(stale, { revision: good.revision, isStale: true });
    assert.deepEqual(
      stale.lastReload.problems.map(({ code }) => code),
      ['yaml-syntax'],
    );
    for (const { json } of await connections.call('/readyz')) {
      assert.deepEqual(json, { status: 'ready', revision: good.revision, isStale: true });
    }

    const told = await metrics();
    assert.strictEqual(told.get('rolebook_decisions_total{decision="allow"}'), 2 * count);
    assert.strictEqual(told.get('rolebook_decisions_total{decision="deny"}'), count);
    assert.strictEqual(told.get('rolebook_enforce_duration_seconds_count'), 4 * count);
    assert.strictEqual(told.get('rolebook_enforce_duration_seconds_bucket{le="+Inf"}'), 4 * count);
    assert.strictEqual(told.get('rolebook_http_requests_total{route="enforce",status="5xx"}'), count);
    assert.strictEqual(told.get('rolebook_http_requests_total{route="readyz",status="2xx"}'), count);
    assert.strictEqual(told.get('rolebook_policy_reloads_total{outcome="loaded"}'), 2);
    assert.strictEqual(told.get('rolebook_policy_stale'), 1);
    assert.strictEqual(told.get('rolebook_workers{state="ready"}'), 2);
    for (const worker of ['1', '2']) {
      const name = `rolebook_worker_revision_info{worker="${worker}",revision="${good.revision ?? ''}"}`;
      assert.strictEqual(told.get(name), 1);
    }
    assert.closeTo(told.get('process_start_time_seconds') as number, Date.now() / 1000, 120);

    // One that does not answer counts as it did; whoever asks another one is told within two seconds.
    process.kill(good.workers[1]?.pid ?? 0, 'SIGSTOP');
    const without = toMetrics(await Promise.any(connections.each('/metrics')));
    process.kill(good.workers[1]?.pid ?? 0, 'SIGCONT');
    assert.strictEqual(without.get('rolebook_decisions_total{decision="allow"}'), 2 * count);
    assert.isAbove(without.get('rolebook_worker_metrics_unanswered_total') as number, 0);

    const killed = good.workers[0]?.pid;
    process.kill(killed ?? 0, 'SIGKILL');
    await untilReplaced(killed);
    connections.close();
    assert.deepEqual(await decisions(connect()), all(true));
    const after = await policy();
    assert.deepEqual(
      after.workers.map(({ revision }) => revision),
      [good.revision, good.revision],
    );
    assert.deepEqual(after.workers[1], stale.workers[1]);
    assert.include(serving.stderr, `"worker":${killed},"end":"SIGKILL"`);
    const later = await metrics();
    // What the killed worker had counted is not forgotten.
    assert.strictEqual(later.get('rolebook_decisions_total{decision="allow"}'), 3 * count);
    assert.strictEqual(later.get('rolebook_worker_replacements_total'), 1);

    kept?.close();
    serving.signal('SIGTERM');
    assert.strictEqual(await serving.untilExit(), 0);
    const talk = serving.stderr.split('\n').filter((line) => line !== '');
    assert.deepEqual(
      talk.filter((line) => !line.startsWith('{')),
      [],
    );
  });

  it('reads the tokens and opens the decision log again in all workers at SIGHUP, and ends with its primary', async () => {
    const [first, second] = ['the-first-token-of-all', 'the-second-token-of-all'];
    await folder.write('tokens', `${first}\n`);
    await onAnyPort('--token-file', 'tokens', '--decision-log', 'decisions.jsonl');
    const connections = connect();
    const statuses = async (token: string): Promise<number[]> =>
      (await connections.call('/v1/enforce', agent, { Authorization: `Bearer ${token}` })).map(({ status }) => status);
    const lines = async (name: string): Promise<string[]> =>
      (await readFile(`${folder.root}/${name}`, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    assert.deepEqual(await statuses(first), all(200));
    await waitFor('the lines', async () => (await lines('decisions.jsonl')).length === count);
    await folder.write('tokens', `${second}\n`);
    await rename(`${folder.root}/decisions.jsonl`, `${folder.root}/decisions.1.jsonl`);
    serving.signal('SIGHUP');
    await serving.untilOutput('the token files were read again');
    assert.deepEqual(await statuses(first), all(401));
    assert.deepEqual(await statuses(second), all(200));
    await waitFor('the lines', async () => (await lines('decisions.jsonl')).length === count);
    const written = [...(await lines('decisions.1.jsonl')), ...(await lines('decisions.jsonl'))];
    const ids = written.map((line) => (JSON.parse(line) as { id: string }).id);
    assert.strictEqual(new Set(ids).size, 2 * count);
    // Each worker numbers its own: two of them wrote.
    assert.strictEqual(new Set(ids.map((id) => id.split('-')[0])).size, 2);

    await folder.write('tokens', 'short\n');
    serving.signal('SIGHUP');
    await serving.untilOutput('the token files are bad: the old tokens stay');
    assert.deepEqual(await statuses(second), all(200));

    const document = (await once('/v1/policy', undefined, { Authorization: `Bearer ${second}` })) as PolicyDocument;
    const pids = document.workers.map(({ pid }) => pid ?? 0);
    serving.signal('SIGKILL');
    await waitFor('the end of all workers', () => pids.every((pid) => !isAlive(pid)));
  });

  it('writes whole lines to stdout from all workers, answers on a unix socket, and ends at once if asked twice', async () => {
    await start('--listen', `unix:${folder.root}/r.sock`, '--decision-log', '-');
    const connections = connect();
    const requests = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? lead : agent));
    for (const { status } of await connections.call('/v1/enforce/batch', { requests })) assert.strictEqual(status, 200);
    await waitFor('the lines', () => serving.stdout.split('\n').length > count * 1000);
    const told = serving.stdout.split('\n').slice(0, -1);
    const logged = told.map((line) => JSON.parse(line) as { id: string; decision: boolean });
    assert.strictEqual(new Set(logged.map(({ id }) => id)).size, count * 1000);
    assert.lengthOf(
      logged.filter(({ decision }) => decision),
      count * 500,
    );

    const pids = (await policy()).workers.map(({ pid }) => pid ?? 0);
    const hanging = connections.call('/v1/enforce', agent, { 'Content-Length': '999' }).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    serving.signal('SIGTERM');
    await serving.untilOutput('"msg":"stopping"');
    serving.signal('SIGTERM');
    assert.strictEqual(await serving.untilExit(), 3);
    assert.strictEqual(await hanging, 'cut');
    await waitFor('the end of all workers', () => pids.every((pid) => !isAlive(pid)));
  });
});

describe('the number of workers', () => {
  let folder: PolicyFolder;
  before(async () => (folder = await createPolicyFolder(smallPolicy())));
  after(() => folder.dispose());

  for (const text of ['0', '-1', '1.5', 'abc', 'auto', '65', '99999999999999999999', '1e1', '0x2', ' 2', '٢', 'NaN']) {
    it(`cannot be \`${text}\``, async () => {
      const result = await runCommand(['serve', '--listen', '127.0.0.1:0', '--workers', text], { cwd: folder.root });
      assert.strictEqual(result.exitCode, 2, result.all);
      assert.include(result.stderr, `\`--workers\` takes a whole number from 1 to 64, found \`${text}\``);
    });
  }

  it('does not matter where the address is taken: that is found out before any worker is started', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const result = await runCommand(['serve', '--workers', '2', '--listen', taken], { cwd: folder.root });
    other.close();
    assert.strictEqual(result.exitCode, 2);
    assert.include(result.stderr, `\`${taken}\` is already in use`);
  });

  it('cannot be left out', async () => {
    const empty = await runCommand(['serve', '--workers', ''], { cwd: folder.root });
    const missing = await runCommand(['serve', '--workers'], { cwd: folder.root });
    const swallowed = await runCommand(['serve', '--workers', '--decision-log', '-'], { cwd: folder.root });
    assert.deepEqual([empty.exitCode, missing.exitCode, swallowed.exitCode], [2, 2, 2]);
    assert.include(empty.stderr, '`--workers` is empty');
    assert.include(swallowed.stderr, '`--workers` needs a value, found the option `--decision-log`');
  });
});

function toMetrics(reply: KeptReply | undefined): Map<string, number> {
  const lines = (reply?.text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** Holds it against what the OpenAPI document says. */
function checkPolicy(document: PolicyDocument): readonly unknown[] {
  const { schemas } = openApiDocument.components;
  const text = JSON.stringify({ ...schemas['Policy'], $defs: schemas }, (key, value: unknown) =>
    key === 'format' ? undefined : value,
  );
  return createSchemaCheck(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object)(document);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
