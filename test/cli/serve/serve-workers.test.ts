import { expect } from 'chai';
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
    expect(await isReplaced(pid), serving.stderr).to.equal(true);
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
    expect(serving.stdout).to.match(/^rolebook answers on http:\/\/127\.0\.0\.1:\d+ with 2 workers\n/);
    const connections = connect();
    expect(await decisions(connections)).to.deep.equal(all(503));
    expect((await connections.call('/healthz')).map(({ status }) => status)).to.deep.equal(all(200));
    const unready = await policy();
    expect(checkPolicy(unready)).to.deep.equal([]);
    expect(unready.workers.map(({ revision }) => revision)).to.deep.equal([null, null]);
    expect((await metrics()).get('rolebook_workers{state="unready"}')).to.equal(2);
    await folder.write(path, smallPolicy()[path] ?? '');
    await serving.untilOutput('the policy was loaded');
    expect(await decisions(connections)).to.deep.equal(all(false));
    const before = await policy();
    expect(checkPolicy(before)).to.deep.equal([]);
    expect(new Set(before.workers.map(({ pid }) => pid)).size).to.equal(2);
    expect(before.workers.map(({ revision }) => revision)).to.deep.equal([before.revision, before.revision]);

    await folder.write(path, promoted);
    // `unchanged` when whoever follows the files was first. Either way all workers have it when the answer comes.
    const reloaded = (await once('/v1/policy/reload', {}, asAdmin)) as { outcome: string; revision: string };
    expect(reloaded.outcome).to.be.oneOf(['loaded', 'unchanged']);
    expect(reloaded.revision).not.to.equal(before.revision);
    expect(await decisions(connections)).to.deep.equal(all(true));
    const good = await policy();
    expect(good.workers.map(({ revision }) => revision)).to.deep.equal([good.revision, good.revision]);

    await folder.write(path, 'workspace: [');
    expect(await once('/v1/policy/reload', {}, asAdmin)).to.include({
      code: 'invalid-policy',
      revision: good.revision,
    });
    expect(await decisions(connections)).to.deep.equal(all(true));
    const stale = await policy();
    expect(stale).to.deep.include({ revision: good.revision, isStale: true });
    expect(stale.lastReload.problems.map(({ code }) => code)).to.deep.equal(['yaml-syntax']);
    for (const { json } of await connections.call('/readyz')) {
      expect(json).to.deep.equal({ status: 'ready', revision: good.revision, isStale: true });
    }

    const told = await metrics();
    expect(told.get('rolebook_decisions_total{decision="allow"}')).to.equal(2 * count);
    expect(told.get('rolebook_decisions_total{decision="deny"}')).to.equal(count);
    expect(told.get('rolebook_enforce_duration_seconds_count')).to.equal(4 * count);
    expect(told.get('rolebook_enforce_duration_seconds_bucket{le="+Inf"}')).to.equal(4 * count);
    expect(told.get('rolebook_http_requests_total{route="enforce",status="5xx"}')).to.equal(count);
    expect(told.get('rolebook_http_requests_total{route="readyz",status="2xx"}')).to.equal(count);
    expect(told.get('rolebook_policy_reloads_total{outcome="loaded"}')).to.equal(2);
    expect(told.get('rolebook_policy_stale')).to.equal(1);
    expect(told.get('rolebook_workers{state="ready"}')).to.equal(2);
    for (const worker of ['1', '2']) {
      const name = `rolebook_worker_revision_info{worker="${worker}",revision="${good.revision ?? ''}"}`;
      expect(told.get(name)).to.equal(1);
    }
    expect(told.get('process_start_time_seconds')).to.be.closeTo(Date.now() / 1000, 120);

    // One that does not answer counts as it did; whoever asks another one is told within two seconds.
    process.kill(good.workers[1]?.pid ?? 0, 'SIGSTOP');
    const without = toMetrics(await Promise.any(connections.each('/metrics')));
    process.kill(good.workers[1]?.pid ?? 0, 'SIGCONT');
    expect(without.get('rolebook_decisions_total{decision="allow"}')).to.equal(2 * count);
    expect(without.get('rolebook_worker_metrics_unanswered_total')).to.be.greaterThan(0);

    const killed = good.workers[0]?.pid;
    process.kill(killed ?? 0, 'SIGKILL');
    await untilReplaced(killed);
    connections.close();
    expect(await decisions(connect())).to.deep.equal(all(true));
    const after = await policy();
    expect(after.workers.map(({ revision }) => revision)).to.deep.equal([good.revision, good.revision]);
    expect(after.workers[1]).to.deep.equal(stale.workers[1]);
    expect(serving.stderr).to.contain(`"worker":${killed},"end":"SIGKILL"`);
    const later = await metrics();
    // What the killed worker had counted is not forgotten.
    expect(later.get('rolebook_decisions_total{decision="allow"}')).to.equal(3 * count);
    expect(later.get('rolebook_worker_replacements_total')).to.equal(1);

    kept?.close();
    serving.signal('SIGTERM');
    expect(await serving.untilExit()).to.equal(0);
    const talk = serving.stderr.split('\n').filter((line) => line !== '');
    expect(talk.filter((line) => !line.startsWith('{'))).to.deep.equal([]);
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
    expect(await statuses(first)).to.deep.equal(all(200));
    await waitFor('the lines', async () => (await lines('decisions.jsonl')).length === count);
    await folder.write('tokens', `${second}\n`);
    await rename(`${folder.root}/decisions.jsonl`, `${folder.root}/decisions.1.jsonl`);
    serving.signal('SIGHUP');
    await serving.untilOutput('the token files were read again');
    expect(await statuses(first)).to.deep.equal(all(401));
    expect(await statuses(second)).to.deep.equal(all(200));
    await waitFor('the lines', async () => (await lines('decisions.jsonl')).length === count);
    const written = [...(await lines('decisions.1.jsonl')), ...(await lines('decisions.jsonl'))];
    const ids = written.map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).to.equal(2 * count);
    // Each worker numbers its own: two of them wrote.
    expect(new Set(ids.map((id) => id.split('-')[0])).size).to.equal(2);

    await folder.write('tokens', 'short\n');
    serving.signal('SIGHUP');
    await serving.untilOutput('the token files are bad: the old tokens stay');
    expect(await statuses(second)).to.deep.equal(all(200));

    const document = (await once('/v1/policy', undefined, { Authorization: `Bearer ${second}` })) as PolicyDocument;
    const pids = document.workers.map(({ pid }) => pid ?? 0);
    serving.signal('SIGKILL');
    await waitFor('the end of all workers', () => pids.every((pid) => !isAlive(pid)));
  });

  it('writes whole lines to stdout from all workers, answers on a unix socket, and ends at once if asked twice', async () => {
    await start('--listen', `unix:${folder.root}/r.sock`, '--decision-log', '-');
    const connections = connect();
    const requests = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? lead : agent));
    for (const { status } of await connections.call('/v1/enforce/batch', { requests })) expect(status).to.equal(200);
    await waitFor('the lines', () => serving.stdout.split('\n').length > count * 1000);
    const told = serving.stdout.split('\n').slice(0, -1);
    const logged = told.map((line) => JSON.parse(line) as { id: string; decision: boolean });
    expect(new Set(logged.map(({ id }) => id)).size).to.equal(count * 1000);
    expect(logged.filter(({ decision }) => decision)).to.have.lengthOf(count * 500);

    const pids = (await policy()).workers.map(({ pid }) => pid ?? 0);
    const hanging = connections.call('/v1/enforce', agent, { 'Content-Length': '999' }).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    serving.signal('SIGTERM');
    await serving.untilOutput('"msg":"stopping"');
    serving.signal('SIGTERM');
    expect(await serving.untilExit()).to.equal(3);
    expect(await hanging).to.equal('cut');
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
      expect(result.exitCode, result.all).to.equal(2);
      expect(result.stderr).to.contain(`\`--workers\` takes a whole number from 1 to 64, found \`${text}\``);
    });
  }

  it('does not matter where the address is taken: that is found out before any worker is started', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const result = await runCommand(['serve', '--workers', '2', '--listen', taken], { cwd: folder.root });
    other.close();
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.contain(`\`${taken}\` is already in use`);
  });

  it('cannot be left out', async () => {
    const empty = await runCommand(['serve', '--workers', ''], { cwd: folder.root });
    const missing = await runCommand(['serve', '--workers'], { cwd: folder.root });
    const swallowed = await runCommand(['serve', '--workers', '--decision-log', '-'], { cwd: folder.root });
    expect([empty.exitCode, missing.exitCode, swallowed.exitCode]).to.deep.equal([2, 2, 2]);
    expect(empty.stderr).to.contain('`--workers` is empty');
    expect(swallowed.stderr).to.contain('`--workers` needs a value, found the option `--decision-log`');
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
