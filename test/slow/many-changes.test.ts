import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { runChanges } from '../soak/run-changes.ts';
import { runToggles } from '../soak/run-toggles.ts';
import { startPostgres, type OwnPostgres } from '../support/postgres-server.ts';

describe('many changes at once, whoever is killed meanwhile', function () {
  this.timeout(180_000);

  it('are there once each, on PostgreSQL, which is killed, too', async () => {
    const server: OwnPostgres = await startPostgres();
    try {
      const restart = async (): Promise<void> => {
        server.kill();
        await server.start();
      };
      const url = await server.createDatabase();
      const { acknowledged, kills } = await runChanges({
        ...{ url, restart },
        ...{ sidecars: 3, writers: 10, changes: 40, kills: 3 },
      });
      assert.deepEqual([acknowledged, kills], [40, 3]);
    } finally {
      server.stop();
    }
  });

  it('are there once each, on SQLite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolebook-changes-'));
    try {
      const url = `sqlite:${join(folder, 'changes.db')}`;
      const { acknowledged } = await runChanges({ url, sidecars: 2, writers: 5, changes: 18, kills: 2 });
      assert.equal(acknowledged, 18);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('are followed by each sidecar of the database, and every decision is that of the revision that it names', async () => {
    const server = await startPostgres();
    try {
      const { decisions, failed, wrong, delaysMs } = await runToggles(await server.createDatabase(), 3, 6);
      assert.deepEqual([failed, wrong], [[], []]);
      assert.isAbove(decisions, 100);
      for (const delayMs of delaysMs) assert.isTrue(Number.isFinite(delayMs));
    } finally {
      server.stop();
    }
  });
});
