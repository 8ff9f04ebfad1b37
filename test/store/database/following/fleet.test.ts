import { assert } from 'chai';
import { limits } from '../../../../src/policy/limits.ts';
import { DatabaseConnection } from '../../../../src/store/database/connection/database-connection.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { Fleet, type SidecarHealth } from '../../../../src/store/database/following/fleet.ts';
import { publish } from '../../../support/database-sidecar.ts';
import { memberPolicyFiles } from '../../../support/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';
import { waitFor } from '../../../support/wait-for.ts';

for (const { kind, open } of testDatabases) {
  describe(`the sidecars of ${kind}`, () => {
    let databases: TestDatabases;
    let url: DatabaseUrl;
    let connection: DatabaseConnection;
    const fleets: Fleet[] = [];
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    beforeEach(async () => {
      const text = await databases.create();
      await publish(text, memberPolicyFiles());
      url = new DatabaseUrl(text, '--database');
      connection = new DatabaseConnection(url, '/');
    });
    afterEach(async () => {
      for (const fleet of fleets.splice(0)) await fleet.close();
      await connection.close();
    });
    after(() => databases.dispose());

    const join = (id: string, health: Partial<SidecarHealth> = {}, startedAt = new Date()): Fleet => {
      const whole = { revision: '3f9c2a1b7d4e.1', sequence: 1, details: { health: 'ok' }, ...health };
      const fleet = new Fleet(connection, { id, host: 'box', pid: 7, version: '1.2.3', startedAt }, () => whole);
      fleets.push(fleet);
      fleet.start();
      return fleet;
    };
    const execute = async (statement: string): Promise<void> => {
      await (await connection.writer()).note((manager) => manager.query(statement));
    };

    it('know of each other, and of nobody who left', async () => {
      const first = join('first', {}, new Date(Date.now() - 60_000));
      const second = join('second', { revision: null, sequence: null, details: { health: 'starting' } });
      await waitFor('the heartbeats', async () => (await first.read()).length === 2);
      const listed = await second.read();
      assert.deepEqual(
        listed.map(({ id }) => id),
        ['first', 'second'],
      );
      assert.deepInclude(listed[0] as object, { host: 'box', pid: 7, version: '1.2.3', revision: '3f9c2a1b7d4e.1' });
      assert.deepInclude(listed[0] as object, { isLost: false, lag: { sequences: 0, seconds: 0 } });
      assert.deepInclude(listed[1] as object, {
        revision: null,
        sequence: null,
        lag: null,
        details: { health: 'starting' },
      });
      await second.close();
      assert.deepEqual(
        (await first.read()).map(({ id }) => id),
        ['first'],
      );
    });

    it('tell how far they are behind the database', async () => {
      const again = memberPolicyFiles('# again\n');
      await publish(url.reveal().startsWith('postgres') ? url.reveal() : `sqlite:${url.reveal()}`, again);
      const fleet = join('late');
      await waitFor('the heartbeats', async () => (await fleet.read()).length === 1);
      const [late] = await fleet.read();
      assert.strictEqual(late?.lag?.sequences, 1);
      assert.isAtLeast(late?.lag?.seconds as number, 0);
    });

    it('tell of no distance to a history that is not theirs', async () => {
      const [event] = await (
        await connection.writer()
      ).read((manager) => manager.query<{ token: string }[]>('SELECT token FROM rolebook_event'));
      const token = event?.token.slice(0, 8) ?? '';
      const other = token.startsWith('0') ? `1${token.slice(1)}` : `0${token.slice(1)}`;
      const lagOf = async (id: string, sequence: number, shown: string): Promise<unknown> => {
        const fleet = join(id, { revision: `3f9c2a1b7d4e.${sequence}-${shown}`, sequence });
        await waitFor('the heartbeat', async () => (await fleet.read()).some((member) => member.id === id));
        return (await fleet.read()).find((member) => member.id === id)?.lag;
      };
      assert.deepEqual(await lagOf('own', 1, token), { sequences: 0, seconds: 0 });
      assert.isNull(await lagOf('restored', 1, other));
      assert.isNull(await lagOf('far', 7, token));
      assert.isNull(await lagOf('other', 7, other));
    });

    it('are lost when they say nothing, and forgotten after a day', async () => {
      const fleet = join('here');
      await waitFor('the heartbeats', async () => (await fleet.read()).length === 1);
      const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
      for (const [id, ms] of [
        ['silent', limits.heartbeatSilenceMs + 1000],
        ['gone', limits.heartbeatKeptMs + 1000],
      ] as const) {
        await execute(
          `INSERT INTO rolebook_sidecar (id, host, pid, version, started_at, seen_at, health)
            VALUES ('${id}', 'box', 1, '1', '${ago(ms)}', '${ago(ms)}', '{"lag":null,"details":{}}')`,
        );
      }
      const lost = (await fleet.read()).map(({ id, isLost }) => [id, isLost]);
      assert.deepEqual(lost, [
        ['silent', true],
        ['here', false],
      ]);
    });

    it('go on when the database does not let them tell', async () => {
      await execute('DROP TABLE rolebook_sidecar');
      const fleet = join('unheard');
      const failed: unknown = await fleet.read().catch((error: unknown) => error);
      assert.instanceOf(failed, Error);
      await fleet.close();
    });
  });
}
