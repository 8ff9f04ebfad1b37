import type * as client from 'prom-client';
import { PolicyChangeCounts } from './policy-change-counts.ts';
import { addCounter, addGauge } from './collected-metrics.ts';
import type { Connections, RefusedConnections } from '../connections/connections.ts';
import type { DecisionLog } from '../logging/decision-log.ts';
import { EnforceDurations } from './enforce-durations.ts';
import { addProcessMetrics } from './process-metrics.ts';
import { Registry } from './prometheus-client.ts';
import type { RefusedCalls } from './refused-calls.ts';

const statusClasses = ['2xx', '4xx', '5xx'] as const;

/** The answers to requests of one route, counted by the class of their status. */
export class AnsweredRequests {
  readonly #counts = [0, 0, 0];

  count(status: number): void {
    const index = status < 400 ? 0 : Math.floor(status / 100) - 3;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  *byClass(): Generator<readonly [status: string, count: number]> {
    for (const [index, status] of statusClasses.entries()) yield [status, this.#counts[index] ?? 0];
  }
}

/**
 * The numbers that Prometheus reads about the requests of this process, and about the process. Requests only add to
 * plain numbers; they are copied into prom-client when somebody asks, so measuring never costs a decision.
 */
export class Metrics {
  readonly durations = new EnforceDurations();
  readonly changes = new PolicyChangeCounts();
  readonly registry = new Registry();
  /** Requests of nothing that there is. */
  readonly strangers = new AnsweredRequests();
  readonly #requests = new Map<string, AnsweredRequests>();
  #allowed = 0;
  #denied = 0;
  #errors = 0;
  #staleDenials = 0;

  constructor(decisionLog: DecisionLog | undefined, refused: RefusedCalls, droppedLogLines: () => number = () => 0) {
    addProcessMetrics(this.registry);
    this.#registerDecisions();
    this.#registerRequests();
    refused.register(this.registry);
    this.changes.register(this.registry);
    const help = 'Decision log lines that were not written.';
    addCounter(this.registry, 'rolebook_decision_log_dropped_total', help, (counter) => {
      counter.inc(decisionLog?.droppedCount ?? 0);
    });
    registerDroppedLogLines(this.registry, droppedLogLines);
  }

  /** Tells of the connections of the server that answers. */
  followConnections(connections: Connections): void {
    const open = 'Connections of callers that are open.';
    addGauge(this.registry, 'rolebook_connections', open, (gauge) => gauge.set(connections.count));
    const closed = 'Idle connections that were closed to make room for new ones.';
    addCounter(this.registry, 'rolebook_connections_closed_for_room_total', closed, (counter) => {
      counter.inc(connections.closedForRoom);
    });
    registerRefused(this.registry, () => connections.refused);
  }

  countDecision(isAllowed: boolean): void {
    if (isAllowed) this.#allowed += 1;
    else this.#denied += 1;
  }

  countDecisionError(): void {
    this.#errors += 1;
  }

  countStaleDenial(): void {
    this.#staleDenials += 1;
  }

  /** Those of a route: what stands in the `route` label is the fixed word of an endpoint, never text of a request. */
  requestsOf(route: string): AnsweredRequests {
    const known = this.#requests.get(route);
    if (known) return known;
    const requests = new AnsweredRequests();
    this.#requests.set(route, requests);
    return requests;
  }

  #registerDecisions(): void {
    addCounter(
      this.registry,
      'rolebook_decisions_total',
      'Decisions, in batches too.',
      (counter) => {
        counter.inc({ decision: 'allow' }, this.#allowed);
        counter.inc({ decision: 'deny' }, this.#denied);
      },
      ['decision'],
    );
    const errors = 'Decisions that failed and were therefore denied.';
    addCounter(this.registry, 'rolebook_decision_errors_total', errors, (counter) => counter.inc(this.#errors));
    const stale = 'Decisions that were denied because the policy was older than --max-staleness allows.';
    addCounter(this.registry, 'rolebook_stale_denials_total', stale, (counter) => counter.inc(this.#staleDenials));
    const help = 'Seconds from the headers of an enforce request to its answer.';
    this.durations.register(this.registry, 'rolebook_enforce_duration_seconds', help);
  }

  #registerRequests(): void {
    addCounter(
      this.registry,
      'rolebook_http_requests_total',
      'Answered requests.',
      (counter) => {
        for (const [route, requests] of [...this.#requests, ['unknown', this.strangers] as const]) {
          for (const [status, count] of requests.byClass()) counter.inc({ route, status }, count);
        }
      },
      ['route', 'status'],
    );
  }
}

/** Connections for which there was no place, in this process. */
export function registerRefused(registry: client.Registry, read: () => RefusedConnections): void {
  addCounter(
    registry,
    'rolebook_connections_refused_total',
    'Connections for which there was no place: told so, or closed without a word.',
    (counter) => {
      const { answered, dropped } = read();
      counter.inc({ how: 'answered' }, answered);
      counter.inc({ how: 'dropped' }, dropped);
    },
    ['how'],
  );
}

/** Of this process; each of several writes its own. */
export function registerDroppedLogLines(registry: client.Registry, droppedLogLines: () => number): void {
  const help = 'Lines of the log that were not written.';
  addCounter(registry, 'rolebook_log_dropped_total', help, (counter) => counter.inc(droppedLogLines()));
}
