import { assert } from 'chai';
import { RawConnection } from '../support/raw-connection.ts';
import { disposeSidecars, runSidecar } from '../support/running-sidecar.ts';

const body = JSON.stringify({ subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' });
const headers = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
const head = `POST /v1/enforce HTTP/1.1\r\n${headers}\r\n\r\n`;

describe('a stopping sidecar', () => {
  afterEach(disposeSidecars);

  it('answers what is in flight, asks for the end of the connection, and takes nothing new', async () => {
    const running = await runSidecar();
    const inFlight = await RawConnection.open(running.port);
    inFlight.send(head + body.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const stopped = running.sidecar.stop();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const refused: unknown = await running.call('/healthz').catch((error: unknown) => error);
    assert.propertyVal(refused, 'code', 'ECONNREFUSED');
    inFlight.send(body.slice(10));
    await inFlight.untilReceived('"decision":true');
    assert.match(inFlight.received, /^HTTP\/1\.1 200 /);
    assert.include(inFlight.received, 'Connection: close');
    await inFlight.untilClosed();
    await stopped;
  });

  it('ends idle connections and silent ones, and does not wait for them', async () => {
    const running = await runSidecar();
    const idle = await RawConnection.open(running.port);
    idle.send(head + body);
    await idle.untilReceived('"decision":true');
    const silent = await RawConnection.open(running.port);
    const startMs = performance.now();
    await running.sidecar.stop();
    assert.isBelow(performance.now() - startMs, 1500);
    await idle.untilClosed();
    await silent.untilClosed();
  });

  it('does not wait for ever for a request that never ends', async () => {
    const running = await runSidecar({ drainTimeoutMs: 100 });
    const endless = await RawConnection.open(running.port);
    endless.send(head);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await running.sidecar.stop();
    await endless.untilClosed();
  });

  it('is not ready any more, which a connection that is still open can see', async () => {
    const running = await runSidecar({ drainTimeoutMs: 3000 });
    const probe = await RawConnection.open(running.port);
    probe.send('GET /readyz HTTP/1.1\r\nHost: localh');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const stopped = running.sidecar.stop();
    probe.send('ost\r\n\r\n');
    await probe.untilReceived('"code":"stopping"');
    assert.match(probe.received, /^HTTP\/1\.1 503 /);
    assert.include(probe.received, 'Connection: close');
    await stopped;
  });

  it('may be told to stop twice', async () => {
    const { sidecar } = await runSidecar();
    await Promise.all([sidecar.stop(), sidecar.stop()]);
    await sidecar.stop();
  });
});
