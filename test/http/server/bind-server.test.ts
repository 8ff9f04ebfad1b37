import { assert } from 'chai';
import { createServer, type Server } from 'node:net';
import { bindServer } from '../../../src/http/server/bind-server.ts';
import { parseListenAddress } from '../../../src/http/access/listen-address.ts';
import { RolebookError } from '../../../src/policy/errors.ts';

describe('an address to listen on', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const bind = (address: string): Promise<string> => {
    const server = createServer();
    servers.push(server);
    return bindServer(server, parseListenAddress(address));
  };

  it('is told with the port that the system chose', async () => {
    assert.match(await bind('127.0.0.1:0'), /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('is refused where somebody else listens', async () => {
    const first = await bind('127.0.0.1:0');
    const failure: unknown = await bind(first.slice('http://'.length)).catch((error: unknown) => error);
    assert.instanceOf(failure, RolebookError);
    assert.include(failure.message, 'is already in use');
  });

  it('goes on after a connection that could not be accepted', async () => {
    await bind('127.0.0.1:0');
    const [server] = servers;
    assert.doesNotThrow(() => server?.emit('error', new Error('accept EMFILE')));
    assert.strictEqual(server?.listening, true);
  });
});
