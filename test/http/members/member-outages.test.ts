import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startPostgres, type OwnPostgres } from '../../support/postgres-server.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const pathOf = (name: string): string => `/v1/workspaces/support/members/${name}`;
const agent = { roles: ['agent'], actor: 'mia' };

describe('changing members while PostgreSQL is not well', () => {
  let server: OwnPostgres;
  let url: string;
  let running: DatabaseSidecar;
  before(async function () {
    this.timeout(60_000);
    server = await startPostgres();
    url = await server.createDatabase();
    await publish(url, memberPolicyFiles());
    running = await runDatabaseSidecar(url);
  });
  after(async () => {
    await disposeDatabaseSidecars();
    server.stop();
  });

  const heal = async (): Promise<void> => {
    await server.start();
    await waitFor('the database', async () => (await running.put(pathOf('probe'), agent)).status < 300);
  };

  it('is refused with 503, decisions go on, and the same request does it later', async function () {
    this.timeout(30_000);
    assert.strictEqual((await running.put(pathOf('kim'), agent)).status, 201);
    server.kill();
    const headers = { 'Idempotency-Key': 'lea-1' };
    const refused = await running.put(pathOf('lea'), agent, headers);
    const problem = expectProblem(refused, 503, 'database-unavailable');
    assert.strictEqual(refused.headers['retry-after'], '1');
    assert.include(problem['detail'] as string, '`Idempotency-Key`');
    expectProblem(await running.remove(`${pathOf('kim')}?actor=mia`), 503, 'database-unavailable');
    const fleet = await running.call('/v1/fleet');
    expectProblem(fleet, 503, 'database-unavailable');
    for (const reply of [refused, fleet]) assert.notMatch(reply.text, /p@ss|p%40ss|rolebook:/);
    assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
    assert.strictEqual(await running.allows('lea', 'ticket:close'), false);
    assert.strictEqual((await running.call(pathOf('kim'))).status, 200);
    await heal();
    assert.strictEqual((await running.put(pathOf('lea'), agent, headers)).status, 201);
    assert.strictEqual((await running.put(pathOf('lea'), agent, headers)).status, 201);
    assert.strictEqual(await running.allows('lea', 'ticket:close'), true);
    assert.notMatch(running.logged.text, /p@ss|p%40ss/);
  });

  it('loses nothing that was acknowledged when the server is killed among many changes', async function () {
    this.timeout(60_000);
    const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const send = (name: string): Promise<Reply> => running.put(pathOf(name), agent, { 'Idempotency-Key': `k-${name}` });
    let answered = 0;
    const replies = await Promise.all(
      names.map(async (name) => {
        const reply = await send(name);
        answered += 1;
        if (answered === 15) server.kill();
        return { name, status: reply.status };
      }),
    );
    const given = replies.filter(({ status }) => status === 201).map(({ name }) => name);
    assert.isAtLeast(given.length, 15);
    assert.isAtMost(given.length, 59);
    for (const { status } of replies) assert.oneOf(status, [201, 503]);
    await heal();
    const rows = await server.query(url, "SELECT subject_id FROM rolebook_member WHERE subject_id LIKE 'n%'");
    assert.includeMembers(
      rows.map((row) => row['subject_id']),
      given,
    );
    for (const name of names) assert.strictEqual((await send(name)).status, 201, name);
    const events = await server.query(
      url,
      "SELECT subject_id, count(*)::int AS times FROM rolebook_event WHERE subject_id LIKE 'n%' GROUP BY subject_id",
    );
    assert.strictEqual(events.length, names.length);
    for (const { times } of events) assert.strictEqual(times, 1);
    for (const name of names) assert.strictEqual(await running.allows(name, 'ticket:close'), true, name);
  });
});
