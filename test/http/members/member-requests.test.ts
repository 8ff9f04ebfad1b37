import { assert } from 'chai';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply } from '../../support/running-sidecar.ts';

const kim = '/v1/workspaces/support/members/kim';
const good = { roles: ['agent'], actor: 'mia' };

// What is refused is refused before the database is asked, so one kind of database serves.
describe('a request to change a member', () => {
  let databases: TestDatabases;
  let running: DatabaseSidecar;
  before(async () => {
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    await publish(url, memberPolicyFiles());
    running = await runDatabaseSidecar(url);
  });
  afterEach(() => {
    assert.strictEqual(running.live.state?.sequence, 1, 'nothing was changed');
    assert.strictEqual(running.live.members.size, 0);
    assert.notInclude(running.logged.text, 'a request failed');
  });
  after(async () => {
    assert.strictEqual((await running.put(kim, good)).status, 201);
    await disposeDatabaseSidecars();
    await databases.dispose();
  });

  const refuse = async (body: unknown, pointer?: string, code = 'invalid-request'): Promise<void> => {
    const reply = await running.put(kim, body as object);
    const problem = expectProblem(reply, code === 'invalid-request' ? 400 : 422, code);
    if (pointer !== undefined) assert.strictEqual(problem['pointer'], pointer, reply.text);
  };

  it('says which roles, as a list that is not empty', async () => {
    for (const roles of [undefined, null, 'agent', 7, true, {}, [], { role: 'agent' }]) {
      await refuse({ ...good, roles }, roles === undefined ? '' : '/roles');
    }
    for (const role of [null, 7, true, [], '', 'x'.repeat(65)]) await refuse({ ...good, roles: [role] }, '/roles/0');
    await refuse({ ...good, roles: ['agent', {}] }, '/roles/1');
    await refuse({ ...good, roles: Array.from({ length: 65 }, () => 'agent') }, '/roles');
    for (const role of [null, 7, '', [], {}, 'x'.repeat(65)]) {
      await refuse({ ...good, roles: [{ role }] }, '/roles/0/role');
    }
    await refuse({ ...good, roles: ['agent\u0000'] }, '/roles/0');
    await refuse({ ...good, roles: [{ role: 'agent', rolle: 'x' }] }, '/roles/0/rolle');
    const crowd = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`a${index}`, index]));
    await refuse({ ...good, roles: [{ role: 'agent', ...crowd }] }, '/roles/0');
    await refuse({ ...good, ...crowd }, '');
  });

  it('names subjects and actors whom everybody reads alike', async () => {
    for (const id of ['mia\u200b', '\u043cia', '\u202eaim', 'm\u00ada', '\uff4dia']) {
      await refuse({ ...good, actor: id }, '/actor');
      await refuse({ ...good, actor: { type: 'user', id } }, '/actor/id');
      const path = `/v1/workspaces/support/members/${encodeURIComponent(id)}`;
      expectProblem(await running.put(path, good), 400, 'invalid-request');
    }
  });

  it('says from when until when as dates or times that exist', async () => {
    for (const name of ['from', 'until']) {
      const times = ['', 'tomorrow', '2999', '2999-13-01', '2999-02-30', '2999-1-1', '2999-01-01T25:00:00Z'];
      const more = ['2999-01-01T00:00:00', '2999-01-01 00:00:00Z', '+12999-01-01', 7, null, {}, 'x'.repeat(65)];
      for (const time of [...times, ...more]) {
        await refuse({ ...good, roles: [{ role: 'agent', [name]: time }] }, `/roles/0/${name}`);
      }
    }
    await refuse({ ...good, roles: [{ role: 'agent', until: '2020-01-01' }] }, '/roles/0', 'bad-period');
    await refuse(
      { ...good, roles: [{ role: 'agent', from: '2999-02-01', until: '2999-01-01' }] },
      '/roles/0',
      'bad-period',
    );
  });

  it('says who does it', async () => {
    for (const actor of [undefined, null, 7, true, [], '', 'a"b', ' mia', 'mia ', 'a\nb', 'x'.repeat(257)]) {
      await refuse({ ...good, actor }, actor === undefined ? '' : '/actor');
    }
    await refuse({ ...good, actor: {} }, '/actor');
    await refuse({ ...good, actor: { type: 'user' } }, '/actor');
    await refuse({ ...good, actor: { type: 'user', id: '' } }, '/actor/id');
    await refuse({ ...good, actor: { type: 'user', id: '(' } }, '/actor/id');
    await refuse({ ...good, actor: { type: 'robot', id: 'mia' } }, '/actor/type');
    await refuse({ ...good, actor: { type: 'user', id: 'mia', name: 'Mia' } }, '/actor/name');
  });

  it('gives reasons of text', async () => {
    for (const reason of [7, null, '', [], {}, 'x'.repeat(501), 'two\nlines', 'nul\u0000']) {
      await refuse({ ...good, reason }, '/reason');
      await refuse({ ...good, roles: [{ role: 'agent', reason }] }, '/roles/0/reason');
    }
    const halved = '{"roles":["agent"],"actor":"mia","reason":"\\ud800"}';
    expectProblem(await running.call(kim, { method: 'PUT', body: halved }), 400, 'invalid-request');
  });

  it('names nothing that this endpoint does not know', async () => {
    await refuse({ ...good, until: '2999-01-01' }, '/until');
    await refuse({ ...good, role: 'agent' }, '/role');
    for (const body of [null, [], 'agent', 7, {}]) await refuse(JSON.stringify(body));
    const members = ['"roles":["agent"]', '"actor":"mia"'];
    for (const odd of ['"__proto__":{"actor":"ada"}', '"constructor":{}', '"toString":1']) {
      await refuse(`{${[...members, odd].join(',')}}`);
      await refuse(`{"actor":"mia","roles":[{"role":"agent",${odd}}]}`);
      await refuse(`{"roles":["agent"],"actor":{"type":"user","id":"mia",${odd}}}`);
    }
    expectProblem(await running.put(`${kim}?role=agent`, good), 400, 'unknown-parameter');
    expectProblem(await running.put(`${kim}?actor=mia`, good), 400, 'unknown-parameter');
    expectProblem(await running.put(`${kim}?subjectType=user&subjectType=user`, good), 400, 'unknown-parameter');
    expectProblem(await running.put(`${kim}?subjectType=robot`, good), 400, 'invalid-request');
    for (const id of ['%20', 'a%22', 'a%0a', 'x'.repeat(257)]) {
      expectProblem(await running.put(`/v1/workspaces/support/members/${id}`, good), 400, 'invalid-request');
    }
    expectProblem(await running.put('/v1/workspaces/support/members/%zz', good), 400, 'malformed-http');
    for (const id of ['nowhere', 'Support', 'x'.repeat(300), '%2e%2e', '__proto__', 'constructor', 'acme']) {
      expectProblem(await running.put(`/v1/workspaces/${id}/members/kim`, good), 404, 'unknown-workspace');
      expectProblem(await running.call(`/v1/workspaces/${id}/members`), 404, 'unknown-workspace');
    }
    for (const id of ['nowhere', 'support', '__proto__']) {
      expectProblem(await running.put(`/v1/organizations/${id}/members/kim`, good), 404, 'unknown-organization');
      expectProblem(await running.call(`/v1/organizations/${id}/members/kim`), 404, 'unknown-organization');
    }
  });

  it('has a body of plain JSON', async () => {
    const send = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Reply> =>
      running.call(kim, { method: 'PUT', body, headers });
    expectProblem(await send(''), 400, 'malformed-json');
    expectProblem(await send('{'), 400, 'malformed-json');
    expectProblem(await send('{"actor":"mia","actor":"ada","roles":["agent"]}'), 400, 'duplicate-key');
    expectProblem(await send('['.repeat(40) + ']'.repeat(40)), 400, 'too-deep');
    expectProblem(await send(Buffer.from([0xff])), 400, 'not-utf8');
    const text = JSON.stringify(good);
    expectProblem(await send(text, { 'Content-Type': 'text/plain' }), 415, 'unsupported-media-type');
    expectProblem(await send(text, { 'Content-Encoding': 'gzip' }), 415, 'unsupported-media-type');
    expectProblem(await send(`${text}${' '.repeat(70_000)}`), 413, 'body-too-large');
    expectProblem(await send(`${text}${' '.repeat(3_000_000)}`), 413, 'body-too-large');
  });

  it('has conditions and a key that can be read in one way', async () => {
    for (const match of ['', '2', '"2', '2"', '"2" "3"', '*, "2"', 'W/2', '""2', ',']) {
      expectProblem(await running.put(kim, good, { 'If-Match': match }), 400, 'invalid-request');
    }
    for (const match of ['', '"2"', '2', '*, *']) {
      expectProblem(await running.put(kim, good, { 'If-None-Match': match }), 400, 'invalid-request');
    }
    expectProblem(await running.put(kim, good, { 'If-Match': '"2"', 'If-None-Match': '*' }), 400, 'invalid-request');
    for (const key of ['', 'x'.repeat(256), 'k\u00e4se', 'a\tb']) {
      expectProblem(await running.put(kim, good, { 'Idempotency-Key': key }), 400, 'invalid-request');
    }
  });

  it('to take roles away says who does it in the query', async () => {
    const wrong = [
      '',
      '?actor=',
      '?actor=a%22',
      '?actor=mia&actorType=robot',
      '?actor=mia&reason=',
      '?actor=mia&reason=%00',
    ];
    for (const query of wrong) expectProblem(await running.remove(`${kim}${query}`), 400, 'invalid-request');
    expectProblem(await running.remove(`${kim}?actor=mia&role=agent`), 400, 'unknown-parameter');
    expectProblem(await running.remove(`${kim}?actor=mia&actor=ada`), 400, 'unknown-parameter');
    expectProblem(await running.remove(`${kim}?actor=cat`), 403, 'actor-not-allowed');
    expectProblem(await running.remove(`${kim}?actor=mia&actorType=service`), 403, 'actor-not-allowed');
  });

  it('uses a method that the endpoint knows', async () => {
    for (const method of ['POST', 'PATCH']) {
      const reply = await running.call(kim, { method, body: good });
      expectProblem(reply, 405, 'method-not-allowed');
      assert.strictEqual(reply.headers.allow, 'GET, HEAD, PUT, DELETE');
    }
    for (const method of ['PUT', 'DELETE', 'POST']) {
      expectProblem(await running.call('/v1/workspaces/support/members', { method }), 405, 'method-not-allowed');
    }
  });

  it('to list members asks for pages that there can be', async () => {
    const list = '/v1/workspaces/support/members';
    for (const limit of ['0', '-1', '1.5', '1001', 'all', '', '1e2', '0x10', '99999999999']) {
      expectProblem(await running.call(`${list}?limit=${limit}`), 400, 'invalid-request');
    }
    for (const after of ['', 'kim', '%00']) {
      expectProblem(await running.call(`${list}?after=${after}`), 400, 'invalid-request');
    }
    for (const role of ['', 'agnet', 'closer', 'auditor', '__proto__']) {
      expectProblem(await running.call(`${list}?role=${role}`), 422, 'unknown-role');
    }
    expectProblem(await running.call(`${list}?page=2`), 400, 'unknown-parameter');
    expectProblem(await running.call('/v1/organizations/acme/members?role=agent'), 422, 'unknown-role');
    assert.deepInclude((await running.call(`${list}?limit=1000&after=zzz:`)).json as object, { members: [] });
  });
});

