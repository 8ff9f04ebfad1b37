import { assert } from 'chai';
import type { EntityManager } from 'typeorm';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';

const desk = '/v1/organizations/acme/groups/desk';
const kim = `${desk}/members/kim`;
const byMia = { actor: 'mia' };
const inSales = { workspace: 'sales' };

async function read<Result>(url: string, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(new DatabaseUrl(url, '--database'), 'read', '/');
  try {
    return await database.read(work);
  } finally {
    await database.close();
  }
}

for (const { kind, open } of testDatabases) {
  describe(`groups and publications in ${kind}`, () => {
    let databases: TestDatabases;
    let url: string;
    let running: DatabaseSidecar;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, groupPolicyFiles());
      running = await runDatabaseSidecar(url);
    });
    afterEach(disposeDatabaseSidecars);
    after(() => databases.dispose());

    it('end with the group, and go over to git by name', async () => {
      await running.put(kim, byMia);
      await running.put('/v1/organizations/acme/groups/sellers/members/lea', byMia);
      await running.put('/v1/workspaces/sales/members/idle?subjectType=group', { roles: ['agent'], actor: 'ada' });
      const path = 'policies/acme/organization.yaml';
      const text = groupPolicyFiles()[path] ?? '';
      const changed = text.replace('desk: [dan', 'desk: [kim, dan').replace('  idle: []\n', '');
      await publish(url, { ...groupPolicyFiles(), [path]: changed }, undefined, { endMemberships: 1 });
      await running.call('/v1/policy/reload', { method: 'POST' });
      const reasons = await read(url, (manager) =>
        manager.query<{ subject_id: string; reason: string }[]>(
          "SELECT subject_id, reason FROM rolebook_event WHERE kind = 'member' AND release IS NOT NULL ORDER BY sequence",
        ),
      );
      assert.deepEqual(
        reasons.map(({ subject_id: id, reason }) => `${id}: ${reason}`),
        ['kim: git takes over at policies/acme/organization.yaml:8:10', 'idle: group `idle` is gone'],
      );
      assert.isTrue(await running.allows('kim', 'ticket:close'));
      assert.isTrue(await running.allows('lea', 'invoice:create'));
      expectProblem(await running.remove(`${kim}?actor=mia`), 409, 'member-in-git');
    });

    it('come back with a publication that is undone', async () => {
      await running.put(kim, byMia);
      await running.put('/v1/workspaces/sales/members/desk?subjectType=group', { roles: ['seller'], actor: 'ada' });
      const path = 'policies/acme/organization.yaml';
      const text = (groupPolicyFiles()[path] ?? '').replace('  desk: [dan, dot, service:bot]\n', '');
      const support = 'policies/acme/support.yaml';
      const without = (groupPolicyFiles()[support] ?? '').replace('  group:desk: agent\n', '');
      const gone = { ...groupPolicyFiles(), [path]: text, [support]: without };
      const ended = await publish(url, gone, undefined, { endMemberships: 2 });
      assert.isFalse(await running.allows('kim', 'ticket:close', { minRevision: ended }));
      expectProblem(await running.call(kim), 404, 'unknown-group');
      const back = await publish(url, groupPolicyFiles(), undefined, { restores: 1 });
      assert.isTrue(await running.allows('kim', 'ticket:close', { minRevision: back }));
      assert.isTrue(await running.allows('dan', 'invoice:create', inSales));
      assert.strictEqual((await running.call(kim)).status, 200);
    });

    it('refuse a publication by which somebody in one would break a rule', async () => {
      await running.put('/v1/organizations/acme/groups/sellers/members/kim', { actor: 'mia' });
      const support = 'policies/acme/support.yaml';
      const text = (groupPolicyFiles()[support] ?? '').replace('roles: [seller,', 'roles: [seller, approver,');
      let refused = '';
      await publish(url, { ...groupPolicyFiles(), [support]: text }).catch((error: unknown) => {
        refused = error instanceof Error ? error.message : '';
      });
      assert.include(refused, 'break');
      await running.remove('/v1/organizations/acme/groups/sellers/members/kim?actor=mia');
      await publish(url, { ...groupPolicyFiles(), [support]: text });
    });

    it('go along with an organization that gets another id', async () => {
      await running.put(kim, byMia);
      await running.put('/v1/organizations/acme/members/desk?subjectType=group', { roles: ['payer'], actor: 'ada' });
      const path = 'policies/acme/organization.yaml';
      const text = groupPolicyFiles()[path] ?? '';
      const renamed = text.replace('organization: acme', 'organization: apex\nformerly: acme');
      const minRevision = await publish(url, { ...groupPolicyFiles(), [path]: renamed });
      assert.isTrue(await running.allows('kim', 'ticket:close', { minRevision }));
      assert.isTrue(await running.allows('kim', 'invoice:approve', inSales));
      const now = await running.call('/v1/organizations/apex/groups/desk/members/kim');
      assert.deepInclude(now.json as object, { organization: 'apex', group: 'desk', source: 'database' });
      assert.strictEqual((await running.call(kim)).status, 200, 'either id while both stand');
      const removed = await running.remove(`${kim}?actor=ada`);
      assert.strictEqual(removed.status, 200, removed.text);
      assert.isFalse(await running.allows('kim', 'ticket:close'));
    });
  });
}
