import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const allow = JSON.stringify({ subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' });
const deny = JSON.stringify({ subject: 'nobody@acme.example', workspace: 'support', permission: 'tag:create' });

// The body goes past the stream that Node makes of a request, so however it comes, it must come whole.
describe('the body of a request', () => {
  let running: RunningSidecar;
  let connection: RawConnection;
  before(async () => (running = await runSidecar()));
  after(disposeSidecars);
  beforeEach(async () => (connection = await RawConnection.open(running.port)));
  afterEach(() => connection.destroy());

  const head = (length: string, path = '/v1/enforce'): string =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
  const withLength = (body: string): string => head(`Content-Length: ${Buffer.byteLength(body)}`) + body;
  const chunked = (...chunks: string[]): string =>
    head('Transfer-Encoding: chunked') +
    [...chunks, ''].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  const decisions = (): string[] => connection.received.match(/"decision":(true|false)/g) ?? [];
  const untilDecided = (count: number): Promise<void> =>
    connection.until(`${count} decisions`, () => decisions().length === count);

  it('is read in one piece, byte by byte, and chunk by chunk, to the same answer', async () => {
    connection.send(withLength(allow));
    await untilDecided(1);
    for (const byte of withLength(allow)) {
      connection.send(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await untilDecided(2);
    connection.send(chunked(allow));
    connection.send(chunked(...Array.from(allow)));
    await untilDecided(4);
    assert.deepEqual(new Set(decisions()), new Set(['"decision":true']));
  });

  it('belongs to its own request when many come at once, allow beside deny', async () => {
    const bodies = Array.from({ length: 50 }, (_, index) => (index % 3 === 0 ? allow : deny));
    connection.send(bodies.map((body, index) => (index % 2 === 0 ? withLength(body) : chunked(body))).join(''));
    await untilDecided(bodies.length);
    assert.deepEqual(
      decisions(),
      bodies.map((body) => `"decision":${body === allow}`),
    );
  });

  it('that is empty is refused, and the next request on the connection is answered', async () => {
    connection.send(head('Content-Length: 0') + head('X-Nothing: here') + chunked() + withLength(allow));
    await untilDecided(1);
    assert.lengthOf(connection.received.match(/the body is empty/g)!, 3);
  });

  it('of which a byte is missing is waited for, and decides nothing', async () => {
    connection.send(withLength(allow).slice(0, -1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.strictEqual(connection.received, '');
    connection.send('}');
    await untilDecided(1);
  });

  it('that grows beyond the limit without having said so is refused once, and the connection ends', async () => {
    const chunk = 'x'.repeat(limits.requestBodyBytes / 2);
    connection.send(chunked(chunk, chunk, 'x', chunk, chunk));
    await connection.untilReceived('body-too-large');
    await connection.untilClosed();
    assert.lengthOf(connection.received.match(/HTTP\/1.1/g)!, 1);
    assert.match(connection.received, /^HTTP\/1.1 413 /);
  });

  it('is asked for when the client wants to be asked', async () => {
    connection.send(head(`Content-Length: ${allow.length}\r\nExpect: 100-continue`));
    await connection.untilReceived('100 Continue');
    connection.send(allow);
    await untilDecided(1);
  });

  it('that breaks off leaves nothing behind that answers', async () => {
    for (let count = 0; count < 20; count += 1) {
      const broken = await RawConnection.open(running.port);
      broken.send(withLength(allow).slice(0, -10));
      broken.destroy();
    }
    connection.send(withLength(deny));
    await untilDecided(1);
    assert.deepEqual(decisions(), ['"decision":false']);
    assert.strictEqual(running.logged.text, '');
  });

  it('is read as a stream where nobody takes it at once, and then forgotten', async () => {
    const post = (path: string): string => head(`Content-Length: ${allow.length}`, path) + allow;
    connection.send(post('/nowhere') + post('/v1/policy') + withLength(allow));
    await untilDecided(1);
    assert.deepEqual(connection.received.match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 404', 'HTTP/1.1 405', 'HTTP/1.1 200']);
  });
});
