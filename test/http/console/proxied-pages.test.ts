import { assert } from 'chai';
import { AccessControl } from '../../../src/http/access/access-control.ts';
import { parseListenAddress } from '../../../src/http/access/listen-address.ts';
import { parsePublicAddress } from '../../../src/http/access/public-address.ts';
import { ConsoleFiles } from '../../../src/http/console/console-files.ts';
import { Sessions } from '../../../src/http/sessions/sessions.ts';
import { endpoints } from '../../../src/http/sidecar-listener.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import { type Call, type Reply, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

const origin = 'https://roles.acme.example';
const tokens = {
  proxy: 'token-of-the-proxy-that-signs-in',
  deploy: 'token-of-the-deploy-job-here',
  shop: 'token-of-the-shop-to-decide',
};
const [admin, trainee] = ['wim@acme.example', 'bo@acme.example'];

describe('pages behind a proxy that signs people in', () => {
  let secrets: PolicyFolder;
  let running: RunningSidecar;
  before(async () => {
    secrets = await createPolicyFolder({
      tokens: `${tokens.shop} name=shop\n`,
      admins: `${tokens.proxy} name=proxy scopes=read,change\n${tokens.deploy} name=deploy\n`,
    });
    const address = parsePublicAddress(origin, '--public-url');
    const access = await AccessControl.open({
      listen: parseListenAddress('127.0.0.1:0'),
      tokenFile: `${secrets.root}/tokens`,
      adminTokenFile: `${secrets.root}/admins`,
      unauthenticated: 'refuse',
      publicAddress: address,
      proxyToken: 'proxy',
    });
    const way = { kind: 'proxy', signOutUrl: '/oauth2/sign_out' } as const;
    const sessions = new Sessions({ access, now: Date.now, address, way });
    const files = await ConsoleFiles.read(new URL('../../../dist/console', import.meta.url).pathname);
    running = await runSidecar({ adminTokens: 'none', isChanged: true, access, console: { files, sessions } });
  });
  after(async () => {
    await running.dispose();
    await secrets.dispose();
  });

  /** As the proxy sends what a page calls; undefined takes a header out. */
  const headersFor = (actor: string, other: Record<string, string | undefined> = {}): Record<string, string> => {
    const all: Record<string, string | undefined> = {
      Authorization: `Bearer ${tokens.proxy}`,
      'X-Rolebook-Actor': encodeURIComponent(actor),
      'X-Rolebook-Session': 'page',
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Proto': 'https',
      'Sec-Fetch-Site': 'same-origin',
      Origin: origin,
      ...other,
    };
    return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
  };
  const call = (path: string, actor: string, what: Call = {}, other = {}): Promise<Reply> =>
    running.call(path, { ...what, headers: headersFor(actor, other) });
  const codeOf = ({ json }: Reply): string => (json as { code: string }).code;

  it('work without a session of ours, and say where to sign out', async () => {
    const { json, headers } = await call('/v1/session', admin);
    assert.include(json as object, { way: 'proxy', signOutUrl: '/oauth2/sign_out', takesChanges: true });
    assert.deepInclude(json as object, { actor: { type: 'user', id: admin } });
    assert.notProperty(json as object, 'endsAt');
    assert.isUndefined(headers['set-cookie']);
    assert.strictEqual((await call('/v1/workspaces/support/members', admin)).status, 200);
    assert.strictEqual(codeOf(await call('/v1/session', admin, { method: 'DELETE' })), 'pages-off');
    assert.strictEqual(
      codeOf(await call('/v1/session', admin, { method: 'PUT', body: { actor: trainee } })),
      'pages-off',
    );
    assert.strictEqual(codeOf(await running.call('/v1/sign-in')), 'pages-off');
  });

  it('tell a member what is theirs, and take a change of the one who is there alone', async () => {
    const own = await call('/v1/workspaces/support/members', trainee);
    const { members } = own.json as { members: { subject: { id: string } }[] };
    assert.deepEqual(
      members.map(({ subject }) => subject.id),
      [trainee],
    );
    const edits = [{ edit: 'member.set', workspace: 'support', subject: trainee, roles: ['workspace-admin'] }];
    const posing = await call('/v1/changes?preview', trainee, { method: 'POST', body: { actor: admin, edits } });
    assert.strictEqual(codeOf(posing), 'forbidden');
    const lifting = await call('/v1/changes?preview', trainee, { method: 'POST', body: { actor: trainee, edits } });
    assert.strictEqual(codeOf(lifting), 'actor-not-allowed');
    assert.include(running.logged.text, '"caller":"proxy"');
  });

  it('take nobody for somebody when the proxy does not say who is there, or says it twice or badly', async () => {
    for (const path of ['/v1/session', '/v1/workspaces', '/v1/workspaces/support/members']) {
      const silent = await call(path, admin, {}, { 'X-Rolebook-Actor': undefined });
      assert.strictEqual(codeOf(silent), 'signed-out', path);
      for (const actor of ['', '%zz', 'a b', '%22', 'wim%40acme.example, bo%40acme.example', 'x'.repeat(300)]) {
        const bad = await call(path, admin, {}, { 'X-Rolebook-Actor': actor });
        assert.strictEqual(bad.status, 400, `${path} ${actor}`);
      }
      const robot = await call(path, admin, {}, { 'X-Rolebook-Actor-Type': 'robot' });
      assert.strictEqual(robot.status, 400, path);
    }
  });

  it('believe the header of nobody but the proxy', async () => {
    const wrong: readonly [authorization: string | undefined, status: number][] = [
      [undefined, 401],
      ['Bearer not-a-token-that-is-known-here', 401],
      [`Bearer ${tokens.shop}`, 403],
      [`Bearer ${tokens.deploy}`, 403],
      [`Bearer ${tokens.proxy}, Bearer ${tokens.deploy}`, 401],
    ];
    for (const [authorization, status] of wrong) {
      for (const path of ['/v1/session', '/v1/workspaces']) {
        const reply = await call(path, admin, {}, { Authorization: authorization });
        assert.strictEqual(reply.status, status, `${path} ${authorization ?? 'no token'}`);
      }
    }
  });

  it('are all that the token of the proxy is good for: with it nobody behind the proxy asks anything else', async () => {
    for (const { method, path, access } of endpoints) {
      if (access.need === 'open') continue;
      const real = path.replace(/:(\w+)/g, (_, name: string) => (name === 'workspace' ? 'support' : 'x'));
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      const bare = await call(real, admin, { method, ...body }, { 'X-Rolebook-Session': undefined });
      assert.strictEqual(bare.status, 403, `${method} ${path} is no call of a page`);
    }
    const asked = { subject: admin, workspace: 'support', permission: 'tag:create' };
    assert.strictEqual((await call('/v1/enforce', admin, { method: 'POST', body: asked })).status, 403);
    assert.strictEqual((await call('/v1/policy/reload', admin, { method: 'POST' })).status, 403);
    const deploy = { Authorization: `Bearer ${tokens.deploy}` };
    assert.strictEqual((await running.call('/v1/policy/reload', { method: 'POST', headers: deploy })).status, 200);
  });

  it('are called from their own address alone', async () => {
    const wrong = [
      { Origin: 'https://evil.example' },
      { Origin: 'http://roles.acme.example' },
      { Origin: 'https://roles.acme.example:444' },
      { Origin: 'null' },
      { Origin: running.address },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ];
    for (const headers of wrong) {
      assert.strictEqual((await call('/v1/workspaces', admin, {}, headers)).status, 403, JSON.stringify(headers));
    }
    const body = { actor: admin, edits: [] };
    const silent = await call('/v1/changes', admin, { method: 'POST', body }, { Origin: undefined });
    assert.strictEqual(silent.status, 403, 'a change without an origin');
  });

  it('are not opened without a token of that name', async () => {
    const open = AccessControl.open({
      listen: parseListenAddress('127.0.0.1:0'),
      tokenFile: `${secrets.root}/tokens`,
      adminTokenFile: `${secrets.root}/admins`,
      unauthenticated: 'refuse',
      proxyToken: 'gateway',
    });
    await open.then(
      () => assert.fail('it was opened'),
      (error: unknown) => assert.include(String(error), 'no token of `--admin-token-file` has the name `gateway`'),
    );
  });

  it('come from the sidecar, whose files are for everybody', async () => {
    const page = await running.call('/console/workspaces/support');
    assert.strictEqual(page.status, 200);
    assert.include(smallPolicy()['policies/support.yaml'] ?? '', admin);
  });
});
