import { assert } from 'chai';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import {
  type Reply,
  type RunningSidecar,
  disposeSidecars,
  runSidecar,
  type SidecarSetup,
} from '../../support/running-sidecar.ts';

const ceilings = { places: 4, spare: 2, waiting: 4 };
const requestToken = 'request-token-of-the-application';
const adminToken = 'admin-token-of-the-pipeline';
const body = JSON.stringify({ subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' });

describe('the connections of a sidecar that has four places', () => {
  let secrets: PolicyFolder;
  let running: RunningSidecar;
  let to: number | string;
  const opened: RawConnection[] = [];
  before(async () => {
    secrets = await createPolicyFolder({ tokens: `${requestToken}\n`, admins: `${adminToken}\n` });
  });
  after(() => secrets.dispose());
  afterEach(async () => {
    for (const connection of opened.splice(0)) connection.destroy();
    await disposeSidecars();
  });

  const start = async (setup: SidecarSetup = {}): Promise<void> => {
    running = await runSidecar({
      tokenFile: `${secrets.root}/tokens`,
      adminTokenFile: `${secrets.root}/admins`,
      ceilings,
      drainTimeoutMs: 200,
      ...setup,
    });
    to = running.address.startsWith('unix:') ? running.address.slice('unix:'.length) : running.port;
  };
  const open = async (): Promise<RawConnection> => {
    const connection = await RawConnection.open(to);
    opened.push(connection);
    return connection;
  };
  const openMany = async (count: number): Promise<RawConnection[]> => {
    const connections: RawConnection[] = [];
    for (let index = 0; index < count; index += 1) connections.push(await open());
    return connections;
  };
  const headOf = (method: string, path: string, token: string, length: number): string =>
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const question = headOf('POST', '/v1/enforce', requestToken, body.length) + body;
  const ask = async (connection: RawConnection): Promise<void> => {
    connection.received = '';
    connection.send(question);
    await connection.untilReceived('"decision":true');
  };
  const askAll = async (connections: readonly RawConnection[]): Promise<void> => {
    for (const connection of connections) await ask(connection);
  };
  /** Connections with a request that is not complete, and will not be. */
  const keepAtWork = async (count: number): Promise<RawConnection[]> => {
    const connections = await openMany(count);
    for (const connection of connections) connection.send(question.slice(0, -10));
    // So long that the sidecar has read it, whatever else the machine does.
    await pause(100);
    return connections;
  };
  const bearing = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
  const call = (token: string, path = '/v1/policy', method = 'GET'): Promise<Reply> =>
    running.call(path, { method, headers: bearing(token) });
  const metric = async (name: string): Promise<number> => {
    const { text } = await call(adminToken, '/metrics');
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1),
    );
  };

  it('give way to new ones when they are idle, the one first that has been idle longest', async () => {
    await start();
    const [first, second, ...rest] = await openMany(4);
    if (!first || !second) throw new Error('no connections');
    await askAll([first, second, ...rest]);
    const newcomer = await open();
    await ask(newcomer);
    await first.untilClosed();
    const another = await open();
    await ask(another);
    await second.untilClosed();
    await askAll([...rest, newcomer, another]);
    assert.strictEqual(await metric('rolebook_connections_closed_for_room_total'), 3);
    assert.strictEqual(await metric('rolebook_connections_refused_total{how="dropped"}'), 0);
  });

  it('are never closed while there is room', async () => {
    await start();
    const connections = await openMany(4);
    for (let turn = 0; turn < 3; turn += 1) await askAll(connections);
    connections.pop()?.destroy();
    await pause(50);
    await ask(await open());
    await askAll(connections);
  });

  it('stay when an application uses them again and again, however many others come', async () => {
    await start();
    const kept = await open();
    for (let turn = 0; turn < 200; turn += 1) {
      const stranger = await open();
      // Three in four ask once and are kept open, the others say nothing.
      if (turn % 4 > 0) await ask(stranger);
      if (turn % 2 === 0) await ask(kept);
    }
    await ask(kept);
    assert.strictEqual(kept.isClosed, false);
    assert.strictEqual(await metric('rolebook_connections_refused_total{how="answered"}'), 0);
  });

  it('stay when an application has used them again and again and rests, while strangers ask once each', async () => {
    await start();
    const kept = await open();
    for (let turn = 0; turn < 10; turn += 1) await askAll([...(await openMany(1)), kept]);
    for (let turn = 0; turn < 100; turn += 1) await ask(await open());
    await ask(kept);
    assert.strictEqual(kept.isClosed, false);
  });

  it('stay when an application used them while nobody else was there, however many come at once then', async () => {
    await start({ ceilings: { ...ceilings, places: 8 } });
    const kept = await open();
    for (let turn = 0; turn < 20; turn += 1) {
      await ask(kept);
      await pause(50);
    }
    opened.push(...(await Promise.all(Array.from({ length: 60 }, () => RawConnection.open(to)))));
    await ask(kept);
    assert.strictEqual(kept.isClosed, false);
  });

  it('give way when nothing was ever sent, before those that were used', async () => {
    await start();
    const silent = await open();
    const used = await openMany(3);
    await askAll(used);
    await ask(await open());
    await silent.untilClosed();
    await askAll(used);
  });

  it('give way although a byte of a request comes now and then', async () => {
    await start();
    const slow = await openMany(4);
    for (let at = 0; at < 60; at += 1) {
      for (const connection of slow) connection.send(question.charAt(at));
      if (at % 20 === 0) await pause(20);
    }
    for (let turn = 0; turn < 8; turn += 1) await ask(await open());
    for (const connection of slow) await connection.untilClosed();
    assert.strictEqual(await metric('rolebook_connections_refused_total{how="answered"}'), 0);
  });

  it('stay while something is being answered on them, and a new caller is told that there is no place', async () => {
    await start();
    const atWork = await keepAtWork(4);
    const reply = await call(requestToken);
    expectProblem(reply, 503, 'overloaded');
    assert.include(reply.headers, { connection: 'close', 'retry-after': '1' });
    for (const connection of atWork) {
      connection.send(question.slice(-10));
      await connection.untilReceived('"decision":true');
    }
    assert.strictEqual((await call(requestToken)).status, 200);
    assert.strictEqual(await metric('rolebook_connections_refused_total{how="answered"}'), 1);
  });

  it('leave a place for an admin while all are at work, and for nobody else', async () => {
    await start();
    await keepAtWork(4);
    const reload = await call(adminToken, '/v1/policy/reload', 'POST');
    assert.strictEqual(reload.status, 200);
    assert.strictEqual(reload.headers.connection, 'close');
    assert.strictEqual((await call(adminToken, '/v1/policy')).status, 200);
    // A probe does not have it started again for being busy.
    assert.strictEqual((await running.call('/healthz')).status, 200);
    const wrong = [
      requestToken,
      `${adminToken}x`,
      adminToken.slice(1),
      adminToken.toUpperCase(),
      'x'.repeat(4000),
      '-',
    ];
    for (const token of wrong) expectProblem(await call(token, '/v1/policy/reload', 'POST'), 503, 'overloaded');
    expectProblem(await running.call('/v1/policy'), 503, 'overloaded');
    for (const path of ['/healthz?', '/healthz/', '/readyz', '/openapi.json', '/metrics', '/']) {
      expectProblem(await running.call(path), 503, 'overloaded');
    }
    expectProblem(await running.call('/healthz', { method: 'POST' }), 503, 'overloaded');
    assert.isAtMost(await metric('rolebook_connections'), 6);
  });

  it('leave that place although strangers fill it and say nothing, or never end their headers', async () => {
    await start();
    await keepAtWork(4);
    for (const said of ['', 'GET /v1/policy HTTP/1.1\r\nHost: localh', question]) {
      const strangers = await openMany(6);
      for (const stranger of strangers) stranger.send(said);
      await pause(20);
      assert.strictEqual((await call(adminToken, '/v1/policy/reload', 'POST')).status, 200, said);
    }
    assert.isAbove(await metric('rolebook_connections_refused_total{how="dropped"}'), 0);
  });

  it('never are more than there are places, however many come at once', async () => {
    await start();
    await keepAtWork(4);
    const come = await Promise.all(Array.from({ length: 200 }, () => RawConnection.open(to)));
    opened.push(...come);
    assert.isAtMost(await metric('rolebook_connections'), 6);
    const left = come.filter(({ isClosed }) => !isClosed);
    assert.isAtMost(left.length, 2);
  });

  it('are as many and give way alike on a unix socket', async () => {
    await start({ listenText: `unix:${join(tmpdir(), `rolebook-places-${process.pid}.sock`)}` });
    const connections = await openMany(4);
    await askAll(connections);
    const newcomer = await open();
    await ask(newcomer);
    await connections[0]?.untilClosed();
    await askAll([...connections.slice(1), newcomer]);
  });
});
