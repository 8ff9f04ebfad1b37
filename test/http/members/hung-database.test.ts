import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startPostgres, type OwnPostgres } from '../../support/postgres-server.ts';
import { rolebookProgram } from '../../support/rolebook-program.ts';
import { openSqliteFile } from '../../support/sqlite-file.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import type { Reply } from '../../support/running-sidecar.ts';

/** Holds a policy of its own. */
const repository = fileURLToPath(new URL('../../..', import.meta.url));

const kim = '/v1/workspaces/support/members/kim';
const agent = { roles: ['agent'], actor: 'mia' };
/** As much as a busy machine may add. */
const patienceMs = limits.sourceAnswerMs + 10_000;

const reload = (running: DatabaseSidecar): Promise<Reply> => running.call('/v1/policy/reload', { method: 'POST' });

async function untilReloaded(running: DatabaseSidecar): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) {
    await waitFor('a reload', async () => (await reload(running)).status === 200).catch(() => undefined);
  }
  assert.strictEqual((await reload(running)).status, 200);
}

describe('PostgreSQL that takes connections and stands still', function () {
  this.timeout(120_000);
  let server: OwnPostgres;
  let url: string;
  let running: DatabaseSidecar;
  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    await publish(url, memberPolicyFiles());
    running = await runDatabaseSidecar(url);
    assert.strictEqual((await running.put(kim, agent)).status, 201);
  });
  after(async () => {
    server.thaw();
    await disposeDatabaseSidecars();
    server.stop();
  });

  it('makes a reload, the fleet and a change 503 in bounded time, while decisions go on', async () => {
    const { revision } = (await reload(running)).json as { revision: string };
    server.freeze();
    const startMs = performance.now();
    const asked = [reload(running), running.call('/v1/fleet'), running.put(kim, agent), reload(running)];
    const decided = running.allows('kim', 'ticket:close');
    assert.deepEqual([await decided, await running.allows('lea', 'ticket:close')], [true, false]);
    const replies = await Promise.all(asked);
    assert.isBelow(performance.now() - startMs, limits.memberChangeMs + patienceMs);
    for (const reply of replies) {
      assert.strictEqual(reply.status, 503, reply.text);
      assert.oneOf((reply.json as { code: string }).code, ['database-unavailable', 'reload-unfinished']);
      const found = Number(reply.headers['retry-after']);
      assert.isAtLeast(found, 1);
      assert.isAtMost(found, 60);
      assert.notMatch(reply.text, /p@ss|p%40ss|rolebook:/);
    }
    assert.include(replies[0]?.text as string, `revision ${revision} stays live`);
    assert.strictEqual((await running.call('/readyz')).status, 200);
    assert.include((await running.call('/v1/policy')).json as object, { revision });
    assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
    server.thaw();
    await untilReloaded(running);
    assert.oneOf((await running.put(kim, agent)).status, [200, 201]);
  });

  it('ends commands with 3 in bounded time, and they work later', async () => {
    const run = (...command: string[]): Promise<{ code: number | null; stderr: string }> =>
      new Promise((resolve) => {
        const args = [rolebookProgram, ...command, '--database', url];
        const child = execFile(process.execPath, args, { timeout: 60_000 }, (error, _, stderr) => {
          resolve({ code: error ? (child.exitCode ?? null) : 0, stderr });
        });
      });
    server.freeze();
    const publishing = run('publish', '--policy', repository, '--author', 'ana');
    const ended = await Promise.all([run('revisions'), run('rollback', '000000000000', '--yes'), publishing]);
    for (const { code, stderr } of ended) {
      assert.strictEqual(code, 3, stderr);
      assert.match(stderr, /not answer|nothing more/);
      assert.notMatch(stderr, /p@ss|p%40ss/);
    }
    server.thaw();
    assert.strictEqual((await run('revisions')).code, 0);
  });
});

describe('an SQLite file that somebody keeps locked', function () {
  this.timeout(120_000);
  let folder: string;
  after(async () => {
    await disposeDatabaseSidecars();
    await rm(folder, { recursive: true, force: true });
  });

  it('makes a reload 503 in bounded time, while decisions go on, and a later one works', async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-hung-'));
    const file = join(folder, 'a.db');
    await publish(`sqlite:${file}`, memberPolicyFiles());
    const running = await runDatabaseSidecar(`sqlite:${file}`);
    assert.strictEqual((await running.put(kim, agent)).status, 201);
    const other = openSqliteFile(file);
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE held (a)');
    const replies = await Promise.all([reload(running), running.put(kim, { ...agent, roles: ['seller'] })]);
    assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
    // Readers of SQLite need not wait for a writer; where they must, it is told.
    if (replies[0].status !== 200) expectProblem(replies[0], 503, 'database-unavailable');
    expectProblem(replies[1], 503, 'database-unavailable');
    other.exec('ROLLBACK');
    other.close();
    await untilReloaded(running);
    assert.oneOf((await running.put(kim, agent)).status, [200, 201]);
  });
});
