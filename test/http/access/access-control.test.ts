import { assert } from 'chai';
import { AccessControl, type AccessOptions } from '../../../src/http/access/access-control.ts';
import { enforceEndpoint } from '../../../src/http/decisions/enforce-route.ts';
import { parseListenAddress } from '../../../src/http/access/listen-address.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { requestWith } from './asked-request.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { type Reply, type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const requestToken = 'request-token-of-the-application';
const nextRequestToken = 'the-next-request-token';
const adminToken = 'admin-token-of-the-pipeline';
const allowed = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };

describe('who may call', () => {
  let secrets: PolicyFolder;
  beforeEach(async () => {
    secrets = await createPolicyFolder({
      tokens: `# the application\n${requestToken}\n\n${nextRequestToken}\r\n`,
      admins: `${adminToken}\n`,
    });
  });
  afterEach(() => secrets.dispose());
  after(disposeSidecars);

  const open = (listen: string, options: Partial<AccessOptions> = {}): Promise<AccessControl> =>
    AccessControl.open({ listen: parseListenAddress(listen), unauthenticated: 'refuse', ...options });
  const refusalOf = async (promise: Promise<unknown>): Promise<RolebookError> => {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.instanceOf(error, RolebookError);
    return error;
  };
  const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
  const enforce = (running: RunningSidecar, headers: Record<string, string> = {}): Promise<Reply> =>
    running.call('/v1/enforce', { method: 'POST', body: allowed, headers });
  const reload = (running: RunningSidecar, headers: Record<string, string> = {}): Promise<Reply> =>
    running.call('/v1/policy/reload', { method: 'POST', headers });

  it('this machine alone needs no tokens, other machines do unless that is asked for', async () => {
    const local = ['127.0.0.1:0', '127.9.9.9:0', '[::1]:0', 'localhost:0', 'unix:/tmp/x.sock'];
    for (const listen of local) await open(listen);
    for (const listen of ['0.0.0.0:0', '[::]:0', '10.0.0.1:0', 'rolebook.internal:0', 'localhost.evil.example:0']) {
      const error = await refusalOf(open(listen));
      assert.include(error, { code: 'usage' });
      assert.include(error.help as string, '--token-file');
      assert.include(error.help as string, '--allow-unauthenticated');
    }
    await open('0.0.0.0:0', { unauthenticated: 'allow' });
    await open('0.0.0.0:0', { tokenFile: `${secrets.root}/tokens` });
  });

  it('bad token files are refused by their place and never by their content', async () => {
    const files = {
      none: '# nothing\n\n',
      short: 'tooshort1234567',
      blank: 'a token with blanks in it',
      latin: 'tökens-are-plain-ascii',
    };
    for (const [name, text] of Object.entries(files)) {
      await secrets.write(name, text);
      const error = await refusalOf(open('127.0.0.1:0', { tokenFile: `${secrets.root}/${name}` }));
      assert.include(error, { code: 'configuration' });
      if (name !== 'none') assert.notInclude(`${error.message} ${error.help ?? ''}`, text);
    }
    const missing = await refusalOf(open('127.0.0.1:0', { tokenFile: '/nowhere/tokens' }));
    assert.include(missing, { code: 'configuration' });
  });

  it('without any tokens all calls are open, but for those that change something', async () => {
    const running = await runSidecar({ adminTokens: 'none' });
    assert.strictEqual((await enforce(running)).status, 200);
    const refused = expectProblem(await reload(running), 403, 'forbidden');
    assert.include(refused['detail'] as string, '`rolebook serve --admin-token-file FILE --create` makes one');
    await running.dispose();
  });

  it('each of the tokens lets in, and nothing else does', async () => {
    const running = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
    for (const token of [requestToken, nextRequestToken]) {
      assert.include((await enforce(running, bearer(token))).json as object, { decision: true });
    }
    assert.strictEqual((await enforce(running, { Authorization: `bearer  ${requestToken}` })).status, 200);
    const wrong = ['', 'Bearer', 'Bearer ', requestToken, `Basic ${requestToken}`, `Bearer ${requestToken}x`];
    const nearly = [`Bearer ${requestToken.slice(1)}`, `Bearer ${requestToken} x`, 'Bearer # the application'];
    for (const authorization of [...wrong, ...nearly]) {
      const reply = await enforce(running, { Authorization: authorization });
      expectProblem(reply, 401, 'unauthenticated');
      assert.match(String(reply.headers['www-authenticate']), /^Bearer/);
      assert.notInclude(reply.text, requestToken);
    }
    assert.strictEqual(running.logged.text, '');
    await running.dispose();
  });

  it('only health, readiness and the document are open when there are tokens', async () => {
    const running = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
    for (const path of ['/healthz', '/readyz', '/openapi.json']) {
      assert.strictEqual((await running.call(path)).status, 200);
    }
    for (const path of [
      '/metrics',
      '/v1/policy',
      '/v1/workspaces/support/roles',
      '/v1/workspaces/support/members/ana@acme.example/permissions',
    ]) {
      expectProblem(await running.call(path), 401, 'unauthenticated');
      assert.strictEqual((await running.call(path, { headers: bearer(requestToken) })).status, 200, path);
    }
    const batch = await running.call('/v1/enforce/batch', { method: 'POST', body: { requests: [] } });
    expectProblem(batch, 401, 'unauthenticated');
    await running.dispose();
  });

  it('admin calls need an admin token, which serves all other calls too', async () => {
    const running = await runSidecar({ tokenFile: `${secrets.root}/tokens`, adminTokenFile: `${secrets.root}/admins` });
    assert.strictEqual((await reload(running, bearer(adminToken))).status, 200);
    assert.strictEqual((await enforce(running, bearer(adminToken))).status, 200);
    expectProblem(await reload(running, bearer(requestToken)), 403, 'forbidden');
    expectProblem(await reload(running, bearer('a-token-nobody-gave')), 401, 'unauthenticated');
    expectProblem(await reload(running), 401, 'unauthenticated');
    await running.dispose();
  });

  it('without an admin file nobody may make admin calls, and is told how to make one', async () => {
    const running = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
    const refused = expectProblem(await reload(running, bearer(requestToken)), 403, 'forbidden');
    assert.include(refused['detail'] as string, '--admin-token-file FILE --create');
    expectProblem(await reload(running), 401, 'unauthenticated');
    await running.dispose();
  });

  it('an admin file alone closes the admin calls and leaves the others open', async () => {
    const running = await runSidecar({ adminTokenFile: `${secrets.root}/admins` });
    assert.strictEqual((await enforce(running)).status, 200);
    expectProblem(await reload(running), 401, 'unauthenticated');
    assert.strictEqual((await reload(running, bearer(adminToken))).status, 200);
    await running.dispose();
  });

  it('tokens are rotated by reading the files again, and a bad file changes nothing', async () => {
    const files = { tokenFile: `${secrets.root}/tokens`, adminTokenFile: `${secrets.root}/admins` };
    const access = await open('127.0.0.1:0', files);
    const isLetIn = (token: string): boolean => {
      try {
        access.check(requestWith({ authorization: `Bearer ${token}` }), enforceEndpoint.access);
        return true;
      } catch {
        return false;
      }
    };
    await secrets.write('tokens', `${nextRequestToken}\n`);
    await access.reload();
    assert.deepEqual([isLetIn(requestToken), isLetIn(nextRequestToken), isLetIn(adminToken)], [false, true, true]);
    await secrets.write('tokens', 'a-whole-new-request-token\n');
    await secrets.write('admins', 'short\n');
    await refusalOf(access.reload());
    assert.deepEqual([isLetIn('a-whole-new-request-token'), isLetIn(nextRequestToken)], [false, true]);
  });

  it('a page in a browser may not call a sidecar without tokens, by rebinding a name or across sites', async () => {
    const running = await runSidecar();
    for (const host of ['evil.example', 'evil.example:8181', '127.0.0.1.evil.example', 'localhost.evil.example']) {
      expectProblem(await enforce(running, { Host: host }), 421, 'misdirected-request');
      expectProblem(await running.call('/v1/policy', { headers: { Host: host } }), 421, 'misdirected-request');
    }
    expectProblem(await reload(running, { Origin: 'https://evil.example' }), 403, 'forbidden');
    expectProblem(await reload(running, { Origin: 'null' }), 403, 'forbidden');
    for (const host of ['localhost', 'LOCALHOST:8181', '127.0.0.1:1', '[::1]:8181', 'rolebook.localhost']) {
      assert.strictEqual((await enforce(running, { Host: host })).status, 200, host);
    }
    await running.dispose();
    const guarded = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
    assert.strictEqual((await enforce(guarded, { Host: 'rolebook.internal', ...bearer(requestToken) })).status, 200);
    await guarded.dispose();
  });
});
