import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { postgresServer, type PostgresServer } from '../../support/postgres-server.ts';
import { openSqliteFile } from '../../support/sqlite-file.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';
import { waitFor } from '../../support/wait-for.ts';

const kim = '/v1/workspaces/support/members/kim';
const agent = { roles: ['agent'], actor: 'mia' };

interface LoggedLine {
  readonly level: number;
  readonly msg: string;
  readonly reason?: string;
}

interface FleetDocument {
  readonly sidecars: readonly { readonly id: string; readonly isSelf: boolean; readonly revision: string | null }[];
  readonly unwritten: { readonly since: string; readonly reason: string } | null;
}

function linesOf({ logged }: DatabaseSidecar, about: RegExp): LoggedLine[] {
  return logged.text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LoggedLine)
    .filter(({ msg }) => about.test(msg));
}

function assertRefused(reply: Reply, says: RegExp, what: string): void {
  const problem = expectProblem(reply, 500, 'database-refused');
  assert.match(String(problem['detail']), says, what);
  assert.notMatch(String(problem['detail']), /send it again with/, what);
  assert.strictEqual(reply.headers['retry-after'], undefined, what);
}

async function fleetOf(running: DatabaseSidecar): Promise<FleetDocument> {
  const reply = await running.call('/v1/fleet');
  assert.strictEqual(reply.status, 200, reply.text);
  return reply.json as FleetDocument;
}

