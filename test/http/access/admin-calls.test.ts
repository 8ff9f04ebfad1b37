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
import { disposeSidecars, runSidecar, type Call, type Reply } from '../../support/running-sidecar.ts';

const tokens = {
  shop: 'token-of-the-shop-to-decide',
  viewer: 'token-of-somebody-who-reads',
  deploy: 'token-of-the-deploy-job-here',
  watcher: 'token-of-an-admin-that-reads',
  gone: 'token-of-somebody-who-left-us',
};
const requestLines = `${tokens.shop} name=shop scopes=decide\n${tokens.viewer} name=viewer scopes=read\n`;
const adminLines = [
  `${tokens.deploy} name=deploy`,
  `${tokens.watcher} name=watcher scopes=decide,read,provision`,
  `${tokens.gone} name=gone until=2020-01-01`,
].join('\n');

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const owner = { roles: ['admin'], actor: 'olu' };
const mallory = '/v1/organizations/acme/members/mallory';
const changes: readonly (readonly [string, Call])[] = [
  [mallory, { method: 'PUT', body: owner }],
  [`${mallory}?actor=olu`, { method: 'DELETE' }],
  ['/v1/workspaces/support/members/mallory', { method: 'PUT', body: { roles: ['manager'], actor: 'olu' } }],
  ['/v1/workspaces/support/members/mallory?actor=olu', { method: 'DELETE' }],
  ['/v1/policy/reload', { method: 'POST' }],
];

