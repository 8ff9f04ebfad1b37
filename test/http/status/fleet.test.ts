import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { waitFor } from '../../support/wait-for.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';

interface Listed {
  readonly id: string;
  readonly isSelf: boolean;
  readonly health: string;
  readonly revision: string | null;
  readonly lag: { readonly sequences: number; readonly seconds: number } | null;
}

for (const { kind, open } of testDatabases) {
  describe(`GET /v1/fleet of ${kind}`, () => {
    let databases: TestDatabases;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    afterEach(disposeDatabaseSidecars);
    after(() => databases.dispose());

    const list = async (running: DatabaseSidecar): Promise<readonly Listed[]> =>
      ((await running.call('/v1/fleet')).json as { sidecars: readonly Listed[] }).sidecars;

    it('shows each sidecar, which revision it is at, and who has left', async () => {
      const url = await databases.create();
      await publish(url, memberPolicyFiles());
      const one = await runDatabaseSidecar(url);
      const two = await runDatabaseSidecar(url, { id: 'two' });
      await waitFor('both', async () => (await list(one)).length === 2);
      const [first, second] = await list(one);
      const { revision } = (await one.call('/readyz')).json as { revision: string };
      assert.include(first as object, {
        id: 'one',
        isSelf: true,
        health: 'ok',
        revision,
        host: 'box',
        version: '1.2.3',
      });
      assert.deepInclude(first as object, { lag: { sequences: 0, seconds: 0 }, isFromCache: false });
      assert.include(second as object, { id: 'two', isSelf: false, health: 'ok', revision });
      assert.deepEqual(
        (await list(two)).map(({ isSelf }) => isSelf),
        [false, true],
      );
      const changed = await one.put('/v1/workspaces/support/members/kim', { roles: ['agent'], actor: 'mia' });
      const { revision: next } = changed.json as { revision: string };
      await two.dispose();
      await waitFor('the next heartbeat', async () => (await list(one))[0]?.revision === next).catch(() => undefined);
      assert.deepEqual(
        (await list(one)).map(({ id }) => id),
        ['one'],
      );
    });

    it('takes no parameters', async () => {
      const url = await databases.create();
      await publish(url, memberPolicyFiles());
      const running = await runDatabaseSidecar(url);
      expectProblem(await running.call('/v1/fleet?id=one'), 400, 'unknown-parameter');
      expectProblem(await running.call('/v1/fleet', { method: 'POST' }), 405, 'method-not-allowed');
    });
  });
}
