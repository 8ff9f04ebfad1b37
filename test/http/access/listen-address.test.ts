import { assert } from 'chai';
import { lstat, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLocal, parseListenAddress } from '../../../src/http/access/listen-address.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

describe('the address to listen on', () => {
  after(disposeSidecars);

  it('is a host and a port, or the path of a socket', () => {
    assert.deepEqual(parseListenAddress('127.0.0.1:8181'), { kind: 'tcp', host: '127.0.0.1', port: 8181 });
    assert.deepEqual(parseListenAddress('[::1]:0'), { kind: 'tcp', host: '::1', port: 0 });
    assert.deepEqual(parseListenAddress('localhost:65535'), { kind: 'tcp', host: 'localhost', port: 65_535 });
    assert.deepEqual(parseListenAddress('unix:/run/a:b.sock'), { kind: 'unix', path: '/run/a:b.sock' });
  });

  it('says what is wrong with anything else', () => {
    const wrong = ['', '8181', ':8181', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '127.0.0.1:-1', '127.0.0.1:http'];
    const alsoWrong = ['::1:8181', '[::1]', '[localhost]:1', 'a b:1', 'http://127.0.0.1:1', 'unix:', 'unix:run/x.sock'];
    for (const text of [...wrong, ...alsoWrong, `unix:/${'x'.repeat(200)}`]) {
      let fault: unknown;
      try {
        parseListenAddress(text);
      } catch (error) {
        fault = error;
      }
      assert.instanceOf(fault, RolebookError, text);
      assert.propertyVal(fault, 'code', 'usage', text);
    }
  });

  it('is local when no other machine can reach it', () => {
    const local = ['127.0.0.1:1', '127.1.2.3:1', '[::1]:1', 'LocalHost:1', 'unix:/x'];
    const others = ['0.0.0.0:1', '[::]:1', '128.0.0.1:1', '10.0.0.1:1', 'example.com:1', '[::ffff:10.0.0.1]:1'];
    assert.deepEqual(
      local.filter((text) => !isLocal(parseListenAddress(text))),
      [],
    );
    assert.deepEqual(
      others.filter((text) => isLocal(parseListenAddress(text))),
      [],
    );
  });

  it('that is in use is a clear error', async () => {
    const first = await runSidecar();
    const error = await rejectionOf(runSidecar({ listenText: `127.0.0.1:${first.port}` }));
    assert.include(error as object, {
      code: 'configuration',
      message: `\`127.0.0.1:${first.port}\` is already in use`,
    });
    await first.dispose();
  });

  it('may be IPv6', async () => {
    const running = await runSidecar({ listenText: '[::1]:0' });
    assert.match(running.address, /^http:\/\/\[::1\]:\d+$/);
    assert.strictEqual((await running.call('/healthz')).status, 200);
    await running.dispose();
  });
});

describe('a unix socket', () => {
  let folder: string;
  after(disposeSidecars);
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-socket-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is for its owner and group, and gone when the sidecar stops', async () => {
    const path = join(folder, 'r.sock');
    const running = await runSidecar({ listenText: `unix:${path}` });
    assert.strictEqual(running.address, `unix:${path}`);
    assert.strictEqual((await stat(path)).mode & 0o777, 0o660);
    assert.strictEqual((await running.call('/readyz')).status, 200);
    await running.dispose();
    assert.strictEqual(await lstat(path).catch(() => 'gone'), 'gone');
  });

  it('that a killed sidecar left behind is replaced', async () => {
    const path = join(folder, 'r.sock');
    await leaveDeadSocket(path);
    const running = await runSidecar({ listenText: `unix:${path}` });
    assert.strictEqual((await running.call('/healthz')).status, 200);
    await running.dispose();
  });

  it('that somebody answers on is left alone', async () => {
    const path = join(folder, 'r.sock');
    const first = await runSidecar({ listenText: `unix:${path}` });
    const error = await rejectionOf(runSidecar({ listenText: `unix:${path}` }));
    assert.include(error as object, { code: 'configuration', message: `\`unix:${path}\` is already in use` });
    assert.strictEqual((await first.call('/healthz')).status, 200);
    await first.dispose();
  });

  it('never takes the place of a file or a folder', async () => {
    await writeFile(join(folder, 'notes.txt'), 'keep me');
    for (const path of [join(folder, 'notes.txt'), folder]) {
      const error = await rejectionOf(runSidecar({ listenText: `unix:${path}` }));
      assert.include(error as object, { code: 'configuration', message: `\`${path}\` exists and is not a socket` });
    }
    assert.strictEqual((await stat(join(folder, 'notes.txt'))).size, 7);
  });
});

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it started'),
    (error: unknown) => error,
  );
}

// A server that is killed leaves its file; closing one removes it, so the file is moved away and back.
async function leaveDeadSocket(path: string): Promise<void> {
  const { link, rename } = await import('node:fs/promises');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await link(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  await rename(`${path}.kept`, path);
}
