import { assert } from 'chai';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const token = 'request-token-of-the-application';
const body = '{"subject":"ana@acme.example","workspace":"support","permission":"tag:create"}';

/** The status of one raw request. */
async function statusOf(running: RunningSidecar, lines: readonly string[], text = ''): Promise<number> {
  const connection = await RawConnection.open(running.port);
  try {
    const length = text === '' ? [] : [`Content-Length: ${text.length}`, 'Content-Type: application/json'];
    connection.send([...lines, ...length, 'Connection: close', '', text].join('\r\n'));
    await connection.untilReceived('\r\n\r\n');
    return Number(connection.received.split(' ')[1]);
  } finally {
    connection.destroy();
  }
}

describe('where a request says it goes', () => {
  let secrets: PolicyFolder;
  let open: RunningSidecar;
  let guarded: RunningSidecar;
  const withToken = `Authorization: Bearer ${token}`;
  before(async () => {
    secrets = await createPolicyFolder({ tokens: `${token}\n` });
    open = await runSidecar({ adminTokens: 'none' });
    guarded = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
  });
  after(async () => {
    await disposeSidecars();
    await secrets.dispose();
  });

  it('is one host, with tokens and without', async () => {
    const odd = [
      '',
      ' ',
      'evil.example/.localhost',
      'evil.example#.localhost',
      'evil.example?.localhost',
      'evil.example\\.localhost',
      'user@localhost',
      'localhost:80:80',
      'localhost:http',
      'localhost:-1',
      'localhost:99999',
      'localhost:123456',
      '[::1',
      '::1',
      '[::1]x',
      '[::1]]',
      '[]',
      '[localhost]',
      '[::1%25lo]',
      '.localhost',
      'a..localhost',
      'localhost..',
      'local host',
      'localhost,evil.example',
      'localhost, localhost',
      'localhost\u00a0',
      '*.localhost',
      '%6cocalhost',
      'http://localhost',
      `${'a'.repeat(300)}.localhost`,
    ];
    for (const host of odd) {
      const lines = [`GET /v1/policy HTTP/1.1`, `Host: ${host}`];
      assert.strictEqual(await statusOf(open, lines), 400, `\`${host}\` without tokens`);
      assert.strictEqual(await statusOf(guarded, [...lines, withToken]), 400, `\`${host}\` with tokens`);
      const asked = [`POST /v1/enforce HTTP/1.1`, `Host: ${host}`, withToken];
      assert.strictEqual(await statusOf(open, asked, body), 400, `\`${host}\` asks`);
      assert.strictEqual(await statusOf(guarded, asked, body), 400, `\`${host}\` asks with a token`);
    }
  });

  it('is this machine where no tokens are needed, by a name that no other can have', async () => {
    const others = [
      'localhost.',
      'x.localhost.',
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'localhost-evil',
      'evil-localhost',
      'elocalhost',
      '0.0.0.0',
      '127.1',
      '2130706433',
      '0x7f.0.0.1',
      '[::]',
      '[2001:db8::1]:8181',
      'rolebook.internal:8181',
    ];
    for (const host of others) {
      assert.strictEqual(await statusOf(open, ['GET /v1/policy HTTP/1.1', `Host: ${host}`]), 421, host);
      assert.strictEqual(await statusOf(open, ['GET /healthz HTTP/1.1', `Host: ${host}`]), 421, host);
      assert.strictEqual(await statusOf(open, ['GET /nothing HTTP/1.1', `Host: ${host}`]), 421, host);
      assert.strictEqual(await statusOf(open, ['POST /v1/enforce HTTP/1.1', `Host: ${host}`], body), 421, host);
      // Who has a token reaches it by whatever name its network has.
      assert.strictEqual(await statusOf(guarded, ['GET /v1/policy HTTP/1.1', `Host: ${host}`, withToken]), 200, host);
    }
    const own = [
      'localhost',
      'LocalHost:8181',
      'localhost:',
      '127.0.0.1',
      '127.9.9.9:1',
      '[::1]:8181',
      'a.b.localhost:80',
    ];
    for (const host of own) {
      assert.strictEqual(await statusOf(open, ['GET /v1/policy HTTP/1.1', `Host: ${host}`]), 200, host);
      assert.strictEqual(await statusOf(open, ['POST /v1/enforce HTTP/1.1', `Host: ${host}`], body), 200, host);
    }
  });

  it('is said once: two `Host` headers are refused, whichever comes first, and two tokens are none', async () => {
    for (const hosts of [
      ['localhost', 'evil.example'],
      ['evil.example', 'localhost'],
      ['localhost', 'localhost'],
      ['localhost', ''],
    ]) {
      const lines = hosts.map((host) => `Host: ${host}`);
      for (const running of [open, guarded]) {
        assert.strictEqual(await statusOf(running, ['GET /v1/policy HTTP/1.1', ...lines, withToken]), 400);
        assert.strictEqual(await statusOf(running, ['POST /v1/enforce HTTP/1.1', ...lines, withToken], body), 400);
      }
    }
    const twice = [
      'GET /v1/policy HTTP/1.1',
      'Host: localhost',
      withToken,
      'Authorization: Bearer another-token-of-it',
    ];
    assert.strictEqual(await statusOf(guarded, twice), 401);
    assert.strictEqual(await statusOf(open, ['GET /v1/policy HTTP/1.1']), 400);
    assert.strictEqual(await statusOf(open, ['GET /v1/policy HTTP/1.0']), 200);
  });

  it('is the same in the request line, where that names a host', async () => {
    const from = (target: string, host: string, version = '1.1'): Promise<number> =>
      statusOf(open, [`GET ${target} HTTP/${version}`, `Host: ${host}`]);
    assert.strictEqual(await from('http://localhost/v1/policy', 'localhost'), 200);
    assert.strictEqual(await from('http://LOCALHOST:8181/v1/policy', 'localhost:8181'), 200);
    for (const target of [
      'http://evil.example/v1/policy',
      'http://localhost:8182/v1/policy',
      'http://localhost@evil.example/v1/policy',
      'http://user@localhost/v1/policy',
      'https://evil.example/v1/policy',
      'ftp://localhost/v1/policy',
      'http:///v1/policy',
      'http://localhost.evil.example/v1/policy',
    ]) {
      assert.strictEqual(await from(target, 'localhost'), 400, target);
    }
    assert.strictEqual(await from('http://evil.example/v1/policy', 'evil.example'), 421);
    assert.strictEqual(await statusOf(open, ['GET http://evil.example/v1/policy HTTP/1.0']), 400);
    const asked = ['POST http://localhost/v1/enforce HTTP/1.1', 'Host: localhost'];
    assert.strictEqual(await statusOf(open, asked, body), 200);
    const elsewhere = ['POST http://evil.example/v1/enforce HTTP/1.1', 'Host: localhost'];
    assert.strictEqual(await statusOf(open, elsewhere, body), 400);
  });

  it('is not what a proxy says: `X-Forwarded-*` and `Forwarded` are never believed', async () => {
    const forwarded = [
      'X-Forwarded-Host: localhost',
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Proto: https',
      'X-Real-IP: 127.0.0.1',
      'X-Original-URL: /healthz',
      'X-HTTP-Method-Override: GET',
      'Forwarded: for=127.0.0.1;host=localhost',
    ];
    assert.strictEqual(await statusOf(open, ['GET /v1/policy HTTP/1.1', 'Host: evil.example', ...forwarded]), 421);
    assert.strictEqual(await statusOf(guarded, ['GET /v1/policy HTTP/1.1', 'Host: localhost', ...forwarded]), 401);
    assert.strictEqual(await statusOf(open, ['POST /v1/policy/reload HTTP/1.1', 'Host: localhost', ...forwarded]), 403);
    const elsewhere = ['X-Forwarded-Host: evil.example', 'X-Forwarded-For: 203.0.113.9'];
    assert.strictEqual(await statusOf(open, ['GET /v1/policy HTTP/1.1', 'Host: localhost', ...elsewhere]), 200);
  });
});

