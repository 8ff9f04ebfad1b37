import { assert } from 'chai';
import fc from 'fast-check';
import { connect } from 'node:net';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../support/running-sidecar.ts';
import { fuzz, fuzzTimeoutMs } from './fuzz.ts';

const allowed = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const allow = JSON.stringify(allowed);
const requestTimeoutMs = 400;

/** Its answer would name its code, which nothing else here is answered. */
const smuggled = 'GET /v1/workspaces/smuggled/roles HTTP/1.1\r\nHost: localhost\r\n\r\n';
const smuggledCode = 'unknown-workspace';

const line = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\n\r\n');
const start = fc.constantFrom(
  'POST /v1/enforce HTTP/1.1',
  'POST /v1/enforce/batch HTTP/1.1',
  'POST /v1/enforce?explain HTTP/1.1',
  'POST /v1/enforce HTTP/1.0',
  'GET /v1/policy HTTP/1.1',
  'GET /healthz HTTP/1.1',
  'GET http://localhost/healthz HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'CONNECT localhost:80 HTTP/1.1',
  'PRI * HTTP/2.0',
  'POST  /v1/enforce HTTP/1.1',
  'GET /healthz HTTP/1.9',
  'GET /healthz',
);
const header = fc.oneof(
  fc.constantFrom(
    'Host: localhost',
    'Content-Type: application/json',
    'Connection: close',
    'Connection: keep-alive, upgrade',
    'Upgrade: websocket',
    'Expect: 100-continue',
    'Expect: x',
    `Content-Length: ${allow.length}`,
    'Content-Length: 0',
    'Content-Length: -1',
    'Content-Length: 5, 5',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: identity',
    'Trailer: X',
    ' folded',
    'No-Colon',
    'Space : before',
  ),
  fc.nat(20_000).map((length) => `X-Large: ${'x'.repeat(length)}`),
  fc.string({ maxLength: 20 }),
);
const chunkSize = fc.constantFrom(
  allow.length.toString(16),
  '0',
  '1',
  'ffffffffffffffff',
  '-1',
  '0x5',
  'g',
  '',
  '5;a="b',
  ' 5',
  '5 ',
);
const payload = fc.oneof(
  fc.constantFrom(allow, '', '{', `${allow}${allow}`, smuggled, '0\r\n\r\n'),
  chunkSize.map((size) => `${size}\r\n${allow}\r\n0\r\n\r\n`),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const piece = fc
  .record({ start, headers: fc.array(header, { maxLength: 6 }), line, payload, isPlain: fc.boolean() })
  .map((made) => {
    const plain = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${made.payload.length}`];
    const headers = made.isPlain ? [...plain, ...made.headers] : made.headers;
    return `${[made.start, ...headers].join(made.line)}${made.line}${made.line}${made.payload}`;
  });
const stream = fc.record({
  pieces: fc.array(piece, { minLength: 1, maxLength: 4 }),
  /** Where it is cut in two and sent in two turns. */
  cuts: fc.array(fc.nat(600), { maxLength: 3 }),
  flips: fc.array(fc.record({ at: fc.nat(600), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 2 }),
});

// Framing that two readers may read in two ways, with a second request in what one of them takes for the body.
const ambiguous = fc.record({
  headers: fc.constantFrom(
    [`Content-Length: ${smuggled.length + 5}`, 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', `Content-Length: ${smuggled.length + 5}`],
    ['Content-Length: 0', `Content-Length: ${smuggled.length}`],
    [`Content-Length: ${smuggled.length}`, 'Content-Length: 0'],
    [`Content-Length: 0, ${smuggled.length}`],
    ['Content-Length: +0'],
    ['Content-Length: 0x0'],
    ['Content-Length : 0'],
    ['Content-Length:\t0', `Content-Length: ${smuggled.length}`],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: identity, chunked', `Content-Length: ${smuggled.length}`],
    ['Transfer-Encoding : chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ['Transfer-Encoding:\u000bchunked'],
    [' Transfer-Encoding: chunked'],
    ['X: y\rTransfer-Encoding: chunked'],
  ),
  first: fc.constantFrom('', '0\r\n\r\n', '0\n\n', '0;\r\n\r\n', '00\r\n\r\n', '-0\r\n\r\n', '0 x\r\n\r\n'),
  path: fc.constantFrom('/v1/enforce', '/v1/enforce/batch', '/v1/policy', '/nowhere'),
  cut: fc.nat(200),
});

interface Outcome {
  readonly received: string;
  readonly isClosed: boolean;
}

describe('fuzzing HTTP', function () {
  this.timeout(fuzzTimeoutMs);
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ requestTimeoutMs })));
  after(async () => {
    assert.strictEqual(running.logged.text, '', 'nothing of this is worth a line in the log');
    await disposeSidecars();
  });

  /** Sends bytes in parts, says that nothing more comes, and waits for the end of the connection. */
  const converse = (parts: readonly Buffer[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const socket = connect(running.port, '127.0.0.1');
      let received = '';
      let isClosed = true;
      const timer = setTimeout(() => {
        isClosed = false;
        socket.destroy();
      }, requestTimeoutMs + 8000);
      socket.setNoDelay(true);
      socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve({ received, isClosed });
      });
      const sendNext = (index: number): void => {
        if (index === parts.length) socket.end();
        else socket.write(parts[index] ?? '', () => setImmediate(() => sendNext(index + 1)));
      };
      socket.on('connect', () => sendNext(0));
    });

  const expectSound = async ({ received, isClosed }: Outcome): Promise<void> => {
    assert.strictEqual(isClosed, true, 'it ends within the request timeout');
    for (const [, status] of received.matchAll(/HTTP\/1\.1 (\d{3}) /g)) assert.isBelow(Number(status), 500, received);
    assert.include((await running.enforce(allowed)).json as object, { decision: true });
  };

  it('finds no bytes that fail, hang, or trouble the next request', async () => {
    const property = fc.asyncProperty(stream, async ({ pieces, cuts, flips }) => {
      const bytes = Buffer.from(pieces.join(''), 'latin1');
      for (const { at, byte } of flips) bytes[at % bytes.length] = byte;
      const places = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].sort((left, right) => left - right);
      const parts = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
      await expectSound(await converse(parts.filter(({ length }) => length > 0)));
    });
    await fuzz(property);
  });

  it('finds no framing in which a second request hides in the body of the first', async () => {
    const property = fc.asyncProperty(ambiguous, async ({ headers, first, path, cut }) => {
      const head = [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', ...headers, '', ''];
      const bytes = Buffer.from(`${head.join('\r\n')}${first}${smuggled}`, 'latin1');
      const outcome = await converse([bytes.subarray(0, cut), bytes.subarray(cut)]);
      await expectSound(outcome);
      assert.notInclude(outcome.received, smuggledCode, bytes.toString('latin1'));
    });
    await fuzz(property);
  });

  it('lets the second of two honest requests through, so that the one above means something', async () => {
    const post = 'POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    for (const framing of ['Content-Length: 2\r\n\r\n{}', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n']) {
      assert.include((await converse([Buffer.from(post + framing + smuggled)])).received, smuggledCode);
    }
    const within = `${post}Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`;
    assert.notInclude((await converse([Buffer.from(within)])).received, smuggledCode);
  });
});
