import type { LivePolicy, ReloadOutcome } from '../store/live-policy.ts';
import type { AccessControl } from './access-control.ts';
import { bindServer } from './bind-server.ts';
import type { DecisionLog } from './decision-log.ts';
import type { ListenAddress } from './listen-address.ts';
import { type Listening, startListening } from './listening.ts';
import type { Logger } from './log.ts';
import { Metrics } from './metrics.ts';
import { describePolicy } from './policy-document.ts';
import { PolicyMetrics } from './policy-metrics.ts';
import type { SidecarContext } from './sidecar-context.ts';

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

export interface Sidecar extends Listening {
  /** For whoever polls: a poll that finds the files unchanged is no reload, but the metrics tell when it was. */
  noteCheck(found: ReloadOutcome): void;
}

/** The sidecar in one process: it reads the files and answers. */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { live, listen, access, decisionLog, log, now = Date.now, requestTimeoutMs, drainTimeoutMs } = options;
  const metrics = new Metrics(decisionLog);
  const policyMetrics = new PolicyMetrics(live, metrics.registry);
  const whole = { describePolicy: () => describePolicy(live), reportMetrics: () => metrics.registry.metrics() };
  const lifecycle = { isStopping: false };
  const context: SidecarContext = { live, access, decisionLog, metrics, whole, log, now, lifecycle };
  const stopCounting = policyMetrics.follow(live);
  const { address, stop } = await startListening(context, {
    bind: (server) => bindServer(server, listen),
    requestTimeoutMs,
    drainTimeoutMs,
  });
  return {
    address,
    noteCheck: (found) => policyMetrics.noteCheck(found, now()),
    stop: async () => {
      await stop();
      stopCounting();
    },
  };
}
