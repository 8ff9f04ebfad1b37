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
  describe(`groups in ${kind}`, () => {
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

    it('give what they hold from the answer on that puts somebody in, until the answer that takes them out', async () => {
      assert.isFalse(await running.allows('kim', 'ticket:close'));
      const given = await running.put(kim, { ...byMia, reason: 'hired' });
      assert.strictEqual(given.status, 201, given.text);
      assert.match(String(given.headers.etag), /^"[0-9a-f]{24}"$/);
      assert.deepInclude(given.json as object, {
        organization: 'acme',
        group: 'desk',
        subject: { type: 'user', id: 'kim' },
        isMember: true,
      });
      assert.isTrue(await running.allows('kim', 'ticket:close'));
      const again = await running.put(kim, byMia);
      assert.strictEqual(again.status, 200);
      assert.strictEqual(again.headers.etag, given.headers.etag, 'nothing changed');
      const removed = await running.remove(`${kim}?actor=mia&reason=left`);
      assert.strictEqual(removed.status, 200, removed.text);
      assert.deepInclude(removed.json as object, { group: 'desk', isMember: false });
      assert.strictEqual(removed.headers.etag, undefined);
      assert.isFalse(await running.allows('kim', 'ticket:close'));
    });

    it('are given roles in a workspace and taken them, as members of the type `group`', async () => {
      await running.put(kim, byMia);
      const path = '/v1/workspaces/sales/members/desk?subjectType=group';
      const given = await running.put(path, { roles: [{ role: 'seller', until: '2999-12-31' }], actor: 'ada' });
      assert.strictEqual(given.status, 201, given.text);
      assert.deepInclude(given.json as object, { workspace: 'sales', subject: { type: 'group', id: 'desk' } });
      for (const id of ['kim', 'dan']) assert.isTrue(await running.allows(id, 'invoice:create', inSales), id);
      const { reason } = (
        await running.call('/v1/enforce?explain', {
          method: 'POST',
          body: { subject: 'kim', workspace: 'sales', permission: 'invoice:create' },
        })
      ).json as { reason: { group: string; message: string } };
      assert.strictEqual(reason.group, 'desk');
      const listed = (await running.call('/v1/workspaces/sales/members?role=seller')).json as { members: object[] };
      assert.deepInclude(listed.members[0], { subject: { type: 'group', id: 'desk' }, source: 'database' });
      const one = await running.call(path);
      assert.strictEqual(one.status, 200);
      assert.strictEqual(one.headers.etag, given.headers.etag);
      const removed = await running.remove(`${path}&actor=ada`);
      assert.strictEqual(removed.status, 200, removed.text);
      for (const id of ['kim', 'dan']) assert.isFalse(await running.allows(id, 'invoice:create', inSales), id);
    });

    it('are listed with how many are in each, and who is in them page by page', async () => {
      await running.put(kim, byMia);
      await running.put(`${desk}/members/kit?subjectType=service`, byMia);
      const groups = (await running.call('/v1/organizations/acme/groups?limit=2')).json as {
        groups: { group: string; members: number }[];
        next: string;
      };
      assert.deepEqual(
        groups.groups.map(({ group, members }) => [group, members]),
        [
          ['desk', 5],
          ['bosses', 1],
        ],
      );
      const rest = (await running.call(`/v1/organizations/acme/groups?after=${groups.next}`)).json as typeof groups;
      assert.deepEqual(
        rest.groups.map(({ group }) => group),
        ['sellers', 'idle'],
      );
      const names: string[] = [];
      let after = '';
      for (let page = 0; page < 10; page += 1) {
        const reply = await running.call(`${desk}/members?limit=2${after}`);
        const { members, next } = reply.json as {
          members: { subject: { type: string; id: string }; source: string }[];
          next?: string;
        };
        names.push(...members.map(({ subject: { type, id }, source }) => `${type}:${id} ${source}`));
        if (next === undefined) break;
        after = `&after=${encodeURIComponent(next)}`;
      }
      assert.deepEqual(names, [
        'service:bot git',
        'service:kit database',
        'user:dan git',
        'user:dot git',
        'user:kim database',
      ]);
      const one = await running.call(kim);
      assert.deepInclude(one.json as object, { organization: 'acme', group: 'desk', source: 'database' });
      assert.deepInclude((await running.call(`${desk}/members/dan`)).json as object, {
        source: 'git',
        file: 'policies/acme/organization.yaml',
        line: 8,
      });
      const shown = (await running.call('/v1/workspaces/support/members/kim/permissions')).json as { roles: object[] };
      assert.deepEqual(shown.roles, [{ role: 'agent', title: 'Agent', group: 'desk' }]);
      const members = (await running.call('/v1/workspaces/support/members?limit=2')).json as { members: object[] };
      assert.deepInclude(members.members[0], { subject: { type: 'group', id: 'desk' }, source: 'git' });
    });

    it('are changed once by a key, only as they were read, and told by where they come from', async () => {
      const key = { 'Idempotency-Key': 'once' };
      const first = await running.put(kim, byMia, key);
      const repeated = await running.put(kim, byMia, key);
      assert.strictEqual(repeated.text, first.text);
      assert.strictEqual(repeated.status, 201);
      expectProblem(await running.put(`${desk}/members/lea`, byMia, key), 422, 'idempotency-key-reused');
      expectProblem(await running.put(kim, byMia, { 'If-None-Match': '*' }), 412, 'precondition-failed');
      expectProblem(await running.remove(`${kim}?actor=mia`, { 'If-Match': '"no"' }), 412, 'precondition-failed');
      const removed = await running.remove(`${kim}?actor=mia`, { 'If-Match': String(first.headers.etag) });
      assert.strictEqual(removed.status, 200, removed.text);
      expectProblem(await running.put(kim, byMia, { 'If-Match': '*' }), 412, 'precondition-failed');
    });

    it('refuse what may not be, and say why', async () => {
      const bad: [path: string, body: unknown, status: number, code: string][] = [
        [kim, { actor: 'dan' }, 403, 'actor-not-allowed'],
        [kim, {}, 400, 'invalid-request'],
        [kim, { actor: 'mia', roles: ['agent'] }, 400, 'invalid-request'],
        [kim, { actor: { type: 'group', id: 'desk' } }, 400, 'invalid-request'],
        [kim, { actor: 'mia', reason: '' }, 400, 'invalid-request'],
        [`${desk}/members/dan`, byMia, 409, 'member-in-git'],
        [`${desk}/members/bosses?subjectType=group`, byMia, 400, 'invalid-request'],
        [`${desk}/members/a%22b`, byMia, 400, 'invalid-request'],
        ['/v1/organizations/acme/groups/desks/members/kim', byMia, 404, 'unknown-group'],
        ['/v1/organizations/acme/groups/de%2Fsk/members/kim', byMia, 404, 'unknown-group'],
        ['/v1/organizations/other/groups/desk/members/kim', { actor: 'ora' }, 404, 'unknown-group'],
        ['/v1/organizations/none/groups/desk/members/kim', byMia, 404, 'unknown-organization'],
        [
          '/v1/workspaces/sales/members/desks?subjectType=group',
          { roles: ['agent'], actor: 'ada' },
          404,
          'unknown-group',
        ],
        [
          '/v1/workspaces/sales/members/desk?subjectType=group',
          { roles: ['captain'], actor: 'ada' },
          409,
          'wrong-holders',
        ],
        [
          '/v1/workspaces/support/members/desk?subjectType=group',
          { roles: ['lead'], actor: 'mia' },
          409,
          'member-in-git',
        ],
      ];
      for (const [path, body, status, code] of bad)
        expectProblem(await running.put(path, body as object), status, code);
      expectProblem(await running.call('/v1/organizations/acme/groups/desks/members'), 404, 'unknown-group');
      expectProblem(await running.call('/v1/organizations/none/groups'), 404, 'unknown-organization');
      expectProblem(await running.call(`${desk}/members/nobody`), 404, 'unknown-member');
      expectProblem(
        await running.call('/v1/workspaces/support/members/desk/permissions?subjectType=group'),
        400,
        'invalid-request',
      );
      assert.isFalse(await running.allows('kim', 'ticket:close'));
    });

    it('are one row and one event each, with the rows for Casbin of everybody whom they concern', async () => {
      await running.put(kim, { ...byMia, reason: 'hired' });
      await running.put('/v1/workspaces/sales/members/desk?subjectType=group', { roles: ['seller'], actor: 'ada' });
      const { events, members, rules } = await read(url, async (manager) => ({
        events: await manager.query<object[]>(
          "SELECT place_kind, place, subject_type, subject_id, actor_id, reason FROM rolebook_event WHERE kind = 'member' ORDER BY sequence",
        ),
        members: await manager.query<object[]>('SELECT place_kind, place, subject_id FROM rolebook_member'),
        rules: await manager.query<{ v0: string; v1: string; v2: string }[]>(
          "SELECT v0, v1, v2 FROM casbin_rule WHERE id > 0 AND ptype = 'g' ORDER BY v0, v1, v2",
        ),
      }));
      assert.deepEqual(events, [
        {
          place_kind: 'group',
          place: 'acme/desk',
          subject_type: 'user',
          subject_id: 'kim',
          actor_id: 'mia',
          reason: 'hired',
        },
        {
          place_kind: 'workspace',
          place: 'sales',
          subject_type: 'group',
          subject_id: 'desk',
          actor_id: 'ada',
          reason: null,
        },
      ]);
      assert.lengthOf(members, 2);
      assert.deepEqual(
        rules.map(({ v0, v1, v2 }) => `${v0} ${v1} ${v2}`),
        [
          'service:bot role:seller sales',
          'user:dan role:seller sales',
          'user:dot role:seller sales',
          'user:kim role:agent support',
          'user:kim role:seller sales',
        ],
      );
      await running.remove('/v1/workspaces/sales/members/desk?subjectType=group&actor=ada');
      await running.remove(`${kim}?actor=mia`);
      const left = await read(url, (manager) => manager.query<object[]>('SELECT id FROM casbin_rule WHERE id > 0'));
      assert.deepEqual(left, []);
    });

    it('are followed by other sidecars, up to a revision that is waited for', async () => {
      const other = await runDatabaseSidecar(url);
      const { revision } = (await running.put(kim, byMia)).json as { revision: string };
      const reply = await other.call('/v1/enforce', {
        method: 'POST',
        body: { subject: 'kim', workspace: 'support', permission: 'ticket:close', minRevision: revision },
      });
      assert.deepInclude(reply.json as object, { decision: true });
      const given = await running.put('/v1/organizations/acme/members/desk?subjectType=group', {
        roles: ['payer'],
        actor: 'ada',
      });
      const later = (given.json as { revision: string }).revision;
      const asked = await other.call('/v1/enforce', {
        method: 'POST',
        body: { subject: 'kim', workspace: 'sales', permission: 'invoice:approve', minRevision: later },
      });
      assert.deepInclude(asked.json as object, { decision: true });
    });
  });
}