describe('a caller without a token, where calls need one', () => {
  let secrets: PolicyFolder;
  let guarded: RunningSidecar;
  const bearer = { Authorization: `Bearer ${token}` };
  before(async () => {
    secrets = await createPolicyFolder({ tokens: `${token}\n` });
    guarded = await runSidecar({ tokenFile: `${secrets.root}/tokens` });
  });
  after(async () => {
    await disposeSidecars();
    await secrets.dispose();
  });

  const paths = [
    '/',
    '/nothing',
    '/v1',
    '/v1/enforce',
    '/v1/enforce/',
    '/v1/enforce/batch',
    '/V1/policy',
    '/v1/policy',
    '/v1/policy/reload',
    '/v1/fleet',
    '/metrics',
    '/v1/workspaces/support/roles',
    '/v1/workspaces/nowhere/roles',
    '/v1/workspaces/%zz/roles',
    '/v1/workspaces/%zz/nothing',
    '/v1/workspaces/support/members/ana',
    '/v1/organizations/acme/members',
    '/../healthz',
    '/healthz/..',
  ];

  it('learns nothing of which paths and methods there are', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      for (const path of paths) {
        const said = await guarded.call(path, { method });
        assert.strictEqual(said.status, 401, `${method} ${path}`);
        assert.strictEqual(said.headers['allow'], undefined, `${method} ${path}`);
        const wrong = await guarded.call(path, {
          method,
          headers: { Authorization: 'Bearer nobody-knows-this-token' },
        });
        assert.strictEqual(wrong.status, 401, `${method} ${path}`);
      }
    }
  });

  it('is told all that when it has one', async () => {
    const statusOf = async (method: string, path: string): Promise<number> =>
      (await guarded.call(path, { method, headers: bearer })).status;
    assert.strictEqual(await statusOf('GET', '/nothing'), 404);
    assert.strictEqual(await statusOf('GET', '/v1/enforce'), 405);
    assert.strictEqual(await statusOf('PATCH', '/v1/policy'), 405);
    assert.strictEqual(await statusOf('GET', '/v1/workspaces/%zz/roles'), 400);
    assert.strictEqual(await statusOf('GET', '/v1/workspaces/nowhere/roles'), 404);
  });

  it('may know of what is open', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json']) {
      assert.strictEqual((await guarded.call(path)).status, 200);
      assert.strictEqual((await guarded.call(path, { method: 'POST' })).status, 405);
    }
  });
});
