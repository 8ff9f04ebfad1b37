import { groupPolicyFiles } from '../../support/group-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import { disposeDatabaseSidecars, publish, runDatabaseSidecar } from '../../support/database-sidecar.ts';

describe('smoke', () => {
  it('prints', async function () {
    this.timeout(60000);
    const databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    await publish(url, groupPolicyFiles());
    const running = await runDatabaseSidecar(url);
    const show = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
      const reply = await running.call(path, { method, headers });
      console.log(method, path, JSON.stringify(headers), reply.status, reply.text.slice(0, 1500));
      return reply;
    };
    const put = async (path: string, body: object) => { const r = await running.put(path, body); console.log(path, r.status, r.text.slice(0,200)); };
    await put('/v1/workspaces/support/members/kim', { roles: ['agent'], actor: 'mia' });
    await put('/v1/workspaces/sales/members/kim', { roles: ['agent'], actor: 'ada' });
    await put('/v1/organizations/acme/members/kim', { roles: ['auditor'], actor: 'olu' });
    await put('/v1/organizations/acme/groups/desk/members/kim', { actor: 'ada' });
    const c = await show('/v1/catalog');
    await show('/v1/catalog', { 'If-None-Match': String(c.headers['etag']) });
    await show('/v1/workspaces');
    await show('/v1/workspaces?limit=1');
    await show('/v1/workspaces?subject=kim');
    await show('/v1/workspaces/support/roles/lead?limit=1');
    await show('/v1/workspaces/support/roles/leed');
    await show('/v1/organizations/acme/roles/owner');
    await show('/v1/workspaces/support/permissions/ticket:answer/members?limit=2');
    await show('/v1/workspaces/support/permissions/ticket:answr/members?limit=2');
    await show('/v1/subjects/kim/access');
    await show('/v1/subjects/dan/access?permissions');
    await show('/v1/subjects/kim/access', { 'X-Rolebook-Actor': 'mia' });
    await show('/v1/subjects/kim/access', { 'X-Rolebook-Actor': 'kim' });
    await show('/v1/subjects/kim?actor=mia', {}, 'DELETE');
    await show('/v1/subjects/kim?actor=nobody', {}, 'DELETE');
    await show('/v1/subjects/kim?actor=ada', {}, 'DELETE');
    await show('/v1/subjects/kim?actor=ada', {}, 'DELETE');
    await show('/v1/subjects/mia?actor=ada', {}, 'DELETE');
    await show('/v1/subjects/kim/access');
    await disposeDatabaseSidecars();
    await databases.dispose();
  });
});