describe('who may change members over HTTP', () => {
  let secrets: PolicyFolder;
  let databases: TestDatabases;
  before(async () => {
    secrets = await createPolicyFolder({
      tokens: 'request-token-of-some-length\n',
      admins: 'admin-token-of-some-length\n',
    });
    databases = (await testDatabases[0]?.open()) as TestDatabases;
  });
  after(async () => {
    await disposeDatabaseSidecars();
    await disposeSidecars();
    await secrets.dispose();
    await databases.dispose();
  });

  it('is who has an admin token; the other tokens read', async () => {
    const url = await databases.create();
    await publish(url, memberPolicyFiles());
    const tokenFile = `${secrets.root}/tokens`;
    const running = await runDatabaseSidecar(url, { tokenFile, adminTokenFile: `${secrets.root}/admins` });
    const request = { Authorization: 'Bearer request-token-of-some-length' };
    const admin = { Authorization: 'Bearer admin-token-of-some-length' };
    expectProblem(await running.put(kim, good), 401, 'unauthenticated');
    expectProblem(await running.put(kim, good, request), 403, 'forbidden');
    expectProblem(await running.remove(`${kim}?actor=mia`, request), 403, 'forbidden');
    assert.strictEqual((await running.put(kim, good, admin)).status, 201);
    for (const path of [kim, '/v1/workspaces/support/members', '/v1/fleet']) {
      expectProblem(await running.call(path), 401, 'unauthenticated');
      assert.strictEqual((await running.call(path, { headers: request })).status, 200, path);
    }
  });

  it('is nobody where the policy comes from files; reading goes on', async () => {
    const running = await runSidecar({ files: memberPolicyFiles() });
    const put = await running.call(kim, { method: 'PUT', body: good });
    const problem = expectProblem(put, 409, 'no-database');
    assert.include(problem['detail'] as string, '`--database URL`');
    expectProblem(await running.call(`${kim}?actor=mia`, { method: 'DELETE' }), 409, 'no-database');
    expectProblem(await running.call('/v1/fleet'), 409, 'no-database');
    expectProblem(await running.call(kim), 404, 'unknown-member');
    const mia = (await running.call('/v1/workspaces/support/members/mia')).json as { revision: string };
    assert.include(mia as object, { workspace: 'support', source: 'git' });
    assert.match(mia.revision, /^[0-9a-f]{12}$/);
    const list = (await running.call('/v1/workspaces/support/members?role=manager')).json as { members: unknown[] };
    assert.strictEqual(list.members.length, 4);
  });
});
