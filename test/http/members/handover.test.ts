import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { casbinRules } from '../../../src/store/database/tables/entities.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { historyOf } from '../../support/opened-databases.ts';
import type { Reply } from '../../support/running-sidecar.ts';

const members = '/v1/workspaces/support/members';
const owners = '/v1/organizations/acme/members';
/** What a captain may and nobody else of the test. */
const files = (count: number | string = 1): Record<string, string> => {
  const texts = memberPolicyFiles();
  const roles = texts['roles.yaml'] ?? '';
  return {
    ...texts,
    'roles.yaml': roles
      .replaceAll('holders: 1', `holders: ${JSON.stringify(count)}`)
      .replace(
        'captain: { title: Captain, grants: [ticket:close]',
        'captain: { title: Captain, grants: [invoice:create]',
      ),
  };
};

for (const { kind, open } of testDatabases) {
  describe(`a handover over HTTP, in ${kind}`, () => {
    let databases: TestDatabases;
    let url: string;
    let running: DatabaseSidecar;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    beforeEach(async () => {
      url = await databases.create();
      await publish(url, files());
      running = await runDatabaseSidecar(url);
    });
    afterEach(disposeDatabaseSidecars);
    after(() => databases.dispose());

    const hand = (to: string, from: string, more: object = {}, headers: Record<string, string> = {}): Promise<Reply> =>
      running.put(`${members}/${to}`, { roles: ['captain'], inPlaceOf: from, actor: 'mia', ...more }, headers);
    const captains = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const id of ['cat', 'kim', 'lea']) if (await running.allows(id, 'invoice:create')) found.push(id);
      return found;
    };
    const publishedRows = async (): Promise<string[]> => {
      const database = await openDatabase(new DatabaseUrl(url, '--database'), 'read', '/');
      const rows = await database.read((manager) => manager.find(casbinRules));
      await database.close();
      const captain = rows.filter(({ ptype, v1, v2 }) => ptype === 'g' && v1 === 'role:captain' && v2 === 'support');
      return captain.map(({ v0 }) => v0).sort();
    };
    const history = async (): Promise<string[]> => {
      const database = await openDatabase(new DatabaseUrl(url, '--database'), 'read', '/');
      const events = await historyOf(database);
      await database.close();
      return events;
    };

    it('moves a role from one whom YAML lists, for every decision from its answer on', async () => {
      assert.deepEqual([await captains(), await publishedRows()], [['cat'], ['user:cat']]);
      const reply = await hand('kim', 'cat', { reason: 'elected' });
      assert.strictEqual(reply.status, 201, reply.text);
      assert.deepInclude(reply.json as object, {
        subject: { type: 'user', id: 'kim' },
        roles: [{ role: 'captain' }],
        inPlaceOf: { subject: { type: 'user', id: 'cat' }, roles: [{ role: 'captain', handedOver: true }] },
      });
      assert.deepEqual([await captains(), await publishedRows()], [['kim'], ['user:kim']]);
      assert.deepEqual((await history()).slice(1), [
        '2 cat at support: nothing to captain, by user mia',
        '3 kim at support: nothing to captain, by user mia',
      ]);
      const other = await runDatabaseSidecar(url, { id: 'two' });
      assert.strictEqual(await other.allows('cat', 'invoice:create'), false);
      assert.strictEqual(await other.allows('kim', 'invoice:create'), true);
    });

    it('is shown where members are read', async () => {
      await hand('kim', 'cat');
      const cat = (await running.call(`${members}/cat`)).json as object;
      const role = { role: 'captain', title: 'Captain', handedOver: true, isHeld: false };
      assert.deepInclude(cat, { source: 'git', roles: [role] });
      const { members: listed } = (await running.call(`${members}?role=captain`)).json as {
        members: { subject: { id: string }; roles: { isHeld: boolean }[] }[];
      };
      assert.deepEqual(
        listed.map(({ subject, roles }) => [subject.id, roles.map(({ isHeld }) => isHeld)]),
        [
          ['cat', [false]],
          ['kim', [true]],
        ],
      );
    });

    it('is given back', async () => {
      await hand('kim', 'cat');
      const reply = await hand('cat', 'kim');
      assert.strictEqual(reply.status, 200, reply.text);
      assert.deepInclude(reply.json as object, {
        roles: [],
        inPlaceOf: { subject: { type: 'user', id: 'kim' }, roles: [] },
      });
      assert.deepEqual([await captains(), await publishedRows()], [['cat'], ['user:cat']]);
      expectProblem(await hand('lea', 'kim'), 409, 'not-a-holder');
    });

    it('goes on from one at run time to the next, who keeps or is given other roles', async () => {
      await hand('kim', 'cat', { roles: ['captain', 'agent'] });
      assert.strictEqual((await hand('lea', 'kim')).status, 201);
      assert.deepEqual(await captains(), ['lea']);
      assert.strictEqual(await running.allows('kim', 'ticket:close'), true);
      const back = await hand('kim', 'lea', {
        roles: ['agent', 'captain'],
        inPlaceOf: { type: 'user', id: 'lea', roles: ['agent'] },
      });
      assert.deepInclude(back.json as object, {
        inPlaceOf: { subject: { type: 'user', id: 'lea' }, roles: [{ role: 'agent' }] },
      });
      assert.deepEqual(await captains(), ['kim']);
    });

    it('is done by who gives their own away, without a permission', async () => {
      assert.strictEqual((await hand('kim', 'cat', { actor: 'cat' })).status, 201);
      expectProblem(await hand('lea', 'kim', { actor: 'lea' }), 403, 'actor-not-allowed');
      assert.strictEqual((await hand('lea', 'kim', { actor: 'kim' })).status, 201);
      assert.deepEqual(await captains(), ['lea']);
    });

    it('is won by one where two do it at once', async () => {
      const replies = await Promise.all([hand('kim', 'cat'), hand('lea', 'cat')]);
      assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409]);
      const lost = replies.find(({ status }) => status === 409);
      expectProblem(lost ?? assert.fail(), 409, 'not-a-holder');
      assert.lengthOf(await captains(), 1);
    });

    it('is done once where it is sent again, and the key stands for this handover alone', async () => {
      const key = { 'Idempotency-Key': 'a-handover' };
      const first = await hand('kim', 'cat', {}, key);
      const again = await hand('kim', 'cat', {}, key);
      assert.deepEqual([again.status, again.text], [first.status, first.text]);
      assert.lengthOf(await history(), 3);
      expectProblem(await hand('kim', 'lea', {}, key), 422, 'idempotency-key-reused');
      const other = { inPlaceOf: { id: 'cat', roles: ['agent'] } };
      expectProblem(await hand('kim', 'cat', other, key), 422, 'idempotency-key-reused');
    });

    it('keeps who must be there from going, by every door, and a company owner as well', async () => {
      await hand('kim', 'cat');
      expectProblem(await running.remove(`${members}/kim?actor=mia`), 409, 'wrong-holders');
      expectProblem(await running.remove(`${members}/kim?actor=kim`), 409, 'wrong-holders');
      expectProblem(await running.remove(`${members}/cat?actor=mia`), 409, 'member-in-git');
      const until = { role: 'captain', until: '2999-01-01' };
      expectProblem(await running.put(`${members}/kim`, { roles: [until], actor: 'mia' }), 409, 'wrong-holders');
      expectProblem(await running.put(`${members}/kim`, { roles: [until], actor: 'kim' }), 409, 'wrong-holders');
      const owner = { roles: ['owner'], actor: 'olu', inPlaceOf: 'olu' };
      assert.strictEqual((await running.put(`${owners}/quin`, owner)).status, 201);
      assert.strictEqual(await running.allows('quin', 'member:manage', { scope: 'own' }), true);
      assert.strictEqual(await running.allows('olu', 'member:manage', { scope: 'own' }), false);
      expectProblem(await running.remove(`${owners}/quin?actor=ada`), 409, 'wrong-holders');
    });

    it('says what is wrong with a request, and where', async () => {
      const refused = async (inPlaceOf: unknown, pointer: string, code = 'invalid-request'): Promise<void> => {
        const reply = await running.put(`${members}/kim`, { roles: ['captain'], actor: 'mia', inPlaceOf });
        const { code: found, pointer: at } = reply.json as { code: string; pointer?: string };
        assert.deepEqual([found, at], [code, pointer], JSON.stringify(inPlaceOf));
        assert.isAtLeast(reply.status, 400);
      };
      await refused('', '/inPlaceOf');
      await refused(7, '/inPlaceOf');
      await refused([], '/inPlaceOf');
      await refused(null, '/inPlaceOf');
      await refused({}, '/inPlaceOf');
      await refused({ id: '' }, '/inPlaceOf/id');
      await refused({ id: 'a"b' }, '/inPlaceOf/id');
      await refused({ id: 'cat', type: 'robot' }, '/inPlaceOf/type');
      await refused({ id: 'cat', role: 'captain' }, '/inPlaceOf/role');
      await refused({ id: 'cat', roles: 'agent' }, '/inPlaceOf/roles');
      await refused({ id: 'cat', roles: [''] }, '/inPlaceOf/roles/0');
      await refused({ id: 'cat', roles: [{ from: '2027-01-01' }] }, '/inPlaceOf/roles/0');
      await refused({ id: 'cat', roles: Array.from({ length: 1000 }, () => 'agent') }, '/inPlaceOf/roles');
      await hand('lea', 'cat');
      await refused({ id: 'lea', roles: ['ghost'] }, '/inPlaceOf/roles/0', 'unknown-role');
      await refused({ id: 'lea', roles: ['agent', 'agent'] }, '/inPlaceOf/roles/1', 'duplicate-role');
      await refused({ id: 'lea', roles: [{ role: 'agent', until: '2020-01-01' }] }, '/inPlaceOf/roles/0', 'bad-period');
      const reply = await running.put(`${members}/kim`, {
        roles: [{ role: 'captain', handedOver: true }],
        actor: 'mia',
      });
      expectProblem(reply, 400, 'invalid-request');
    });

    it('is told at the start, in `/v1/policy` and in the metrics, where nobody holds what somebody must', async () => {
      const count = async (): Promise<number> => {
        const { missingHolders } = (await running.call('/v1/policy')).json as { missingHolders: { count: number } };
        const metrics = (await running.call('/metrics')).text;
        assert.include(metrics, `rolebook_policy_missing_holders ${missingHolders.count}\n`);
        return missingHolders.count;
      };
      assert.strictEqual(await count(), 0);
      await running.dispose();
      url = await databases.create();
      const texts = files('1+');
      const support = (texts['policies/acme/support.yaml'] ?? '').replace('  cat: captain\n', '');
      await publish(url, { ...texts, 'policies/acme/support.yaml': support });
      running = await runDatabaseSidecar(url);
      const message = 'nobody holds role `captain` of workspace `support` for good; there must be at least 1';
      assert.include(
        (await running.call('/v1/policy')).text,
        '"first":[{"workspace":"support","role":"captain","holders":"1+","found":0}]',
      );
      assert.strictEqual(await count(), 1);
      const policies = (await running.call('/v1/policy')).json as { lastReload: { outcome: string } };
      assert.strictEqual(policies.lastReload.outcome, 'loaded');
      assert.include(message, 'captain');
      assert.strictEqual((await running.put(`${members}/kim`, { roles: ['captain'], actor: 'mia' })).status, 201);
      assert.strictEqual(await count(), 0);
      expectProblem(await running.remove(`${members}/kim?actor=kim`), 409, 'wrong-holders');
    });
  });
}