describe('a change', () => {
  let secrets: PolicyFolder;
  let databases: TestDatabases;
  let url: string;
  before(async function () {
    this.timeout(60_000);
    secrets = await createPolicyFolder({ tokens: requestLines, admins: adminLines });
    databases = (await testDatabases[0]?.open()) as TestDatabases;
  });
  beforeEach(async () => {
    url = await databases.create();
    await publish(url, memberPolicyFiles());
  });
  afterEach(disposeDatabaseSidecars);
  after(async () => {
    await disposeSidecars();
    await secrets.dispose();
    await databases.dispose();
  });

  const tokenFile = (): string => `${secrets.root}/tokens`;
  const adminTokenFile = (): string => `${secrets.root}/admins`;
  const send = (running: DatabaseSidecar, [path, call]: (typeof changes)[number], headers = {}): Promise<Reply> =>
    running.call(path, { ...call, headers });
  const mayMallory = (running: DatabaseSidecar, headers = {}): Promise<Reply> => {
    const body = { subject: 'mallory', workspace: 'support', permission: 'member:manage' };
    return running.call('/v1/enforce', { method: 'POST', body, headers });
  };

  it('is nobody’s without an admin token file, on loopback and where other machines may call without a token', async () => {
    const localhost = { adminTokens: 'none' } as const;
    for (const setup of [localhost, { ...localhost, unauthenticated: 'allow' } as const]) {
      const running = await runDatabaseSidecar(url, setup);
      const page = setup === localhost ? {} : { Host: 'evil.example', Origin: 'https://evil.example' };
      for (const headers of [page, { ...page, ...bearer('whatever-token-this-may-be') }]) {
        for (const change of changes) {
          const refused = expectProblem(await send(running, change, headers), 403, 'forbidden');
          assert.include(refused['detail'] as string, '`rolebook serve --admin-token-file FILE --create` makes one');
        }
      }
      assert.include((await mayMallory(running, page)).json as object, { decision: false });
      await running.dispose();
    }
  });

  it('is nobody’s on a unix socket either', async () => {
    const running = await runSidecar({ listenText: `unix:${secrets.root}/r.sock`, adminTokens: 'none' });
    expectProblem(await running.call('/v1/policy/reload', { method: 'POST' }), 403, 'forbidden');
    assert.strictEqual((await running.call('/v1/policy')).status, 200);
    await running.dispose();
    const guarded = await runSidecar({ listenText: `unix:${secrets.root}/r.sock`, adminTokenFile: adminTokenFile() });
    expectProblem(await guarded.call('/v1/policy/reload', { method: 'POST' }), 401, 'unauthenticated');
    const headers = bearer(tokens.deploy);
    assert.strictEqual((await guarded.call('/v1/policy/reload', { method: 'POST', headers })).status, 200);
    await guarded.dispose();
  });

  it('is nobody’s where there are tokens of those who ask alone', async () => {
    const running = await runDatabaseSidecar(url, { tokenFile: tokenFile() });
    for (const change of changes) {
      expectProblem(await send(running, change), 401, 'unauthenticated');
      for (const token of [tokens.shop, tokens.viewer]) {
        const refused = expectProblem(await send(running, change, bearer(token)), 403, 'forbidden');
        assert.include(refused['detail'] as string, '--admin-token-file FILE --create');
      }
      expectProblem(await send(running, change, bearer(tokens.deploy)), 401, 'unauthenticated');
    }
    assert.include((await mayMallory(running, bearer(tokens.shop))).json as object, { decision: false });
  });

  it('is made by a token that may change, with or without tokens of those who ask', async () => {
    for (const setup of [
      { adminTokenFile: adminTokenFile() },
      { tokenFile: tokenFile(), adminTokenFile: adminTokenFile() },
    ]) {
      const running = await runDatabaseSidecar(url, setup);
      for (const change of changes) {
        expectProblem(await send(running, change), 401, 'unauthenticated');
        expectProblem(await send(running, change, bearer('nobody-has-this-token')), 401, 'unauthenticated');
        const ended = expectProblem(await send(running, change, bearer(tokens.gone)), 401, 'unauthenticated');
        assert.strictEqual(ended['detail'], 'the token has ended');
        const watcher = await send(running, change, bearer(tokens.watcher));
        assert.include(expectProblem(watcher, 403, 'forbidden')['detail'] as string, 'scope `change`');
        assert.strictEqual(watcher.headers['www-authenticate'], 'Bearer error="insufficient_scope", scope="change"');
      }
      assert.include((await mayMallory(running, bearer(tokens.deploy))).json as object, { decision: false });
      for (const change of changes) {
        const made = await send(running, change, bearer(tokens.deploy));
        assert.include([200, 201], made.status, made.text);
      }
      await running.dispose();
    }
  });

  it('takes a token with that scope; to ask and to read take theirs', async () => {
    const running = await runDatabaseSidecar(url, { tokenFile: tokenFile(), adminTokenFile: adminTokenFile() });
    const asks: readonly (readonly [string, Call])[] = [
      ['/v1/enforce', { method: 'POST', body: { subject: 'mia', workspace: 'support', permission: 'ticket:close' } }],
      ['/v1/enforce/batch', { method: 'POST', body: { requests: [] } }],
      ['/v1/workspaces/support/members/mia/permissions', {}],
    ];
    const reads: readonly (readonly [string, Call])[] = [
      ['/v1/workspaces/support/roles', {}],
      ['/v1/workspaces/support/members', {}],
      ['/v1/workspaces/support/members/mia', {}],
      ['/v1/organizations/acme/members', {}],
      ['/v1/policy', {}],
      ['/v1/fleet', {}],
      ['/metrics', {}],
    ];
    const statusesOf = async (calls: typeof asks, token: string): Promise<readonly number[]> => {
      const found = await Promise.all(calls.map((call) => send(running, call, bearer(token))));
      return [...new Set(found.map(({ status }) => status))];
    };
    assert.deepEqual(await statusesOf(asks, tokens.shop), [200]);
    assert.deepEqual(await statusesOf(reads, tokens.shop), [403]);
    assert.deepEqual(await statusesOf(asks, tokens.viewer), [403]);
    assert.deepEqual(await statusesOf(reads, tokens.viewer), [200]);
    for (const token of [tokens.deploy, tokens.watcher]) {
      assert.deepEqual(await statusesOf([...asks, ...reads], token), [200]);
    }
    for (const calls of [asks, reads]) assert.deepEqual(await statusesOf(calls, tokens.gone), [401]);
    // Whatever its scopes, a token that is known may know which paths there are.
    for (const token of [tokens.shop, tokens.viewer]) {
      assert.strictEqual((await running.call('/v1/nothing', { headers: bearer(token) })).status, 404);
    }
  });

  it('that is refused is counted by its reason, as each refused call is', async () => {
    const running = await runDatabaseSidecar(url, { tokenFile: tokenFile(), adminTokenFile: adminTokenFile() });
    const counts = async (): Promise<Record<string, number>> => {
      const { text } = await running.call('/metrics', { headers: bearer(tokens.viewer) });
      const found = [...text.matchAll(/^rolebook_refused_calls_total\{reason="([a-z-]+)"\} (\d+)$/gm)];
      return Object.fromEntries(found.map(([, reason = '', count]) => [reason, Number(count)]));
    };
    const none = {
      'no-token': 0,
      'unknown-token': 0,
      'ended-token': 0,
      'no-admin-token-file': 0,
      scope: 0,
      organization: 0,
      actor: 0,
      origin: 0,
      host: 0,
      hook: 0,
      session: 0,
      forwarded: 0,
      proxy: 0,
      'sign-in': 0,
    };
    assert.deepEqual(await counts(), none);
    await running.put(mallory, owner);
    await mayMallory(running);
    await running.call('/nothing');
    await running.put(mallory, owner, bearer('nobody-has-this-token'));
    await mayMallory(running, bearer(tokens.gone));
    await running.put(mallory, owner, bearer(tokens.shop));
    await mayMallory(running, bearer(tokens.viewer));
    await running.call('/v1/policy', { headers: { ...bearer(tokens.viewer), Host: 'a/b' } });
    await running.call('/v1/policy', { headers: bearer(tokens.viewer) });
    const found = { 'no-token': 3, 'unknown-token': 1, 'ended-token': 1, scope: 2, host: 1 };
    assert.deepEqual(await counts(), { ...none, ...found });
  });
});
