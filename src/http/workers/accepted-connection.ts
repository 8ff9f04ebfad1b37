import type { Server } from 'node:net';
import { RolebookError } from '../../policy/errors.ts';

/**
 * A connection as Node has it before it makes a socket of it. Whoever only passes it on needs no socket, which costs more
 * than the rest of the way; closing it here leaves it open for whoever has it, too.
 */
export interface AcceptedConnection {
  close(): void;
}

/** The part of Node's server that accepts; `node:cluster` puts itself there as well. */
interface Acceptor {
  onconnection?: (failure: number, connection: AcceptedConnection | undefined) => void;
}

/** Has a server that listens give its connections to `take`. One that could not be accepted is nobody's. */
export function acceptConnections(server: Server, take: (connection: AcceptedConnection) => void): void {
  const acceptor = (server as { _handle?: Acceptor | null })._handle;
  if (typeof acceptor?.onconnection !== 'function') {
    throw new RolebookError('unavailable', `Node ${process.version} does not let connections be dealt out to workers`, {
      help: 'serve without `--workers`, or with Node 20',
    });
  }
  acceptor.onconnection = (failure, connection) => {
    if (failure === 0 && connection !== undefined) take(connection);
  };
}
