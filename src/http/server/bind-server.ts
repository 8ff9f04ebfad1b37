import { lstat, unlink } from 'node:fs/promises';
import { type Server, connect } from 'node:net';
import { RolebookError, messageOf } from '../../policy/errors.ts';
import { formatListenAddress, type ListenAddress } from '../access/listen-address.ts';

/** Binds the server; the result is its address as people write it, with the port that the system chose. */
export async function bindServer(server: Server, listen: ListenAddress): Promise<string> {
  if (listen.kind === 'unix') await removeDeadSocket(listen.path);
  return formatAddress(await bind(server, listen));
}

async function bind(server: Server, listen: ListenAddress): Promise<ListenAddress> {
  try {
    await listenOn(server, listen);
  } catch (error) {
    throw bindError(error, listen);
  }
  if (listen.kind === 'unix') return listen;
  const bound = server.address();
  return { ...listen, port: typeof bound === 'object' && bound !== null ? bound.port : listen.port };
}

/** As people write it: `http://127.0.0.1:8181` or `unix:/path`. */
function formatAddress(bound: ListenAddress): string {
  return bound.kind === 'unix' ? formatListenAddress(bound) : `http://${formatListenAddress(bound)}`;
}

function listenOn(server: Server, listen: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.removeListener('error', reject);
      // A connection that could not be accepted, for want of memory or descriptors, is lost to whoever made it, and
      // nothing else is. An error that nobody listens for would end the process.
      server.on('error', () => undefined);
      resolve();
    });
    if (listen.kind === 'tcp') server.listen({ host: listen.host, port: listen.port });
    else listenOnSocket(server, listen.path);
  });
}

// The socket is born with mode 0660, for the application's group: a chmod afterwards would leave a moment in between.
const socketUmask = 0o117;

function listenOnSocket(server: Server, path: string): void {
  const umask = process.umask(socketUmask);
  try {
    server.listen(path);
  } finally {
    process.umask(umask);
  }
}

// A killed sidecar leaves its socket behind. Nothing but a socket that nobody answers is ever removed.
async function removeDeadSocket(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isSocket()) {
    throw new RolebookError('configuration', `\`${path}\` exists and is not a socket`, {
      help: 'choose another path, or remove the file yourself',
    });
  }
  if (await isAnswered(path)) {
    throw new RolebookError('configuration', `\`unix:${path}\` is already in use`, {
      help: 'another process listens there; stop it or choose another path',
    });
  }
  await unlink(path).catch(() => undefined);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // Only a refused connection proves that nobody is there; not being allowed to ask does not.
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

function bindError(cause: unknown, listen: ListenAddress): RolebookError {
  const address = formatListenAddress(listen);
  const code = (cause as NodeJS.ErrnoException).code;
  const create = (message: string, help: string): RolebookError =>
    new RolebookError('configuration', message, { help, cause });
  if (code === 'EADDRINUSE') {
    return create(`\`${address}\` is already in use`, 'stop the process that listens there or choose another address');
  }
  if (code === 'EACCES') {
    return create(`not allowed to listen on \`${address}\``, 'choose a port above 1023, or another path');
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return create(`\`${address}\` is not an address of this machine`, 'choose one of its own, or `127.0.0.1`');
  }
  return create(`cannot listen on \`${address}\`: ${messageOf(cause)}`, 'choose another address');
}
