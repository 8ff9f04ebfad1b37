import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '../policy/limits.ts';
import type { LivePolicy, ReloadOutcome } from '../store/live-policy.ts';
import type { AccessControl } from './access-control.ts';
import { bindServer } from './bind-server.ts';
import type { DecisionLog } from './decision-log.ts';
import { createHttpServer } from './http-server.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics.ts';
import type { SidecarContext } from './sidecar-context.ts';
import { createSidecarListener } from './sidecar-listener.ts';

export interface SidecarOptions {
  readonly live: LivePolicy;
  readonly listen: ListenAddress;
  readonly access: AccessControl;
  /** Whoever opened it closes it, after the sidecar has stopped. */
  readonly decisionLog?: DecisionLog | undefined;
  readonly log: Logger;
  readonly now?: () => number;
  readonly requestTimeoutMs?: number;
  readonly drainTimeoutMs?: number;
}

export interface Sidecar {
  /** `http://127.0.0.1:8181` or `unix:/path`. */
  readonly address: string;
  /** For whoever polls: a poll that finds the files unchanged is no reload, but the metrics tell when it was. */
  noteCheck(found: ReloadOutcome): void;
  /** Answers what is in flight, takes nothing new, and ends. */
  stop(): Promise<void>;
}

export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const context = createContext(options);
  const stopCounting = countReloads(context);
  const { app, listener } = createSidecarListener(context);
  const server = createHttpServer(app, listener, options.requestTimeoutMs ?? limits.requestTimeoutMs);
  const sockets = trackSockets(server);
  const address = await bindServer(server, options.listen);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    context.lifecycle.isStopping = true;
    await drain(server, sockets, options.drainTimeoutMs ?? limits.drainTimeoutMs);
    stopCounting();
    await context.decisionLog?.flush();
  };
  return {
    address,
    noteCheck: (found) => context.metrics.noteCheck(found, context.now()),
    stop: () => (stopping ??= stop()),
  };
}

function createContext(options: SidecarOptions): SidecarContext {
  const { live, access, decisionLog, log } = options;
  const metrics = new Metrics(live, decisionLog);
  const now = options.now ?? Date.now;
  return { live, access, decisionLog, metrics, log, now, lifecycle: { isStopping: false } };
}

function countReloads({ live, metrics }: SidecarContext): () => void {
  if (live.lastReload !== undefined) metrics.countReload(live.lastReload);
  return live.onReload((outcome) => metrics.countReload(outcome));
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
