import { expect } from 'chai';
import { createServer, type Server } from 'node:net';
import { bindServer, reserveAddress } from '../../src/http/bind-server.ts';
import type { ListenAddress } from '../../src/http/listen-address.ts';
import { RolebookError } from '../../src/policy/errors.ts';

const onAnyPort: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 };

describe('an address that workers are going to share', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const bind = (listen: ListenAddress): Promise<string> => {
    const server = createServer();
    servers.push(server);
    return bindServer(server, listen);
  };
  const failureOf = (bound: Promise<unknown>): Promise<unknown> => bound.catch((error: unknown) => error);

  it('is kept for them where the system chose the port, until the first of them listens', async () => {
    const { listen, release } = await reserveAddress(onAnyPort);
    expect(listen).to.have.property('port').that.is.greaterThan(0);
    const failure = await failureOf(bind(listen));
    expect(failure).to.be.instanceOf(RolebookError).with.property('message').that.contains('is already in use');
    await release();
    await release();
    expect(await bind(listen)).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('is only tried where its port is given, so that nobody is answered before they listen', async () => {
    const first = await reserveAddress(onAnyPort);
    await first.release();
    const { listen } = await reserveAddress(first.listen);
    expect(listen).to.deep.equal(first.listen);
    expect(await bind(listen)).to.match(/^http:/);
    expect(await failureOf(reserveAddress(listen)))
      .to.have.property('message')
      .that.contains('is already in use');
  });
});