describe('a database that refuses what a sidecar needs, on postgres', () => {
  let server: PostgresServer;
  let owner: string;
  let reader: string;
  let running: DatabaseSidecar;
  let count = 0;
  let role = '';

  before(async function () {
    this.timeout(60_000);
    server = await postgresServer();
  });
  beforeEach(async () => {
    owner = await server.createDatabase();
    await publish(owner, memberPolicyFiles());
    count += 1;
    role = `rolebook_reader_${process.pid}_${count}`;
    await server.query(owner, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    await server.query(owner, `GRANT USAGE ON SCHEMA public TO ${role}`);
    await server.query(owner, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
    const url = new URL(owner);
    url.username = role;
    url.password = 'secret';
    reader = url.href;
  });
  afterEach(disposeDatabaseSidecars);

  const grantAll = async (): Promise<void> => {
    await server.query(owner, `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
    await server.query(owner, `GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
  };

  it('says so at every door, once in the log, and not as something to be sent again', async () => {
    const allowed = await runDatabaseSidecar(owner, { id: 'owner' });
    assert.strictEqual((await allowed.put(kim, agent)).status, 201);
    running = await runDatabaseSidecar(reader, { id: 'reader' });
    assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
    const says = /does not allow this user to do it: permission denied for (?:table|sequence) \w+; docs\/database\.md /;
    for (let turn = 0; turn < 3; turn += 1) {
      assertRefused(await running.put(kim, { ...agent, roles: ['seller'] }), says, 'a change');
      assertRefused(await running.put(kim, agent, { 'Idempotency-Key': 'k' }), says, 'with a key');
      assertRefused(await running.remove(`${kim}?actor=mia`), says, 'a removal');
    }
    const reasons = linesOf(running, /^memberships cannot be changed/).map(({ reason }) => reason ?? '');
    assert.deepEqual([...new Set(reasons)], reasons, 'each reason is said once');
    assert.isAtMost(reasons.length, 3);
    assert.isAtLeast(reasons.length, 1);
    for (const { level } of linesOf(running, /^memberships cannot be changed/)) assert.strictEqual(level, 50);
    assert.isEmpty(linesOf(running, /^a membership could not be changed/));
    assert.strictEqual(await running.allows('kim', 'ticket:close'), true);

    const { sidecars, unwritten } = await fleetOf(running);
    assert.deepEqual(
      sidecars.map(({ id, isSelf }) => [id, isSelf]),
      [
        ['owner', false],
        ['reader', true],
      ],
    );
    assert.match(unwritten?.reason ?? '', /permission denied for table rolebook_sidecar/);
    assert.match(unwritten?.since ?? '', /^20\d\d-\d\d-\d\dT/);
    const others = await fleetOf(allowed);
    assert.deepEqual([others.sidecars.map(({ id }) => id), others.unwritten], [['owner'], null]);
    assert.lengthOf(linesOf(running, /^the heartbeat cannot be written/), 1);

    await grantAll();
    assert.strictEqual((await running.put(kim, { ...agent, roles: ['seller'] })).status, 200);
    assert.lengthOf(linesOf(running, /^memberships can be changed again/), 1);
    await server.query(owner, `REVOKE UPDATE, INSERT ON rolebook_event FROM ${role}`);
    assertRefused(await running.put(kim, agent), /permission denied for table rolebook_event/, 'revoked');
    assert.notMatch(running.logged.text, /secret/);
  });

  it('is refused by a server that can only be read, as a standby', async () => {
    await grantAll();
    await server.query(owner, `ALTER ROLE ${role} SET default_transaction_read_only = on`);
    running = await runDatabaseSidecar(reader);
    assertRefused(await running.put(kim, agent), /can only be read; name the primary server/, 'a change');
    await waitFor('the log', () => linesOf(running, /^the heartbeat cannot be written/).length > 0);
    const { sidecars, unwritten } = await fleetOf(running);
    assert.lengthOf(sidecars, 1);
    assert.match(unwritten?.reason ?? '', /can only be read/);
  });

  it('says which table is not there, when somebody dropped it or the schema is another one', async () => {
    await grantAll();
    running = await runDatabaseSidecar(reader);
    assert.strictEqual((await running.put(kim, agent)).status, 201);
    await server.query(owner, 'ALTER TABLE rolebook_idempotency RENAME TO moved');
    const says =
      /has not the tables that rolebook made: relation "rolebook_idempotency" does not exist; look whether it is the right/;
    assertRefused(await running.put(kim, { ...agent, roles: ['seller'] }, { 'Idempotency-Key': 'k' }), says, 'moved');
    await server.query(owner, 'ALTER TABLE moved RENAME TO rolebook_idempotency');
    await server.query(owner, 'ALTER TABLE rolebook_event RENAME COLUMN token TO was_token');
    await waitFor('the look that fails', async () => (await running.put(kim, agent)).status === 500);
    assertRefused(await running.put(kim, agent), /column "?token"? does not exist/, 'a column');
    assertRefused(await running.call('/v1/policy/reload', { method: 'POST' }), /token.* stays live/, 'a reload');
    await server.query(owner, 'ALTER TABLE rolebook_event RENAME COLUMN was_token TO token');
    await server.query(owner, 'ALTER TABLE rolebook_sidecar RENAME TO moved');
    assertRefused(await running.call('/v1/fleet'), /relation "rolebook_sidecar" does not exist/, 'the fleet');
    assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
  });

  it('refuses what may be read no more: a reload, the fleet, a change', async () => {
    await grantAll();
    running = await runDatabaseSidecar(reader);
    await server.query(owner, `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`);
    const says = /permission denied for table rolebook_/;
    assertRefused(await running.call('/v1/policy/reload', { method: 'POST' }), says, 'a reload');
    assertRefused(await running.call('/v1/fleet'), says, 'the fleet');
    assertRefused(await running.put(kim, agent), says, 'a change');
    // What a caller was told can be found out no more, and to wait for it would not help.
    const minRevision = `${'0'.repeat(12)}.7-4be07d15`;
    const asked = { subject: 'kim', workspace: 'support', permission: 'ticket:close' };
    const atMs = Date.now();
    for (const [path, body] of [
      ['/v1/enforce', { ...asked, minRevision }],
      ['/v1/enforce/batch', { requests: [asked], minRevision }],
    ] as const) {
      assertRefused(await running.call(path, { method: 'POST', body }), says, path);
    }
    for (const path of ['members', 'members/hal', 'members/hal/permissions', 'roles']) {
      assertRefused(await running.call(`/v1/workspaces/support/${path}?minRevision=${minRevision}`), says, path);
    }
    assert.isBelow(Date.now() - atMs, limits.minRevisionWaitMs, 'nobody waited');
    await grantAll();
    await waitFor('the rights', async () => (await running.put(kim, agent)).status === 201);
  });
});

describe('a database that refuses what a sidecar needs, on sqlite', () => {
  let databases: TestDatabases;
  let url: string;
  let running: DatabaseSidecar;
  before(async () => {
    databases = (await testDatabases.find(({ kind }) => kind === 'sqlite')?.open()) ?? assert.fail('no sqlite');
  });
  after(() => databases.dispose());
  beforeEach(async () => {
    url = await databases.create();
    await publish(url, memberPolicyFiles());
  });
  afterEach(disposeDatabaseSidecars);

  const execute = (statement: string): void => {
    const file = openSqliteFile(url.slice('sqlite:'.length));
    try {
      file.exec(`PRAGMA busy_timeout = 5000; ${statement}`);
    } finally {
      file.close();
    }
  };

  it('says so once for a heartbeat that can never be written, and the fleet has at least itself', async () => {
    execute('ALTER TABLE rolebook_sidecar RENAME COLUMN health TO was_health');
    running = await runDatabaseSidecar(url);
    await waitFor('the log', () => linesOf(running, /^the heartbeat cannot be written/).length > 0);
    const [line] = linesOf(running, /^the heartbeat cannot be written/);
    assert.match(line?.reason ?? '', /has not the tables that rolebook made: .*health/);
    execute('ALTER TABLE rolebook_sidecar RENAME COLUMN was_health TO health');
    execute(
      "CREATE TRIGGER no_heartbeat BEFORE INSERT ON rolebook_sidecar BEGIN SELECT RAISE(ABORT, 'no such table: x'); END",
    );
    const { sidecars, unwritten } = await fleetOf(running);
    assert.deepEqual(
      sidecars.map(({ id, isSelf, revision }) => [id, isSelf, revision]),
      [['one', true, running.live.current?.revision ?? null]],
    );
    assert.isNotNull(unwritten);
  });

  it('says which table is not there', async () => {
    running = await runDatabaseSidecar(url);
    execute('ALTER TABLE rolebook_member RENAME TO moved');
    for (let turn = 0; turn < 3; turn += 1)
      assertRefused(
        await running.put(kim, agent),
        /has not the tables that rolebook made: no such table: rolebook_member/,
        'moved',
      );
    assert.lengthOf(linesOf(running, /^memberships cannot be changed/), 1);
    execute('ALTER TABLE moved RENAME TO rolebook_member');
    assert.strictEqual((await running.put(kim, agent)).status, 201);
    assert.lengthOf(linesOf(running, /^memberships can be changed again/), 1);
    execute('ALTER TABLE rolebook_sidecar RENAME TO moved');
    assertRefused(await running.call('/v1/fleet'), /no such table: rolebook_sidecar/, 'the fleet');
  });

  it('is another file than a database, put in its place', async () => {
    const { rename, writeFile } = await import('node:fs/promises');
    running = await runDatabaseSidecar(url);
    const path = url.slice('sqlite:'.length);
    await writeFile(`${path}.other`, 'this is no database, '.repeat(100));
    await rename(`${path}.other`, path);
    assertRefused(await running.call('/v1/policy/reload', { method: 'POST' }), /is not an SQLite database/, 'a reload');
    assertRefused(await running.put(kim, agent), /is not an SQLite database/, 'a change');
    assertRefused(await running.call('/v1/fleet'), /is not an SQLite database/, 'the fleet');
  });
});
