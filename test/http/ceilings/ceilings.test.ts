import { assert } from 'chai';
import { Room } from '../../../src/http/messages/room.ts';
import { UnreadAnswers } from '../../../src/http/messages/unread-answers.ts';
import { limits } from '../../../src/policy/limits.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const allowed = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const allow = JSON.stringify(allowed);
const batchPath = '/v1/enforce/batch';

function head(path: string, length: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
}

function withLength(body: string, path = '/v1/enforce'): string {
  return head(path, `Content-Length: ${Buffer.byteLength(body)}`) + body;
}

const ofBytes = (count: number, byte = ' '): string => `1\r\n${byte}\r\n`.repeat(count);

/** What a metric says; a real sidecar tells it of itself. */
async function readMetric(running: RunningSidecar, line: string): Promise<number> {
  const { text } = await running.call('/metrics');
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return Number(found?.split(' ')[1]);
}

async function untilMetric(running: RunningSidecar, line: string, holds: (value: number) => boolean): Promise<void> {
  for (let tries = 0; !holds(await readMetric(running, line)); tries += 1) {
    if (tries > 300) assert.fail(`${line} is ${await readMetric(running, line)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('what bodies may hold', () => {
  let running: RunningSidecar;
  const connections: RawConnection[] = [];
  before(async () => (running = await runSidecar()));
  after(disposeSidecars);
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.destroy();
    await untilMetric(running, 'rolebook_held_bytes{what="bodies"}', (held) => held === 0);
  });
  const connect = async (): Promise<RawConnection> => {
    const connection = await RawConnection.open(running.port);
    connections.push(connection);
    return connection;
  };

  it('is a small multiple of their bytes, in however small pieces they come', async () => {
    const connection = await connect();
    connection.send(head(batchPath, 'Transfer-Encoding: chunked') + ofBytes(3000));
    await untilMetric(running, 'rolebook_held_bytes{what="bodies"}', (held) => held >= 3000);
    assert.isBelow(await readMetric(running, 'rolebook_held_bytes{what="bodies"}'), 3 * 3000);
    connection.send('0\r\n\r\n');
    await connection.untilReceived('malformed-json');
  });

  it('does not let them come in a million pieces', async () => {
    for (const path of [batchPath, '/v1/enforce']) {
      const connection = await connect();
      connection.send(head(path, 'Transfer-Encoding: chunked') + ofBytes(limits.bodyPieces + 1));
      await connection.untilReceived('HTTP/1.1 413');
      assert.include(connection.received, 'pieces');
      await connection.untilClosed();
    }
    const connection = await connect();
    const pieces = Array.from(allow, (byte) => ofBytes(1, byte)).join('') + ofBytes(limits.bodyPieces - allow.length);
    connection.send(`${head('/v1/enforce', 'Transfer-Encoding: chunked')}${pieces}0\r\n\r\n`);
    await connection.untilReceived('"decision":true');
  });

  it('keeps room for small bodies when large ones take all the rest, and tells those to try again', async () => {
    const good = await connect();
    const half = JSON.stringify({
      requests: Array.from({ length: 999 }, () => ({ ...allowed, context: { a: 'x'.repeat(880) } })),
    });
    const large = half.slice(0, 900_000);
    const count = 40;
    for (let index = 0; index < count; index += 1)
      (await connect()).send(withLength(half, batchPath).slice(0, 900_000));
    await untilMetric(running, 'rolebook_overload_refusals_total{cause="bodies"}', (refused) => refused > 0);
    const refused = connections.filter(({ received }) => received !== '');
    assert.isAtLeast(refused.length, 1);
    assert.isAtMost(refused.length, count - 16);
    for (const { received } of refused) {
      assert.match(received, /^HTTP\/1\.1 503 /);
      assert.include(received, 'Retry-After: 1');
      assert.include(received, '"code":"overloaded"');
    }
    assert.isAtMost(await readMetric(running, 'rolebook_held_bytes{what="bodies"}'), limits.bodiesBytes);
    // A kept connection goes on, with a body in one piece and with one in many.
    good.send(withLength(allow));
    for (const byte of withLength(allow)) {
      good.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await good.until('two decisions', () => good.received.split('"decision":true').length === 3);
    assert.include((await running.enforce(allowed)).json as object, { decision: true });
    for (const connection of connections) connection.destroy();
    await untilMetric(running, 'rolebook_held_bytes{what="bodies"}', (held) => held === 0);
    assert.strictEqual((await running.call(batchPath, { method: 'POST', body: half })).status, 200);
    assert.isBelow(large.length, half.length);
  });

  it('is nothing for a body that nobody reads', async () => {
    const connection = await connect();
    connection.send(`GET /v1/policy HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n${'x'.repeat(30_000)}`);
    await connection.untilReceived('"revision"');
    connection.send('x'.repeat(30_000) + withLength(allow));
    await connection.untilReceived('"decision":true');
  });

  it('ends with chunk extensions and trailers without end, which are headers by another name', async () => {
    const extended = await connect();
    extended.send(`${head(batchPath, 'Transfer-Encoding: chunked')}1;a=${'x'.repeat(40_000)}\r\n \r\n`);
    await extended.untilReceived('HTTP/1.1 431');
    await extended.untilClosed();
    const trailed = await connect();
    trailed.send(`${head(batchPath, 'Transfer-Encoding: chunked')}0\r\n${'a: b\r\n'.repeat(20_000)}`);
    await trailed.untilReceived('HTTP/1.1 431');
    await trailed.untilClosed();
    assert.include((await running.enforce(allowed)).json as object, { decision: true });
  });
});

describe('requests that are sent ahead', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar()));
  after(disposeSidecars);

  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

  it('are answered in their order, of every kind', async () => {
    const connection = await RawConnection.open(running.port);
    const kinds = [get('/healthz'), withLength(allow), get('/v1/policy'), get('/nowhere'), withLength('{')];
    connection.send(Array.from({ length: 60 }, (_, index) => kinds[index % kinds.length] ?? '').join(''));
    const statuses = (): string[] => connection.received.match(/HTTP\/1\.1 \d+/g) ?? [];
    await connection.until('sixty answers', () => statuses().length === 60);
    const expected = ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 400'];
    assert.deepEqual(
      statuses(),
      Array.from({ length: 60 }, (_, index) => expected[index % 5]),
    );
    connection.destroy();
  });

  it('by thousands end their connection, and nobody else notices', async () => {
    const good = await RawConnection.open(running.port);
    const floods = [get('/openapi.json'), get('/metrics'), get('/n'), withLength(allow), withLength('{}'), get('/%zz')];
    floods.push(
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\n\r\n',
      withLength('{"requests":[]}', batchPath),
    );
    for (const [index, flood] of floods.entries()) {
      const connection = await RawConnection.open(running.port);
      connection.send(flood.repeat(20_000));
      await connection.untilClosed();
      good.send(withLength(allow));
      await good.until('an answer', () => good.received.split('"decision":true').length === index + 2);
    }
    assert.isAtLeast(await readMetric(running, 'rolebook_cut_connections_total{cause="sent-ahead"}'), 6);
    good.destroy();
  });

  it('one after the other are as many as anybody likes', async () => {
    const connection = await RawConnection.open(running.port);
    for (let asked = 1; asked <= 3 * limits.pipelinedRequests; asked += 1) {
      connection.send(withLength(allow));
      await connection.until('a decision', () => connection.received.split('"decision":true').length === asked + 1);
    }
    connection.destroy();
  });
});

describe('an answer that is not read', () => {
  after(disposeSidecars);

  const manyRoles = (): Record<string, string> => {
    const long = 'x'.repeat(100);
    const roles = Array.from(
      { length: 900 },
      (_, index) => `  role-${index}: { title: ${long}, description: ${long.repeat(4)}, grants: [tag:create] }`,
    );
    const members = Array.from({ length: 900 }, (_, index) => `  user-${index}: role-${index}`);
    const text = ['workspace: many', 'title: Many', 'roles:', ...roles, 'members:', ...members, ''].join('\n');
    return { ...smallPolicy(), 'policies/many.yaml': text };
  };
  const listing = 'GET /v1/workspaces/many/roles HTTP/1.1\r\nHost: localhost\r\n\r\n';

  it('is kept for a while, then its caller is cut off and what it held is free', async () => {
    const running = await runSidecar({ files: manyRoles(), unreadAnswers: new UnreadAnswers({ stallMs: 1500 }) });
    const deaf = await RawConnection.open(running.port);
    deaf.stopReading();
    deaf.send(listing.repeat(60));
    await untilMetric(running, 'rolebook_held_bytes{what="answers"}', (held) => held > 0);
    assert.isAtMost(await readMetric(running, 'rolebook_held_bytes{what="answers"}'), limits.unreadAnswersBytes);
    assert.include((await running.enforce(allowed)).json as object, { decision: true });
    await untilMetric(running, 'rolebook_cut_connections_total{cause="unread"}', (cut) => cut === 1);
    await untilMetric(running, 'rolebook_held_bytes{what="answers"}', (held) => held === 0);
    deaf.destroy();
  });

  it('is read to its end by whoever reads it slowly, and has to be by a time', async () => {
    const running = await runSidecar({ files: manyRoles(), unreadAnswers: new UnreadAnswers({ stallMs: 5000 }) });
    const slow = await RawConnection.open(running.port);
    slow.stopReading();
    slow.send(listing.repeat(40));
    await untilMetric(running, 'rolebook_held_bytes{what="answers"}', (held) => held > 0);
    slow.goOnReading();
    // Its length alone is looked at: to search twenty megabytes again and again would take longer than to send them.
    const { text } = await running.call('/v1/workspaces/many/roles');
    await slow.until('forty answers', () => slow.received.length > 40 * text.length, 15_000);
    slow.destroy();
    const strict = await runSidecar({ files: manyRoles(), unreadAnswers: new UnreadAnswers({ readMs: 300 }) });
    const late = await RawConnection.open(strict.port);
    late.stopReading();
    late.send(listing.repeat(60));
    await untilMetric(strict, 'rolebook_cut_connections_total{cause="unread"}', (cut) => cut === 1);
    late.destroy();
  });

  it('of many callers is kept up to a bound; whoever asks for something large then is told to try again', async () => {
    const room = new Room(2_000_000, 500_000);
    const running = await runSidecar({ files: manyRoles(), unreadAnswers: new UnreadAnswers({ room }) });
    const deaf: RawConnection[] = [];
    for (let count = 0; count < 5; count += 1) {
      const connection = await RawConnection.open(running.port);
      connection.stopReading();
      connection.send(listing.repeat(40));
      deaf.push(connection);
    }
    const refusals = 'rolebook_overload_refusals_total{cause="answers"}';
    await untilMetric(running, refusals, (refused) => refused > 0);
    // Those that the system still takes come and go; what stays is kept.
    const held = 'rolebook_held_bytes{what="answers"}';
    const lately: number[] = [];
    await untilMetric(running, held, (bytes) => {
      lately.unshift(bytes);
      return lately.length > 10 && new Set(lately.slice(0, 10)).size === 1;
    });
    assert.isAtLeast(lately[0] as number, 1_000_000);
    assert.isAtMost(lately[0] as number, 1_500_000);
    assert.isAtMost(Math.max(...lately), 1_500_000);
    const reply = await running.call('/v1/workspaces/many/roles');
    expectProblem(reply, 503, 'overloaded');
    assert.strictEqual(reply.headers['retry-after'], '1');
    assert.include((await running.enforce(allowed)).json as object, { decision: true });
    for (const connection of deaf) connection.destroy();
    await untilMetric(running, held, (bytes) => bytes === 0);
    assert.strictEqual((await running.call('/v1/workspaces/many/roles')).status, 200);
  });
});
