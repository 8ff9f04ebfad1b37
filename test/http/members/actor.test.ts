import { assert } from 'chai';
import { endpoints } from '../../../src/http/sidecar-listener.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { expectNothingThere, readAs, wrongActors } from '../../support/reads-as.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

type Listed = Record<string, readonly Record<string, unknown>[]>;

describe('whoever reads for an actor', () => {
  let databases: TestDatabases;
  let running: DatabaseSidecar;
  before(async function () {
    this.timeout(60_000);
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    await publish(url, groupPolicyFiles());
    running = await runDatabaseSidecar(url);
    const given = await running.put('/v1/workspaces/support/members/kim', { roles: ['agent', 'lead'], actor: 'mia' });
    assert.strictEqual(given.status, 201);
    const put = await running.put('/v1/organizations/acme/groups/desk/members/kim', { actor: 'ada' });
    assert.strictEqual(put.status, 201);
  });
  after(async () => {
    await disposeDatabaseSidecars();
    await databases.dispose();
  });

  const read = <Document = Listed>(path: string, actor?: string): Promise<Document> =>
    readAs<Document>(running, `/v1/${path}`, actor);
  const support = [
    'workspaces/support/roles',
    'workspaces/support/roles/lead',
    'workspaces/support/members',
    'workspaces/support/members/kim',
    'workspaces/support/members/kim/permissions',
    'workspaces/support/permissions/ticket:close/members',
    'workspaces?subject=kim&limit=9',
  ];
  const acme = [
    'organizations/acme/roles',
    'organizations/acme/roles/owner',
    'organizations/acme/members',
    'organizations/acme/members/pia',
    'organizations/acme/members/pia/permissions',
    'organizations/acme/groups',
    'organizations/acme/groups/desk/members',
    'organizations/acme/groups/desk/members/kim',
  ];

  it('is told all of a workspace where the actor controls something', async () => {
    for (const path of support.slice(0, -1)) assert.deepEqual(await read(path, 'mia'), await read(path), path);
  });

  it('is told all of a company where the actor controls something, and of its workspaces', async () => {
    for (const path of [...acme, ...support]) assert.deepEqual(await read(path, 'ada'), await read(path), path);
  });

  it('is told nothing of a place where the actor is not, as if there were none', async () => {
    for (const actor of ['ole', 'nobody', 'cyd', 'MIA']) {
      for (const path of support.slice(0, -1)) {
        const nowhere = `/v1/${path.replace('workspaces/support', 'workspaces/nowhere')}`;
        await expectNothingThere(running, actor, `/v1/${path}`, nowhere, 'unknown-workspace');
      }
      for (const path of acme) {
        const nowhere = `/v1/${path.replace('organizations/acme', 'organizations/nowhere')}`;
        await expectNothingThere(running, actor, `/v1/${path}`, nowhere, 'unknown-organization');
      }
    }
  });

  it('is told nothing of the company by who controls one workspace of it', async () => {
    for (const path of acme) {
      const nowhere = `/v1/${path.replace('organizations/acme', 'organizations/nowhere')}`;
      await expectNothingThere(running, 'mia', `/v1/${path}`, nowhere, 'unknown-organization');
    }
  });

  it('controls in all scopes, now: not in some, no more, not yet, not where it is denied', async () => {
    for (const actor of ['hal', 'zoe', 'eve', 'sid']) {
      const { members } = await read('workspaces/support/members', actor);
      assert.deepEqual(
        members?.map(({ subject }) => (subject as { id: string }).id),
        [actor],
      );
    }
  });

  it('is told of the actor themselves, and the roles they were given, of nobody else', async () => {
    const { members } = await read('workspaces/support/members', 'kim');
    assert.deepEqual(
      members?.map(({ subject, source }) => [subject, source]),
      [[{ type: 'user', id: 'kim' }, 'database']],
    );
    const { roles } = await read('workspaces/support/roles', 'kim');
    assert.deepEqual(
      roles?.map(({ role }) => role),
      ['agent', 'lead'],
    );
    assert.deepEqual(await read('workspaces/support/members/kim', 'kim'), await read('workspaces/support/members/kim'));
    const permissions = 'workspaces/support/members/kim/permissions';
    assert.deepEqual(await read(permissions, 'kim'), await read(permissions));
    const holders = await read<{ holderCount: number; holders: object[] }>('workspaces/support/roles/agent', 'kim');
    assert.deepEqual([holders.holderCount, holders.holders.length], [1, 1]);
    const { members: able } = await read('workspaces/support/permissions/ticket:close/members', 'kim');
    assert.deepEqual(
      able?.map(({ subject }) => subject),
      [{ type: 'user', id: 'kim' }],
    );
    const { members: unable } = await read('workspaces/support/permissions/member:manage/members', 'kim');
    assert.deepEqual(unable, []);
  });

  it('finds nobody else there, no role they do not hold, and no count', async () => {
    const as = { headers: { 'X-Rolebook-Actor': 'kim' } };
    for (const name of ['mia', 'cat', 'nobody']) {
      const reply = await running.call(`/v1/workspaces/support/members/${name}`, as);
      expectProblem(reply, 404, 'unknown-member');
      const { permissions, roles } = await read(`workspaces/support/members/${name}/permissions`, 'kim');
      assert.deepEqual(roles, [], name);
      assert.isFalse(
        permissions?.some(({ decision }) => decision === true),
        name,
      );
    }
    for (const role of ['silent', 'manager', 'nothing', 'chief', 'closer']) {
      const { detail } = expectProblem(
        await running.call(`/v1/workspaces/support/roles/${role}`, as),
        404,
        'no-such-role',
      );
      assert.notMatch(String(detail), /did you mean `(?!agent|lead)|went to/);
      expectProblem(await running.call(`/v1/workspaces/support/members?role=${role}`, as), 422, 'unknown-role');
    }
    assert.lengthOf((await read('workspaces/support/members?role=lead', 'kim'))['members'] ?? [], 1);
    assert.isEmpty((await read('workspaces/support/members?after=user:kim', 'kim'))['members']);
  });

  it('is told of the groups that the actor is in, and not who else', async () => {
    const { groups } = await read('organizations/acme/groups', 'kim');
    assert.deepEqual(groups, [{ group: 'desk', file: 'policies/acme/organization.yaml', line: 8, column: 3 }]);
    const { members } = await read('organizations/acme/groups/desk/members', 'kim');
    assert.deepEqual(
      members?.map(({ subject }) => subject),
      [{ type: 'user', id: 'kim' }],
    );
    const as = { headers: { 'X-Rolebook-Actor': 'kim' } };
    const path = '/v1/organizations/acme/groups';
    expectProblem(await running.call(`${path}/desk/members/dan`, as), 404, 'unknown-member');
    const other = await running.call(`${path}/bosses/members`, as);
    expectProblem(other, 404, 'unknown-group');
    assert.strictEqual(other.text, (await running.call(`${path}/nothing/members`, as)).text);
  });

  it('is told of all that the actor has, and of others where the actor controls something', async () => {
    interface Access {
      readonly places: readonly { workspace?: string; organization?: string }[];
    }
    const placesOf = async (subject: string, actor: string): Promise<unknown> =>
      (await read<Access>(`subjects/${subject}/access`, actor)).places.map(({ workspace }) => workspace ?? 'company');
    assert.deepEqual(await placesOf('kim', 'kim'), ['company', 'support']);
    assert.deepEqual(await placesOf('mia', 'mia'), ['sales', 'support', 'desk']);
    assert.deepEqual(await placesOf('kim', 'mia'), ['support']);
    assert.deepEqual(await placesOf('mia', 'ada'), ['sales', 'support']);
    assert.deepEqual(await placesOf('mia', 'ora'), ['desk']);
    for (const [subject, actor] of [
      ['kim', 'dan'],
      ['nobody', 'mia'],
      ['kim', 'nobody'],
      ['kim', 'service:kim'],
    ] as const) {
      assert.deepEqual(await placesOf(subject, encodeURIComponent(actor)), [], actor);
    }
  });

  it('is told of the workspaces where the actor is or controls something', async () => {
    const listed = async (query: string, actor: string): Promise<unknown> =>
      (await read(`workspaces${query}`, actor))['workspaces']?.map(({ workspace }) => workspace);
    assert.deepEqual(await listed('', 'mia'), ['sales', 'support', 'desk']);
    assert.deepEqual(await listed('', 'kim'), ['support']);
    assert.deepEqual(await listed('', 'ole'), ['desk']);
    assert.deepEqual(await listed('', 'nobody'), []);
    assert.deepEqual(await listed('?subject=cyd', 'mia'), []);
    assert.deepEqual(await listed('?subject=cyd', 'ada'), ['sales']);
    assert.deepEqual(await listed('?subject=kim', 'kim'), ['support']);
    const { next } = await read<{ next?: string }>('workspaces?limit=1', 'kim');
    assert.isUndefined(next);
  });

  it('is of another type where that is said', async () => {
    const headers = { 'X-Rolebook-Actor': 'bot', 'X-Rolebook-Actor-Type': 'service' };
    const { json } = await running.call('/v1/workspaces', { headers });
    assert.lengthOf((json as { workspaces: unknown[] }).workspaces, 1);
    assert.isEmpty((await read('workspaces', 'bot'))['workspaces']);
  });

  it('is told nothing by what does not look at actors', async () => {
    for (const { method, path, access, operation } of endpoints) {
      if (access.need !== 'read' || method !== 'GET' || operation.headers?.['X-Rolebook-Actor'] !== undefined) continue;
      const reply = await running.call(path, { headers: { 'X-Rolebook-Actor': 'olu' } });
      assert.include(String(expectProblem(reply, 403, 'forbidden')['detail']), 'not for an actor', path);
    }
  });

  it('is told nothing of the sidecar as a whole', async () => {
    for (const path of ['/v1/policy', '/v1/fleet', '/metrics']) {
      for (const actor of ['olu', 'nobody', '']) {
        const reply = await running.call(path, { headers: { 'X-Rolebook-Actor': actor } });
        expectProblem(reply, 403, 'forbidden');
      }
      assert.strictEqual((await running.call(path)).status, 200);
    }
    const { text } = await running.call('/metrics');
    assert.match(text, /rolebook_refused_calls_total\{reason="actor"\} \d+/);
  });

  it('changes nothing for another actor than the header names', async () => {
    const path = '/v1/workspaces/support/members/ned';
    const body = { roles: ['agent'], actor: 'mia' };
    for (const actor of ['ada', 'nobody', 'MIA']) {
      expectProblem(await running.put(path, body, { 'X-Rolebook-Actor': actor }), 403, 'forbidden');
      expectProblem(await running.remove(`${path}?actor=mia`, { 'X-Rolebook-Actor': actor }), 403, 'forbidden');
      const all = await running.remove('/v1/subjects/ned?actor=mia', { 'X-Rolebook-Actor': actor });
      expectProblem(all, 403, 'forbidden');
    }
    const typed = { 'X-Rolebook-Actor': 'mia', 'X-Rolebook-Actor-Type': 'service' };
    expectProblem(await running.put(path, body, typed), 403, 'forbidden');
    expectProblem(await running.call(path, { headers: { 'X-Rolebook-Actor': 'mia' } }), 404, 'unknown-member');
    assert.strictEqual((await running.put(path, body, { 'X-Rolebook-Actor': 'mia' })).status, 201);
    const removed = await running.remove('/v1/subjects/ned?actor=mia', { 'X-Rolebook-Actor': 'mia' });
    assert.strictEqual(removed.status, 200, removed.text);
  });

  it('names the actor in one way', async () => {
    for (const path of [...support, ...acme]) {
      for (const [what, headers] of wrongActors) {
        const reply = await running.call(`/v1/${path}`, { headers });
        assert.strictEqual(expectProblem(reply, 400, 'invalid-request')['code'], 'invalid-request', `${path}: ${what}`);
      }
      const twice = { 'X-Rolebook-Actor': ['mia', 'mia'] } as unknown as Record<string, string>;
      expectProblem(await running.call(`/v1/${path}`, { headers: twice }), 400, 'invalid-request');
    }
  });
});
