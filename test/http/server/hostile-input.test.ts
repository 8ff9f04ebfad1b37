import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import {
  type Call,
  type Reply,
  type RunningSidecar,
  disposeSidecars,
  runSidecar,
} from '../../support/running-sidecar.ts';

const allowed = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const bodyEndpoints = ['/v1/enforce', '/v1/enforce?explain', '/v1/enforce/batch', '/v1/enforce/batch?explain'];
const getEndpoints = [
  '/v1/workspaces/support/members/ana@acme.example/permissions',
  '/v1/workspaces/support/roles',
  '/v1/workspaces/support/members',
  '/v1/organizations/acme/members',
  '/v1/policy',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
];

// INVARIANT: whatever is sent, the answer is a problem with 4xx, nothing is allowed, and the next request is served.
describe('hostile input', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ requestTimeoutMs: 400 })));
  after(async () => {
    assert.strictEqual(running.logged.text, '', 'nothing of this is worth a line in the log');
    await disposeSidecars();
  });
  afterEach(async () => {
    assert.include((await running.enforce(allowed)).json as object, { decision: true });
  });

  const refuse = async (path: string, call: Call, status?: number, code?: string): Promise<Reply> => {
    const reply = await running.call(path, call);
    assert.isAtLeast(reply.status, 400, `${path} ${reply.text}`);
    assert.isAtMost(reply.status, 499, `${path} ${reply.text}`);
    assert.strictEqual(reply.headers['content-type'], 'application/problem+json', path);
    assert.notInclude(reply.text, '"decision":true');
    if (status !== undefined && code !== undefined) expectProblem(reply, status, code);
    return reply;
  };
  const refuseBody = async (body: string | Buffer, status?: number, code?: string): Promise<void> => {
    for (const path of bodyEndpoints) await refuse(path, { method: 'POST', body }, status, code);
  };

  it('of wrong types is refused', async () => {
    const values = [null, true, 0, -1, 1e308, '', 'x', [], [[]], {}, { subject: {} }, [allowed], 'x'.repeat(5000)];
    for (const value of values) await refuseBody(JSON.stringify(value), 400, 'invalid-request');
    for (const name of ['subject', 'workspace', 'permission']) {
      for (const value of [null, true, 0, '', [], {}, [allowed.subject], { id: allowed.subject }, 'x'.repeat(5000)]) {
        const request = { ...allowed, [name]: value };
        await refuse('/v1/enforce', { method: 'POST', body: request }, 400, 'invalid-request');
        await refuse('/v1/enforce/batch', { method: 'POST', body: { requests: [allowed, request] } }, 400);
      }
    }
  });

  it('that is not JSON is refused without repeating it', async () => {
    const secret = 'hunter2-hunter2';
    const texts = [secret, `{"subject": ${secret}`, `{'a': '${secret}'}`, `[1,]${secret}`, `{"a":"${secret}"`, 'NaN'];
    for (const text of texts) {
      for (const path of bodyEndpoints) {
        const reply = await refuse(path, { method: 'POST', body: text }, 400, 'malformed-json');
        assert.notInclude(reply.text, secret);
      }
    }
    await refuseBody('', 400, 'malformed-json');
    await refuseBody('\ufeff{}', 400, 'malformed-json');
  });

  it('that is not UTF-8 is refused', async () => {
    for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
      const body = Buffer.concat([Buffer.from('{"subject":"'), Buffer.from(bytes), Buffer.from('"}')]);
      await refuseBody(body, 400, 'not-utf8');
    }
    await refuseBody(Buffer.from('{}', 'utf16le'), 400, 'malformed-json');
  });

  it('with a name twice in one object is refused, wherever and however it is written', async () => {
    const twice = [
      '{"subject":"mallory","subject":"ana@acme.example","workspace":"support","permission":"tag:create"}',
      '{"subject":"mallory","\\u0073ubject":"ana@acme.example","workspace":"support","permission":"tag:create"}',
      '{"subject":"ana@acme.example","workspace":"support","permission":"tag:create","resource":{"a":[{"b":1,"b":2}]}}',
      '{"requests":[],"requests":[]}',
      '{"__proto__":1,"__proto__":2}',
    ];
    for (const body of twice) await refuseBody(body, 400, 'duplicate-key');
  });

  it('nested deeper than a request may be is refused', async () => {
    const nest = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const withResource = (depth: number): string =>
      JSON.stringify({ ...allowed, resource: { a: 'DEEP' } }).replace('"DEEP"', nest(depth));
    await refuseBody(nest(30_000), 400, 'too-deep');
    await refuseBody(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 400, 'too-deep');
    await refuse('/v1/enforce', { method: 'POST', body: withResource(limits.requestDepth - 1) }, 400, 'too-deep');
    const deepest = await running.call('/v1/enforce', { method: 'POST', body: withResource(limits.requestDepth - 2) });
    assert.include(deepest.json as object, { decision: true });
  });

  it('with half of a surrogate pair in a name is refused', async () => {
    for (const name of ['subject', 'workspace', 'permission', 'scope']) {
      const request = { ...allowed, [name]: 'a\ud800' };
      await refuse('/v1/enforce', { method: 'POST', body: request }, 400, 'invalid-request');
      await refuse('/v1/enforce/batch', { method: 'POST', body: { requests: [request] } }, 400, 'invalid-request');
    }
  });

  it('with an id that nobody reads as it is, is refused', async () => {
    const ids = [
      'ana\u200b@acme.example',
      '\u0430na@acme.example',
      '\u202eelpmaxe',
      'zoe\u0308',
      '\uff41na',
      'a\u00a0b',
    ];
    for (const subject of ids) {
      for (const named of [subject, { type: 'user', id: subject }]) {
        const request = { ...allowed, subject: named };
        await refuse('/v1/enforce', { method: 'POST', body: request }, 400, 'invalid-request');
        await refuse('/v1/enforce/batch', { method: 'POST', body: { requests: [request] } }, 400, 'invalid-request');
      }
      await refuse(
        `/v1/workspaces/support/members/${encodeURIComponent(subject)}/permissions`,
        {},
        400,
        'invalid-request',
      );
    }
  });

  it('with __proto__ or constructor beside the members a request has is refused', async () => {
    const members = ['"__proto__": {"subject": "ana@acme.example"}', '"constructor": {}', '"toString": 1', '"": 1'];
    for (const member of members) {
      await refuseBody(`{${member}, ${JSON.stringify(allowed).slice(1)}`, 400, 'invalid-request');
      await refuseBody(`{${member}, "requests": []}`, 400, 'invalid-request');
      await refuseBody(`{${member}}`, 400, 'invalid-request');
    }
    await refuseBody('{"requests": [{"__proto__": {"subject": "ana@acme.example"}}]}', 400, 'invalid-request');
  });

  it('of another media type, encoding or character set is refused', async () => {
    const body = JSON.stringify(allowed);
    const browserTypes = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];
    const nearTypes = ['application/json-patch+json', 'application/json; charset=utf-16', 'text/json', ' '];
    for (const type of [...browserTypes, ...nearTypes]) {
      for (const path of bodyEndpoints) {
        await refuse(path, { method: 'POST', body, headers: { 'Content-Type': type } }, 415, 'unsupported-media-type');
      }
    }
    for (const encoding of ['gzip', 'br', 'identity, gzip', 'x']) {
      const headers = { 'Content-Encoding': encoding };
      await refuse('/v1/enforce', { method: 'POST', body, headers }, 415, 'unsupported-media-type');
    }
    for (const type of ['application/json;charset=utf-8', 'Application/JSON; charset="UTF-8"']) {
      const reply = await running.call('/v1/enforce', { method: 'POST', body, headers: { 'Content-Type': type } });
      assert.include(reply.json as object, { decision: true }, type);
    }
  });

  it('of ten megabytes is refused on every endpoint, and most of it is never read', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024, 0x20);
    for (const path of bodyEndpoints) await refuse(path, { method: 'POST', body }, 413, 'body-too-large');
    await refuse('/nowhere', { method: 'POST', body }, 404, 'not-found');
    for (const path of getEndpoints) await refuse(path, { method: 'POST', body }, 405, 'method-not-allowed');
    const connection = await RawConnection.open(running.port);
    connection.send(`POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\n${json}Transfer-Encoding: chunked\r\n\r\n`);
    for (let sent = 0; sent < 640; sent += 1) connection.send(`4000\r\n${' '.repeat(0x4000)}\r\n`);
    await connection.untilReceived('HTTP/1.1 413');
    await connection.untilClosed();
    assert.include(connection.received, 'Connection: close');
    // The rest of the ten megabytes stayed with the client, or in the buffers of the system.
    assert.isBelow(connection.bytesWritten, 10 * 1024 * 1024);
  });

  it('just within the limits is answered', async () => {
    const filler = 'x'.repeat(limits.requestBodyBytes - JSON.stringify({ ...allowed, context: { a: '' } }).length);
    const largest = { ...allowed, context: { a: filler } };
    assert.include((await running.enforce(largest)).json as object, { decision: true });
    const larger = { ...allowed, context: { a: `${filler}x` } };
    await refuse('/v1/enforce', { method: 'POST', body: larger }, 413, 'body-too-large');
  });

  it('sent with another method is refused, and the answer names the right ones', async () => {
    for (const path of ['/v1/enforce', '/v1/enforce/batch', '/v1/policy/reload']) {
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
        const reply = await refuse(path, { method }, 405, 'method-not-allowed');
        assert.strictEqual(reply.headers.allow, 'POST', `${method} ${path}`);
      }
    }
    for (const path of getEndpoints) {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const reply = await refuse(path, { method }, 405, 'method-not-allowed');
        assert.strictEqual(reply.headers.allow, 'GET, HEAD', `${method} ${path}`);
      }
    }
  });

  it('in the path is a problem, never a page of Express', async () => {
    const paths = ['/', '/v1', '/V1/enforce', '/v1/enforce/', '//v1/enforce', '/v1/%65nforce', '/healthz/'];
    for (const path of [...paths, '/../healthz']) expectProblem(await running.call(path), 404, 'not-found');
    for (const path of ['/v1/workspaces/%zz/roles', '/v1/workspaces/support/members/%ff/permissions']) {
      expectProblem(await running.call(path), 400, 'malformed-http');
    }
    for (const id of ['__proto__', 'constructor', '..%2f..', 'x'.repeat(5000), '%00', '%F0%9F%92%A9']) {
      expectProblem(await running.call(`/v1/workspaces/${id}/roles`), 404, 'unknown-workspace');
    }
    for (const id of ['%00', '%22', 'a%28b', '%20a', 'x'.repeat(300)]) {
      expectProblem(await running.call(`/v1/workspaces/support/members/${id}/permissions`), 400, 'invalid-request');
    }
    expectProblem(await running.call('/v1/policy?__proto__[a]=1'), 400, 'unknown-parameter');
  });

  it('that never ends is cut off in time', async () => {
    const slowBody = await RawConnection.open(running.port);
    slowBody.send(`POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\n${json}Content-Length: 100\r\n\r\n{"subject"`);
    const slowHeaders = await RawConnection.open(running.port);
    slowHeaders.send('GET /healthz HTTP/1.1\r\nHost: lo');
    for (const connection of [slowBody, slowHeaders]) {
      await connection.untilReceived('"code":"request-timeout"');
      await connection.untilClosed();
      assert.match(connection.received, /^HTTP\/1\.1 408 /);
      assert.include(connection.received, 'application/problem+json');
    }
  });

  it('that never begins is cut off without an answer to nothing', async () => {
    const silent = await RawConnection.open(running.port);
    await silent.untilClosed();
    assert.strictEqual(silent.received, '');
  });

  it('that is no HTTP at all is answered with a problem', async () => {
    const texts: [string, number][] = [
      ['\u0016\u0003\u0001\u0002\u0000\r\n\r\n', 400],
      ['GARBAGE\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\nHost: localhost\r\nBad Header: 1\r\n\r\n', 400],
      [`POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 400],
      [`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: the-unexpected\r\n\r\n', 417],
    ];
    for (const [text, status] of texts) {
      const connection = await RawConnection.open(running.port);
      connection.send(text);
      await connection.untilReceived('"code":');
      assert.strictEqual(connection.received.startsWith(`HTTP/1.1 ${status} `), true, connection.received);
      assert.include(connection.received, 'application/problem+json');
      connection.destroy();
    }
  });

  it('that breaks off in the middle does not trouble anybody', async () => {
    for (const text of ['', '{"subject"', '{"subject":"ana@acme.example"}']) {
      const connection = await RawConnection.open(running.port);
      connection.send(`POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\n${json}Content-Length: 100\r\n\r\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      connection.destroy();
    }
  });

  it('does not spoil the next request on the same connection', async () => {
    const connection = await RawConnection.open(running.port);
    for (const body of ['{', JSON.stringify(allowed)]) {
      const head = `POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\n${json}Content-Length: ${body.length}\r\n\r\n`;
      connection.send(head + body);
    }
    await connection.untilReceived('"decision":true');
    assert.match(connection.received, /^HTTP\/1\.1 400 [^]*HTTP\/1\.1 200 /);
    connection.destroy();
  });
});

const json = 'Content-Type: application/json\r\n';
