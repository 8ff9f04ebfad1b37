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
import type { Reply } from '../../support/running-sidecar.ts';

const asAcme = { Authorization: 'Bearer token-of-the-company-acme' };
const asBoth = { Authorization: 'Bearer token-of-two-companies-here' };
const asAcmeAdmin = { Authorization: 'Bearer token-of-the-admins-of-acme' };
const asAll = { Authorization: 'Bearer token-of-nobody-in-particular' };

const files = {
  ...memberPolicyFiles(),
  // Of the organization without a name: nobody's company.
  'policies/alone.yaml': 'workspace: alone\ntitle: Alone\nmembers: { mia: manager, dan: captain }\n',
};

describe('a token of some organizations', () => {
  let secrets: PolicyFolder;
  let databases: TestDatabases;
  let running: DatabaseSidecar;
  before(async function () {
    this.timeout(60_000);
    const [acme = '', both = '', admin = '', all = ''] = [asAcme, asBoth, asAcmeAdmin, asAll].map(({ Authorization }) =>
      Authorization.slice('Bearer '.length),
    );
    secrets = await createPolicyFolder({
      tokens: `${acme} name=acme organizations=acme\n${both} name=both organizations=acme,other,nowhere\n${all}\n`,
      admins: `${admin} name=acme-admin organizations=acme\n`,
    });
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    await publish(url, files);
    running = await runDatabaseSidecar(url, {
      tokenFile: `${secrets.root}/tokens`,
      adminTokenFile: `${secrets.root}/admins`,
    });
  });
  after(async () => {
    await disposeDatabaseSidecars();
    await secrets.dispose();
    await databases.dispose();
  });

  type Headers = Record<string, string>;
  const question = (workspace: string): object => ({ subject: 'mia', workspace, permission: 'ticket:close' });
  const ask = (workspace: string, headers: Headers, query = ''): Promise<Reply> =>
    running.call(`/v1/enforce${query}`, { method: 'POST', body: question(workspace), headers });
  const askMany = (workspaces: readonly string[], headers: Headers, query = '', more = {}): Promise<Reply> => {
    const body = { requests: workspaces.map(question), ...more };
    return running.call(`/v1/enforce/batch${query}`, { method: 'POST', body, headers });
  };

  it('asks about their workspaces; any other, there or not, is one and the same refusal', async () => {
    for (const query of ['', '?explain']) {
      assert.include((await ask('support', asAcme, query)).json as object, { decision: true });
      assert.include((await ask('sales', asAcme, query)).json as object, { decision: true });
      const refusals = [];
      for (const workspace of ['desk', 'alone', 'nowhere', 'acme', '__proto__', 'Support', 'suppört']) {
        const refused = await ask(workspace, asAcme, query);
        const problem = expectProblem(refused, 403, 'forbidden');
        assert.strictEqual(problem['pointer'], '/workspace');
        refusals.push(refused.text);
      }
      assert.strictEqual(new Set(refusals).size, 1);
    }
    assert.include((await ask('desk', asBoth)).json as object, { decision: true });
    for (const workspace of ['alone', 'nowhere']) expectProblem(await ask(workspace, asBoth), 403, 'forbidden');
    for (const workspace of ['desk', 'alone'])
      assert.include((await ask(workspace, asAll)).json as object, { decision: true });
    assert.include((await ask('nowhere', asAll)).json as object, { decision: false });
  });

  it('has a whole batch refused for one question about somebody else’s, and nothing is decided', async () => {
    const decided = async (): Promise<string | undefined> => {
      const { text } = await running.call('/metrics', { headers: asAll });
      return /rolebook_decisions_total\{decision="allow"\} (\d+)/.exec(text)?.[1];
    };
    const before = await decided();
    for (const query of ['', '?explain']) {
      for (const foreign of ['desk', 'nowhere', 'suppört']) {
        const problem = expectProblem(await askMany(['support', 'sales', foreign], asAcme, query), 403, 'forbidden');
        assert.strictEqual(problem['pointer'], '/requests/2/workspace');
      }
    }
    const { json } = await ask('support', asAcme);
    const { revision: minRevision } = json as { revision: string };
    expectProblem(await askMany(['desk'], asAcme, '', { minRevision }), 403, 'forbidden');
    assert.strictEqual(await decided(), String(Number(before) + 1));
    const own = (await askMany(['support', 'sales'], asAcme)).json as { decisions: object[] };
    assert.deepEqual(own.decisions, [{ decision: true }, { decision: true }]);
    assert.strictEqual((await askMany([], asAcme)).status, 200);
    const all = (await askMany(['support', 'desk', 'nowhere'], asAll)).json as { decisions: object[] };
    assert.deepEqual(all.decisions, [{ decision: true }, { decision: true }, { decision: false }]);
  });

  it('asks about their companies themselves, alone and in a batch, and about no other', async () => {
    const of = (organization: string): object => ({ subject: 'olu', organization, permission: 'ticket:close' });
    const post = (path: string, body: object, headers: Headers): Promise<Reply> =>
      running.call(path, { method: 'POST', body, headers });
    for (const path of ['/v1/enforce', '/v1/enforce?explain']) {
      assert.strictEqual((await post(path, of('acme'), asAcme)).status, 200);
      const refused = await Promise.all(
        ['other', 'nowhere', 'support', 'organization:acme', '__proto__'].map((id) => post(path, of(id), asAcme)),
      );
      for (const reply of refused) {
        assert.strictEqual(expectProblem(reply, 403, 'forbidden')['pointer'], '/organization');
      }
      assert.strictEqual(new Set(refused.map(({ text }) => text)).size, 1);
      assert.strictEqual((await post(path, of('other'), asBoth)).status, 200);
      assert.strictEqual((await post(path, of('nowhere'), asAll)).status, 200);
    }
    const batch = { requests: [question('support'), of('acme'), of('other')] };
    const problem = expectProblem(await post('/v1/enforce/batch', batch, asAcme), 403, 'forbidden');
    assert.strictEqual(problem['pointer'], '/requests/2/organization');
    for (const end of ['members/olu/permissions', 'roles']) {
      const list = (id: string, headers: Headers): Promise<Reply> =>
        running.call(`/v1/organizations/${id}/${end}`, { headers });
      assert.strictEqual((await list('acme', asAcme)).status, 200);
      expectProblem(await list('other', asAcme), 403, 'forbidden');
      expectProblem(await list('nowhere', asAll), 404, 'unknown-organization');
    }
  });

  it('lists what their places have, and no others', async () => {
    const paths = ['members/mia/permissions', 'roles', 'members', 'members/mia'].map(
      (end) => `/v1/workspaces/:place/${end}`,
    );
    for (const path of paths) {
      const of = (place: string, headers: Headers): Promise<Reply> =>
        running.call(path.replace(':place', place), { headers });
      for (const own of ['support', 'sales']) assert.strictEqual((await of(own, asAcme)).status, 200, path);
      const foreign = await Promise.all(['desk', 'alone', 'nowhere', '-'].map((place) => of(place, asAcme)));
      for (const reply of foreign) expectProblem(reply, 403, 'forbidden');
      assert.strictEqual(new Set(foreign.map(({ text }) => text)).size, 1, path);
      assert.strictEqual((await of('desk', asBoth)).status, 200);
      expectProblem(await of('nowhere', asAll), 404, 'unknown-workspace');
    }
    for (const end of ['members', 'members/olu']) {
      const of = (place: string, headers: Headers): Promise<Reply> =>
        running.call(`/v1/organizations/${place}/${end}`, { headers });
      assert.strictEqual((await of('acme', asAcme)).status, 200);
      for (const place of ['other', 'nowhere', 'support']) expectProblem(await of(place, asAcme), 403, 'forbidden');
      // Its own is no secret to it.
      expectProblem(await of('nowhere', asBoth), 404, 'unknown-organization');
    }
  });

  it('changes members of their places alone, if it may change any', async () => {
    const put = (path: string, actor: string, headers: Headers): Promise<Reply> =>
      running.put(`/v1/${path}/members/kim`, { roles: [path.startsWith('org') ? 'auditor' : 'agent'], actor }, headers);
    assert.strictEqual((await put('workspaces/support', 'mia', asAcmeAdmin)).status, 201);
    assert.strictEqual((await put('organizations/acme', 'ada', asAcmeAdmin)).status, 201);
    const refusals = new Map<string, string>();
    for (const path of [
      'workspaces/desk',
      'workspaces/nowhere',
      'workspaces/-',
      'organizations/other',
      'organizations/-',
    ]) {
      for (const actor of ['mia', 'ora', 'nobody']) {
        const refused = await put(path, actor, asAcmeAdmin);
        expectProblem(refused, 403, 'forbidden');
        const kind = path.split('/')[0] ?? '';
        assert.strictEqual(refused.text, refusals.get(kind) ?? refused.text);
        refusals.set(kind, refused.text);
      }
      expectProblem(await running.remove(`/v1/${path}/members/kim?actor=mia`, asAcmeAdmin), 403, 'forbidden');
    }
    expectProblem(await put('workspaces/support', 'mia', asAcme), 403, 'forbidden');
    const desk = await running.call('/v1/workspaces/desk/members/kim', { headers: asAll });
    expectProblem(desk, 404, 'unknown-member');
    for (const path of ['workspaces/support', 'organizations/acme']) {
      const removed = await running.remove(`/v1/${path}/members/kim?actor=ada`, asAcmeAdmin);
      assert.strictEqual(removed.status, 200, removed.text);
    }
  });

  it('reads what there is, who can and what somebody has in their companies, and in no other', async () => {
    const read = async (path: string, headers: Headers): Promise<string> => {
      const reply = await running.call(path, { headers });
      assert.strictEqual(reply.status, 200, `${path}: ${reply.text}`);
      return reply.text;
    };
    assert.strictEqual(await read('/v1/catalog', asAcme), await read('/v1/catalog', asAll));
    const named = async (path: string, headers: Headers): Promise<string[]> =>
      [...(await read(path, headers)).matchAll(/"workspace":"([^"]+)"/g)].map(([, id = '']) => id);
    assert.deepEqual(await named('/v1/workspaces', asAll), ['alone', 'sales', 'support', 'desk']);
    assert.deepEqual(await named('/v1/workspaces', asAcme), ['sales', 'support']);
    assert.deepEqual(await named('/v1/workspaces', asBoth), ['sales', 'support', 'desk']);
    for (const path of ['/v1/workspaces?subject=mia', '/v1/subjects/mia/access']) {
      assert.deepEqual(await named(path, asAll), ['alone', 'sales', 'support', 'desk']);
      assert.deepEqual(await named(path, asAcme), ['sales', 'support']);
      assert.notMatch(await read(path, asAcme), /other|desk|alone/);
    }
    assert.isUndefined((JSON.parse(await read('/v1/workspaces?limit=2', asAcme)) as { next?: string }).next);
    for (const rest of ['roles/agent', 'permissions/ticket:close/members']) {
      await read(`/v1/workspaces/support/${rest}`, asAcme);
      const refusals = ['desk', 'alone', 'nowhere', 'acme', '__proto__'].map(async (workspace) => {
        const refused = await running.call(`/v1/workspaces/${workspace}/${rest}`, { headers: asAcme });
        expectProblem(refused, 403, 'forbidden');
        return refused.text;
      });
      assert.lengthOf([...new Set(await Promise.all(refusals))], 1);
      expectProblem(await running.call(`/v1/organizations/other/${rest}`, { headers: asAcme }), 403, 'forbidden');
    }
    expectProblem(await running.remove('/v1/subjects/mia?actor=ada', asAcme), 403, 'forbidden');
    // An actor is told no more than the token may read.
    const own = { ...asAcme, 'X-Rolebook-Actor': 'mia' };
    assert.deepEqual(await named('/v1/subjects/mia/access', own), ['sales', 'support']);
  });

  it('learns nothing of the sidecar as a whole, and changes nothing of it', async () => {
    for (const path of ['/v1/policy', '/v1/fleet', '/metrics']) {
      for (const headers of [asAcme, asBoth, asAcmeAdmin]) {
        const problem = expectProblem(await running.call(path, { headers }), 403, 'forbidden');
        assert.include(problem['detail'] as string, 'the whole sidecar');
      }
      assert.strictEqual((await running.call(path, { headers: asAll })).status, 200);
    }
    const reload = (headers: Headers): Promise<Reply> => running.call('/v1/policy/reload', { method: 'POST', headers });
    for (const headers of [asAcme, asAcmeAdmin]) expectProblem(await reload(headers), 403, 'forbidden');
  });
});
