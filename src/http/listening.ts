import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../policy/limits.ts';
import { createHttpServer } from './http-server.ts';
import type { SidecarContext } from './sidecar-context.ts';
import { createSidecarListener } from './sidecar-listener.ts';

export interface ListeningOptions {
  /** Binds the server; the result is its address. */
  readonly bind: (server: Server) => Promise<string>;
  readonly requestTimeoutMs?: number | undefined;
  readonly drainTimeoutMs?: number | undefined;
}

/** An HTTP server that answers. */
export interface Listening {
  /** `http://127.0.0.1:8181` or `unix:/path`. */
  readonly address: string;
  /** Answers what is in flight, takes nothing new, and ends. */
  readonly stop: () => Promise<void>;
}

export async function startListening(context: SidecarContext, options: ListeningOptions): Promise<Listening> {
  const { app, listener } = createSidecarListener(context);
  const server = createHttpServer(app, listener, options.requestTimeoutMs ?? limits.requestTimeoutMs);
  const sockets = trackSockets(server);
  const address = await options.bind(server);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    context.lifecycle.isStopping = true;
    await drain(server, sockets, options.drainTimeoutMs ?? limits.drainTimeoutMs);
    context.audit.flush();
    await context.decisionLog?.flush();
  };
  return { address, stop: () => (stopping ??= stop()) };
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** How long a connection that has not sent anything yet may still do so. */
const silenceMs = 250;

// Closing ends idle connections. One that never sent a request does not count as idle to Node, and would be waited for.
async function drain(server: Server, sockets: ReadonlySet<Socket>, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timers = [
    setTimeout(() => sockets.forEach((socket) => socket.bytesRead === 0 && socket.destroy()), silenceMs),
    setTimeout(() => server.closeAllConnections(), timeoutMs),
  ];
  await closed;
  for (const timer of timers) clearTimeout(timer);
}
