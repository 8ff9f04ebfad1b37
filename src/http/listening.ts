import type { Server } from 'node:http';
import { limits } from '../policy/limits.ts';
import { type ConnectionCeilings, connectionCeilings } from './connections/connection-ceilings.ts';
import type { ConsoleFiles } from './console/console-files.ts';
import { Connections } from './connections/connections.ts';
import { createHttpServer } from './server/http-server.ts';
import { refuseBeyond } from './server/refuse-beyond.ts';
import type { SidecarContext } from './endpoint/sidecar-context.ts';
import { createSidecarListener } from './sidecar-listener.ts';

export interface ListeningOptions {
  /** Binds the server; the result is its address. */
  readonly bind: (server: Server) => Promise<string>;
  /** What the system lets this process have, unless a test says something else. */
  readonly ceilings?: ConnectionCeilings | undefined;
  /** The pages that it serves; undefined: none. */
  readonly pages?: ConsoleFiles | undefined;
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
  const { app, listener } = createSidecarListener(context, options.pages);
  const guarded = refuseBeyond(listener, () => connections, context);
  const server = createHttpServer(app, guarded, options.requestTimeoutMs ?? limits.requestTimeoutMs);
  const connections: Connections = new Connections(server, options.ceilings ?? connectionCeilings());
  context.metrics.followConnections(connections);
  const address = await options.bind(server);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    context.lifecycle.isStopping = true;
    await drain(server, connections, options.drainTimeoutMs ?? limits.drainTimeoutMs);
    context.audit.flush();
    await Promise.all([context.decisionLog?.flush(), context.shadow?.close()]);
  };
  return { address, stop: () => (stopping ??= stop()) };
}

/** How long a connection that has not sent anything yet may still do so. */
const silenceMs = 250;

// Closing ends idle connections. One that never sent a request does not count as idle to Node, and would be waited for.
async function drain(server: Server, connections: Connections, timeoutMs: number): Promise<void> {
  // Those of a worker are no concern of its server, which does not listen itself.
  const closed = Promise.all([new Promise<void>((resolve) => server.close(() => resolve())), connections.whenEmpty()]);
  const timers = [
    setTimeout(() => connections.endSilent(), silenceMs),
    setTimeout(() => connections.endAll(), timeoutMs),
  ];
  await closed;
  for (const timer of timers) clearTimeout(timer);
}
