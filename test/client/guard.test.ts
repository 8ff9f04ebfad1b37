import { assert } from 'chai';
import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createGuard, type Identity } from '../../packages/client/src/express/guard.ts';
import { createClient, type Client } from '../../packages/client/src/node.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../support/running-sidecar.ts';

interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

describe('a route behind a guard', () => {
  let running: RunningSidecar;
  let client: Client;
  let server: Server;
  let reached = 0;

  before(async () => {
    running = await runSidecar();
    client = createClient({ url: running.address, timeoutMs: 2000 });
    const app = express();
    const identify = ({ headers }: express.Request): Identity | undefined => {
      const id = headers['x-user'];
      if (id === 'broken') throw new Error('the session store is down');
      return typeof id === 'string' ? { subject: id, workspace: 'support' } : undefined;
    };
    const requirePermission = createGuard(client, identify);
    const gone = createGuard(createClient({ url: 'http://127.0.0.1:9', timeoutMs: 100 }), identify);
    const done = (_request: express.Request, response: express.Response): void => {
      reached += 1;
      response.json({ done: true });
    };
    const owner = ({ params }: express.Request): object => ({ resource: { owner: params['owner'] } });
    app.get('/tags', requirePermission('tag:create'), done);
    app.get('/messages/:owner', requirePermission('message:send', owner), done);
    app.get(
      '/elsewhere',
      requirePermission('tag:create', () => ({ workspace: 'sales' })),
      done,
    );
    app.get(
      '/company',
      requirePermission('tag:create', () => ({ organization: 'acme' })),
      done,
    );
    app.get('/twice', requirePermission('tag:create'), requirePermission('tag:create'), done);
    app.get(
      '/wrong',
      requirePermission('tag:create', () => ({ scop: 'shared' }) as object),
      done,
    );
    app.get('/gone', gone('tag:create'), done);
    app.get(
      '/failing',
      requirePermission('tag:create', () => Promise.reject(new Error('no such thing'))),
      done,
    );
    const fail: express.ErrorRequestHandler = (error, _request, response, next) => {
      if (response.headersSent) next(error);
      else response.status(500).end();
    };
    app.use(fail);
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.close();
    client.close();
    await disposeSidecars();
  });

  const get = async (path: string, user?: string): Promise<Reply> => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const response = await fetch(`${address}${path}`, { headers: user === undefined ? {} : { 'X-User': user } });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), body: text && JSON.parse(text) };
  };

  it('is reached by who may, and by nobody else', async () => {
    const before = reached;
    assert.deepEqual((await get('/tags', 'ana@acme.example')).body, { done: true });
    assert.strictEqual(reached, before + 1);
    const denied = await get('/tags', 'cy@acme.example');
    assert.deepInclude(denied, { status: 403, type: 'application/problem+json' });
    assert.deepInclude(denied.body as object, { status: 403, code: 'permission-required', permission: 'tag:create' });
    assert.deepInclude(await get('/tags'), { status: 401, type: 'application/problem+json' });
    assert.strictEqual(reached, before + 1);
  });

  it('is asked of the thing that the request is about, and of the place that it names', async () => {
    assert.strictEqual((await get('/messages/bo@acme.example', 'bo@acme.example')).status, 200);
    assert.strictEqual((await get('/messages/ana@acme.example', 'bo@acme.example')).status, 403);
    assert.strictEqual((await get('/elsewhere', 'ana@acme.example')).status, 403);
    assert.strictEqual((await get('/company', 'ana@acme.example')).status, 403);
  });

  it('is not reached where nothing can be said, and tells whose fault that is', async () => {
    const before = reached;
    const gone = await get('/gone', 'ana@acme.example');
    assert.deepInclude(gone, { status: 503, type: 'application/problem+json' });
    assert.notInclude(JSON.stringify(gone.body), '127.0.0.1');
    for (const path of ['/wrong', '/failing']) assert.strictEqual((await get(path, 'ana@acme.example')).status, 500);
    assert.strictEqual((await get('/tags', 'broken')).status, 500);
    assert.strictEqual(reached, before);
  });

  it('asks the same question once for a request', async () => {
    const count = async (): Promise<number> => {
      const { text } = await running.call('/metrics');
      const lines = text.split('\n').filter((line) => /^rolebook_decisions_total\{/.test(line));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const before = await count();
    assert.strictEqual((await get('/twice', 'ana@acme.example')).status, 200);
    assert.strictEqual((await count()) - before, 1);
  });
});
