import { assert } from 'chai';
import { type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const lead = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const agent = { ...lead, subject: 'cy@acme.example' };

describe('GET /metrics', () => {
  let running: RunningSidecar;
  beforeEach(async () => (running = await runSidecar()));
  afterEach(disposeSidecars);

  const read = async (): Promise<Map<string, number>> => {
    const reply = await running.call('/metrics');
    assert.match(String(reply.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    const samples = reply.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      samples.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end))];
      }),
    );
  };

  it('counts what was allowed and what was denied, in batches too', async () => {
    await running.enforce(lead);
    await running.enforce(agent);
    await running.call('/v1/enforce/batch', { method: 'POST', body: { requests: [lead, agent, agent] } });
    const metrics = await read();
    assert.strictEqual(metrics.get('rolebook_decisions_total{decision="allow"}'), 2);
    assert.strictEqual(metrics.get('rolebook_decisions_total{decision="deny"}'), 3);
    assert.strictEqual(metrics.get('rolebook_decision_errors_total'), 0);
  });

  it('counts requests by route and status class, never by what was sent', async () => {
    await running.enforce(lead);
    await running.call('/v1/enforce', { method: 'POST', body: '{' });
    const paths = ['/secret-path', '/v1/workspaces/secret-path/roles', '/v1/policy?secret-path'];
    for (const path of paths) await running.call(path);
    const metrics = await read();
    assert.strictEqual(metrics.get('rolebook_http_requests_total{route="enforce",status="2xx"}'), 1);
    assert.strictEqual(metrics.get('rolebook_http_requests_total{route="enforce",status="4xx"}'), 1);
    assert.strictEqual(metrics.get('rolebook_http_requests_total{route="roles",status="4xx"}'), 1);
    assert.strictEqual(metrics.get('rolebook_http_requests_total{route="unknown",status="4xx"}'), 1);
    assert.notInclude([...metrics.keys()].join(), 'secret-path');
  });

  it('has the durations as a histogram whose buckets grow to the count', async () => {
    for (let count = 0; count < 5; count += 1) await running.enforce(lead);
    const metrics = await read();
    const buckets = [...metrics].filter(([name]) => name.startsWith('rolebook_enforce_duration_seconds_bucket'));
    const counts = buckets.map(([, value]) => value);
    assert.deepEqual(
      counts,
      [...counts].sort((left, right) => left - right),
    );
    assert.strictEqual(counts.at(-1), 5);
    assert.strictEqual(metrics.get('rolebook_enforce_duration_seconds_count'), 5);
    assert.isAbove(metrics.get('rolebook_enforce_duration_seconds_sum') as number, 0);
  });

  it('shows the live revision, and that it is stale while the files are bad', async () => {
    const revision = running.live.current?.revision ?? '';
    const good = await read();
    await running.folder.write('roles.yaml', 'roles: [');
    running.sidecar.noteCheck(await running.live.reload('poll'));
    running.sidecar.noteCheck(await running.live.reload('poll'));
    const bad = await read();
    const goodCheck = 'rolebook_policy_last_good_check_timestamp_seconds';
    assert.strictEqual(good.get(`rolebook_policy_revision_info{revision="${revision}"}`), 1);
    assert.strictEqual(bad.get(`rolebook_policy_revision_info{revision="${revision}"}`), 1);
    assert.deepEqual([good.get('rolebook_policy_stale'), bad.get('rolebook_policy_stale')], [0, 1]);
    assert.strictEqual(bad.get('rolebook_policy_reloads_total{outcome="failed"}'), 1);
    assert.strictEqual(bad.get(goodCheck), good.get(goodCheck));
    assert.closeTo(bad.get('rolebook_policy_loaded_timestamp_seconds') as number, Date.now() / 1000, 60);
  });

  it('moves the time of the last good check with each poll that finds nothing wrong', async () => {
    const name = 'rolebook_policy_last_good_check_timestamp_seconds';
    const first = (await read()).get(name) ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
    running.sidecar.noteCheck(await running.live.reload('poll'));
    assert.isAbove((await read()).get(name) as number, first);
  });

  it('has the metrics of the process', async () => {
    const names = [...(await read()).keys()];
    assert.includeMembers(names, ['process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']);
  });
});
