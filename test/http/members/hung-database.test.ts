import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
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
  expect((await reload(running)).status).to.equal(200);
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
    expect((await running.put(kim, agent)).status).to.equal(201);
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
    expect([await decided, await running.allows('lea', 'ticket:close')]).to.deep.equal([true, false]);
    const replies = await Promise.all(asked);
    expect(performance.now() - startMs).to.be.below(limits.memberChangeMs + patienceMs);
    for (const reply of replies) {
      expect(reply.status, reply.text).to.equal(503);
      expect((reply.json as { code: string }).code).to.be.oneOf(['database-unavailable', 'reload-unfinished']);
      expect(Number(reply.headers['retry-after'])).to.be.within(1, 60);
      expect(reply.text).not.to.match(/p@ss|p%40ss|rolebook:/);
    }
    expect(replies[0]?.text).to.contain(`revision ${revision} stays live`);
    expect((await running.call('/readyz')).status).to.equal(200);
    expect((await running.call('/v1/policy')).json).to.include({ revision });
    expect(await running.allows('kim', 'ticket:close')).to.equal(true);
    server.thaw();
    await untilReloaded(running);
    expect((await running.put(kim, agent)).status).to.be.oneOf([200, 201]);
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
      expect(code, stderr).to.equal(3);
      expect(stderr)
        .to.match(/not answer|nothing more/)
        .and.not.match(/p@ss|p%40ss/);
    }
    server.thaw();
    expect((await run('revisions')).code).to.equal(0);
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
    expect((await running.put(kim, agent)).status).to.equal(201);
    const other = openSqliteFile(file);
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE held (a)');
    const replies = await Promise.all([reload(running), running.put(kim, { ...agent, roles: ['seller'] })]);
    expect(await running.allows('kim', 'ticket:close')).to.equal(true);
    // Readers of SQLite need not wait for a writer; where they must, it is told.
    if (replies[0].status !== 200) expectProblem(replies[0], 503, 'database-unavailable');
    expectProblem(replies[1], 503, 'database-unavailable');
    other.exec('ROLLBACK');
    other.close();
    await untilReloaded(running);
    expect((await running.put(kim, agent)).status).to.be.oneOf([200, 201]);
  });
});
