import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';

const pathOf = (name: string): string => `/v1/workspaces/support/members/${name}`;
const support = 'policies/acme/support.yaml';

for (const { kind, open } of testDatabases) {
  describe(`members that a publication ended in ${kind}`, () => {
    let databases: TestDatabases;
    let url: string;
    let sidecars: DatabaseSidecar[];
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, memberPolicyFiles());
      sidecars = [await runDatabaseSidecar(url), await runDatabaseSidecar(url, { id: 'two' })];
      for (const [name, role] of [
        ['kim', 'agent'],
        ['lea', 'lead'],
        ['leo', 'seller'],
      ] as const) {
        const reply = await sidecars[0]?.put(pathOf(name), { roles: [role], actor: 'mia' });
        assert.strictEqual(reply?.status, 201, reply?.text);
      }
    });
    afterEach(disposeDatabaseSidecars);

    const edited = (change: (text: string) => string): Record<string, string> => {
      const files = memberPolicyFiles();
      return { ...files, [support]: change(files[support] ?? '') };
    };
    const renamed = edited((text) => text.replace('workspace: support', 'workspace: help'));
    const allowed = (permission: string, minRevision: string): Promise<string[]> =>
      Promise.all(
        sidecars.map(async (sidecar) => {
          const found: string[] = [];
          for (const name of ['kim', 'lea', 'leo'])
            if (await sidecar.allows(name, permission, { minRevision })) found.push(name);
          return found.join(' ');
        }),
      );

    it('decide nothing until they are back, and then what they did, in every sidecar', async () => {
      const ended = await publish(url, renamed, undefined, { endMemberships: 3 });
      for (const sidecar of sidecars)
        expectProblem(await sidecar.call(`${pathOf('kim')}?minRevision=${ended}`), 404, 'unknown-workspace');
      const back = await publish(url, memberPolicyFiles(), undefined, { restores: 1 });
      assert.deepEqual(await allowed('ticket:close', back), ['kim lea', 'kim lea']);
      assert.deepEqual(await allowed('invoice:create', back), ['lea leo', 'lea leo']);
      for (const sidecar of sidecars) {
        const read = await sidecar.call(pathOf('lea'));
        assert.deepInclude(read.json as object, { roles: [{ role: 'lead', title: 'Lead', isHeld: true }] });
        assert.match(String(read.headers.etag), /^"[0-9a-f]{24}"$/);
        // What is back is changed as ever.
        const removed = await sidecar.remove(`${pathOf(sidecar === sidecars[0] ? 'kim' : 'leo')}?actor=mia`, {
          'If-Match': '*',
        });
        assert.strictEqual(removed.status, 200, removed.text);
      }
    });

    it('get the custom role back that was deleted', async () => {
      const deleted = await publish(
        url,
        edited((text) =>
          text.replace(/ {2}lead: .*\n/, '').replace('retired: { chief: lead }', 'retired: { lead: agent }'),
        ),
      );
      assert.deepEqual(await allowed('invoice:create', deleted), ['leo', 'leo']);
      const back = await publish(url, memberPolicyFiles(), undefined, { restores: 1 });
      assert.deepEqual(await allowed('invoice:create', back), ['lea leo', 'lea leo']);
    });

    it('do not come back when somebody took their roles away meanwhile', async () => {
      const deleted = await publish(
        url,
        edited((text) =>
          text.replace(/ {2}lead: .*\n/, '').replace('retired: { chief: lead }', 'retired: { lead: agent }'),
        ),
      );
      assert.deepEqual(await allowed('ticket:close', deleted), ['kim lea', 'kim lea']);
      assert.strictEqual((await sidecars[1]?.remove(`${pathOf('lea')}?actor=mia`))?.status, 200);
      const back = await publish(url, memberPolicyFiles(), undefined, { restores: 1 });
      assert.deepEqual(await allowed('ticket:close', back), ['kim', 'kim']);
    });
  });
}
