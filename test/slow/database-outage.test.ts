import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { publish } from '../support/database-sidecar.ts';
import { type Call, type Reply, send, withAdmin } from '../support/running-sidecar.ts';
import { memberPolicyFiles } from '../support/member-change-policy.ts';
import { waitFor } from '../support/wait-for.ts';
import { startPostgres, type OwnPostgres } from '../support/postgres-server.ts';
import { Serving } from '../support/serving.ts';

const kim = '/v1/workspaces/support/members/kim';
const lee = '/v1/workspaces/support/members/lee';

describe('a sidecar whose database is down', function () {
  this.timeout(120_000);
  let server: OwnPostgres;
  let folder: string;
  let url: string;
  const started: Serving[] = [];

  before(async () => (server = await startPostgres()));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-outage-'));
    url = await server.createDatabase();
    await publish(url, memberPolicyFiles());
  });
  afterEach(async () => {
    for (const serving of started.splice(0)) serving.kill();
    await server.start();
    await rm(folder, { recursive: true, force: true });
  });
  after(() => server.stop());

  const serve = (...more: readonly string[]): Serving => {
    const flags = '--listen 127.0.0.1:0 --cache cache --admin-token-file admin-tokens --create'.split(' ');
    const serving = new Serving(['--database', url, ...flags, ...more], folder);
    started.push(serving);
    return serving;
  };
  const call = async ({ address }: Serving, path: string, what: Call = {}): Promise<Reply> =>
    send(address, path, withAdmin(what, await readFile(join(folder, 'admin-tokens'), 'utf8')));
  const json = async (serving: Serving, path: string): Promise<Record<string, unknown>> =>
    (await call(serving, path)).json as Record<string, unknown>;
  const allows = async (serving: Serving, subject: string, permission: string): Promise<boolean> => {
    const body = { subject, workspace: 'support', permission };
    const reply = await call(serving, '/v1/enforce', { method: 'POST', body });
    assert.strictEqual(reply.status, 200, reply.text);
    return (reply.json as { decision: boolean }).decision;
  };
  const put = (serving: Serving, path: string, ...roles: string[]): Promise<Reply> =>
    call(serving, path, { method: 'PUT', body: { roles, actor: 'mia' } });
  const cached = (serving: Serving, sequence: number): Promise<void> =>
    waitFor(`sequence ${sequence} in the cache`, async () => {
      const { cache } = await json(serving, '/v1/policy');
      return (cache as { sequence: number | null }).sequence === sequence;
    });
  const metric = async (serving: Serving, name: string): Promise<string | undefined> =>
    (await call(serving, '/metrics')).text.split('\n').find((line) => line.startsWith(`${name} `));

  it('goes on, starts again from what it kept, says so everywhere, and heals by itself', async () => {
    const first = serve();
    await first.untilOutput('try:');
    assert.strictEqual(await allows(first, 'kim', 'ticket:close'), false);
    assert.strictEqual((await put(first, kim, 'agent')).status, 201);
    assert.strictEqual((await put(first, lee, 'agent')).status, 201);
    assert.strictEqual((await call(first, `${lee}?actor=mia`, { method: 'DELETE' })).status, 200);
    await cached(first, 4);
    assert.deepInclude((await json(first, '/readyz')) as object, { isStale: false, isFromCache: false });

    server.kill();
    await waitFor('the outage to be noticed', async () => (await json(first, '/readyz'))['isStale'] === true);
    assert.deepEqual(
      [await allows(first, 'kim', 'ticket:close'), await allows(first, 'lee', 'ticket:close')],
      [true, false],
    );
    const refused = await put(first, lee, 'agent');
    assert.strictEqual(refused.status, 503, refused.text);
    assert.strictEqual(await allows(first, 'lee', 'ticket:close'), false);
    const { revision } = await json(first, '/readyz');
    first.signal('SIGKILL');
    await first.untilExit();

    const second = serve();
    await second.untilOutput('try:');
    assert.include(second.stderr, 'the database cannot be read: what was kept in the cache decides');
    const { looks, ...ready } = await json(second, '/readyz');
    assert.deepEqual(ready, { status: 'ready', revision, isStale: true, isFromCache: true });
    const { failingSince, lastReachedAt, lastNewsAt, lastFailure } = looks as Record<string, unknown>;
    assert.deepNestedInclude({ lastNewsAt, lastFailure }, { lastNewsAt: null, 'lastFailure.kind': 'unavailable' });
    assert.isAbove(Date.parse(String(failingSince)), Date.parse(String(lastReachedAt)));
    assert.nestedInclude(await json(second, '/v1/policy'), {
      isStale: true,
      'source.isFromCache': true,
      'source.sequence': 4,
      'lastReload.outcome': 'failed',
    });
    assert.strictEqual(await metric(second, 'rolebook_policy_from_cache'), 'rolebook_policy_from_cache 1');
    assert.deepEqual(
      [await allows(second, 'kim', 'ticket:close'), await allows(second, 'lee', 'ticket:close')],
      [true, false],
    );
    assert.strictEqual((await put(second, lee, 'agent')).status, 503);
    const minRevision = '000000000000.5-9f1c22ab';
    const newer = { subject: 'kim', workspace: 'support', permission: 'ticket:close', minRevision };
    assert.strictEqual((await call(second, '/v1/enforce', { method: 'POST', body: newer })).status, 503);

    await server.start();
    await second.untilOutput('the database decides again');
    const { looks: healed, ...well } = await json(second, '/readyz');
    assert.deepEqual(well, { status: 'ready', revision, isStale: false, isFromCache: false });
    assert.nestedInclude(healed, { failingSince: null, 'lastFailure.kind': 'unavailable' });
    assert.strictEqual(await metric(second, 'rolebook_policy_from_cache'), 'rolebook_policy_from_cache 0');
    await waitFor('changes', async () => (await put(second, lee, 'agent')).status === 201);
    assert.strictEqual(await allows(second, 'lee', 'ticket:close'), true);
    await cached(second, 5);
    for (const secret of [encodeURIComponent(server.password), server.password]) {
      for (const text of [second.stderr, second.stdout, (await call(second, '/v1/policy')).text]) {
        assert.notInclude(text, secret);
      }
    }
  });

  it('has no policy rather than a damaged one', async () => {
    const first = serve();
    await first.untilOutput('try:');
    assert.strictEqual((await put(first, kim, 'agent')).status, 201);
    await cached(first, 2);
    first.signal('SIGTERM');
    assert.strictEqual(await first.untilExit(), 0);
    server.kill();
    const cache = join(folder, 'cache');
    const name = (await readdir(cache)).find((file) => file.endsWith('.policy')) ?? '';
    const bytes = await readFile(join(cache, name));
    await cp(cache, join(folder, 'good'), { recursive: true });
    await writeFile(join(cache, name), bytes.subarray(0, -1));

    const second = serve();
    await second.untilOutput('it goes on by itself when there is one');
    assert.match(second.stderr, /the cache cannot be used/);
    assert.match(second.stderr, /is damaged/);
    assert.strictEqual((await call(second, '/readyz')).status, 503);
    const body = { subject: 'kim', workspace: 'support', permission: 'ticket:close' };
    assert.strictEqual((await call(second, '/v1/enforce', { method: 'POST', body })).status, 503);

    const third = serve('--cache', 'good');
    await third.untilOutput('try:');
    assert.strictEqual(await allows(third, 'kim', 'ticket:close'), true);
    await server.start();
    await waitFor('both to heal', async () => (await call(second, '/readyz')).status === 200);
    assert.strictEqual(await allows(second, 'kim', 'ticket:close'), true);
  });

  it('counts its age from when the database was heard, not from its own start', async () => {
    const first = serve();
    await first.untilOutput('try:');
    assert.strictEqual((await put(first, kim, 'agent')).status, 201);
    await cached(first, 2);
    first.signal('SIGTERM');
    await first.untilExit();
    server.kill();
    const patient = serve('--max-staleness', '1h', '--when-stale', 'deny:ticket:close');
    const strict = serve('--max-staleness', '5s', '--when-stale', 'deny:ticket:close');
    await patient.untilOutput('try:');
    await strict.untilOutput('the policy is older than it may be');
    assert.strictEqual(await allows(patient, 'kim', 'ticket:close'), true);
    assert.strictEqual(await allows(strict, 'kim', 'ticket:close'), false);
    assert.strictEqual(await allows(strict, 'mia', 'ticket:answer'), true);
    assert.include((await json(strict, '/readyz')) as object, { isFromCache: true, isBeyondMaxStaleness: true });
    await server.start();
    await strict.untilOutput('the policy is as old as it may be again');
    assert.strictEqual(await allows(strict, 'kim', 'ticket:close'), true);
  });

  it('starts from what it kept when the server takes connections and never answers', async () => {
    const { port } = new URL(url);
    let isSilent = false;
    const sockets = new Set<Socket>();
    const between = createServer((client) => {
      sockets.add(client);
      client.on('error', () => undefined);
      if (isSilent) return;
      const upstream = connect(Number(port), '127.0.0.1');
      upstream.on('error', () => client.destroy());
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    try {
      url = url.replace(`:${port}/`, `:${(between.address() as AddressInfo).port}/`);
      const first = serve();
      await first.untilOutput('try:');
      assert.strictEqual((await put(first, kim, 'agent')).status, 201);
      await cached(first, 2);
      first.signal('SIGKILL');
      await first.untilExit();
      isSilent = true;
      const second = serve();
      await second.untilOutput('what was kept in the cache decides');
      await second.untilOutput('try:');
      assert.strictEqual(await allows(second, 'kim', 'ticket:close'), true);
      assert.strictEqual(await allows(second, 'lee', 'ticket:close'), false);
      isSilent = false;
      for (const socket of sockets) socket.destroy();
      await second.untilOutput('the database decides again');
    } finally {
      between.close();
      for (const socket of sockets) socket.destroy();
    }
  });

  it('starts from what a key of its own signed when the database refuses its password', async () => {
    await writeFile(join(folder, 'key'), `${'k'.repeat(64)}\n`);
    const first = serve('--cache-key-file', 'key');
    await first.untilOutput('try:');
    assert.strictEqual((await put(first, kim, 'agent')).status, 201);
    await cached(first, 2);
    first.signal('SIGTERM');
    await first.untilExit();
    url = url.replace(encodeURIComponent(server.password), 'changed');
    const second = serve('--cache-key-file', 'key');
    await second.untilOutput('what was kept in the cache decides');
    await second.untilOutput('try:');
    assert.include(second.stderr, 'refuses this user or password');
    assert.strictEqual(await allows(second, 'kim', 'ticket:close'), true);
    const third = serve(); // The key is made of the password otherwise, and that one is another since.
    assert.strictEqual(await third.untilExit(), 2);
    assert.include(third.stderr, 'refuses this user');
    assert.include(third.stderr, 'with another key, or another password');
  });

  it('may share what is kept with others, of which one writes it until it is killed', async () => {
    const [first, second] = [serve(), serve()];
    for (const serving of [first, second]) await serving.untilOutput('try:');
    const keepers = async (): Promise<(string | undefined)[]> =>
      Promise.all([first, second].map(async (one) => ((await json(one, '/v1/policy'))['cache'] as Kept).keptBy));
    await waitForLong('one to write', async () => (await keepers()).sort().join() === 'other,this');
    const [writes] = await keepers();
    const [writer, other] = writes === 'this' ? [first, second] : [second, first];
    assert.strictEqual((await put(other, kim, 'agent')).status, 201);
    await cached(writer, 2);
    writer.signal('SIGKILL');
    await writer.untilExit();
    assert.strictEqual((await put(other, lee, 'agent')).status, 201);
    await waitForLong('the other to write', async () => {
      const { cache } = (await json(other, '/v1/policy')) as { cache: Kept };
      return cache.keptBy === 'this' && cache.sequence === 3;
    });
    other.signal('SIGKILL');
    await other.untilExit();
    server.kill();
    const third = serve();
    await third.untilOutput('what was kept in the cache decides');
    await third.untilOutput('try:');
    assert.strictEqual(await allows(third, 'kim', 'ticket:close'), true);
    assert.strictEqual(await allows(third, 'lee', 'ticket:close'), true);
    assert.strictEqual(await allows(third, 'lee', 'invoice:create'), false);
  });

  it('may read SQLite, whose file is away for a while', async () => {
    const file = join(folder, 'roles.db');
    url = `sqlite:${file}`;
    await publish(url, memberPolicyFiles());
    const first = serve();
    await first.untilOutput('try:');
    assert.strictEqual((await put(first, kim, 'agent')).status, 201);
    await cached(first, 2);
    first.signal('SIGTERM');
    await first.untilExit();
    await rename(file, `${file}.away`);
    const second = serve();
    await second.untilOutput('what was kept in the cache decides');
    await second.untilOutput('try:');
    assert.strictEqual(await allows(second, 'kim', 'ticket:close'), true);
    assert.strictEqual(await allows(second, 'lee', 'ticket:close'), false);
    await rename(`${file}.away`, file);
    await second.untilOutput('the database decides again');
    assert.strictEqual((await put(second, lee, 'agent')).status, 201);
    assert.strictEqual(await allows(second, 'lee', 'ticket:close'), true);
  });
});

interface Kept {
  readonly keptBy: string;
  readonly sequence: number | null;
}

/** For what is looked at every few seconds only. */
async function waitForLong(what: string, isThere: () => Promise<boolean>): Promise<void> {
  await waitFor(what, isThere, 18_000);
}
