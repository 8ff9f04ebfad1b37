import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { LivePolicy, ReloadOutcome } from '../store/live-policy.ts';
import type { DecisionLog } from './decision-log.ts';
import { EnforceDurations } from './enforce-durations.ts';

/** What stands in the `route` label: fixed words, never text of a request. */
export const routeNames = [
  'enforce',
  'batch',
  'permissions',
  'roles',
  'policy',
  'reload',
  'healthz',
  'readyz',
  'metrics',
  'openapi',
  'unknown',
] as const;

export type RouteName = (typeof routeNames)[number];

const statusClasses = ['2xx', '4xx', '5xx'] as const;

/**
 * What Prometheus reads. Requests only add to plain numbers; they are copied into prom-client when somebody asks, so
 * measuring never costs a decision.
 */
export class Metrics {
  readonly durations = new EnforceDurations();
  readonly #registry = new Registry();
  readonly #requests = new Map<RouteName, number[]>(routeNames.map((route) => [route, [0, 0, 0]]));
  readonly #enforceRequests = this.#requests.get('enforce') ?? [];
  readonly #reloads: Record<ReloadOutcome['outcome'], number> = { loaded: 0, unchanged: 0, failed: 0 };
  #allowed = 0;
  #denied = 0;
  #errors = 0;
  #lastGoodCheckMs: number | undefined;

  constructor(live: LivePolicy, decisionLog: DecisionLog | undefined) {
    collectDefaultMetrics({ register: this.#registry });
    this.#registerDecisions();
    this.#registerRequests();
    this.#registerPolicy(live);
    this.#registerReloads();
    this.#counter('rolebook_decision_log_dropped_total', 'Decision log lines that were not written.', (counter) => {
      counter.inc(decisionLog?.droppedCount ?? 0);
    });
  }

  countDecision(isAllowed: boolean): void {
    if (isAllowed) this.#allowed += 1;
    else this.#denied += 1;
  }

  countDecisionError(): void {
    this.#errors += 1;
  }

  countRequest(route: RouteName, status: number): void {
    const counts = route === 'enforce' ? this.#enforceRequests : this.#requests.get(route);
    const index = status < 400 ? 0 : Math.floor(status / 100) - 3;
    if (counts !== undefined) counts[index] = (counts[index] ?? 0) + 1;
  }

  countReload(reload: ReloadOutcome): void {
    this.#reloads[reload.outcome] += 1;
    this.noteCheck(reload, reload.at.getTime());
  }

  /** A failed check tells nothing about the files, so an alert on this time's age must see it stand still. */
  noteCheck(reload: ReloadOutcome, atMs: number): void {
    if (reload.outcome !== 'failed') this.#lastGoodCheckMs = atMs;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  report(): Promise<string> {
    return this.#registry.metrics();
  }

  #registerDecisions(): void {
    this.#counter(
      'rolebook_decisions_total',
      'Decisions, in batches too.',
      (counter) => {
        counter.inc({ decision: 'allow' }, this.#allowed);
        counter.inc({ decision: 'deny' }, this.#denied);
      },
      ['decision'],
    );
    this.#counter('rolebook_decision_errors_total', 'Decisions that failed and were therefore denied.', (counter) => {
      counter.inc(this.#errors);
    });
    const help = 'Seconds from the headers of an enforce request to its answer.';
    this.durations.register(this.#registry, 'rolebook_enforce_duration_seconds', help);
  }

  #registerRequests(): void {
    this.#counter(
      'rolebook_http_requests_total',
      'Answered requests.',
      (counter) => {
        for (const [route, counts] of this.#requests) {
          for (const [index, status] of statusClasses.entries()) counter.inc({ route, status }, counts[index] ?? 0);
        }
      },
      ['route', 'status'],
    );
  }

  #registerPolicy(live: LivePolicy): void {
    this.#gauge(
      'rolebook_policy_revision_info',
      'The revision that is live, as a label.',
      (gauge) => {
        if (live.current !== undefined) gauge.set({ revision: live.current.revision }, 1);
      },
      ['revision'],
    );
    this.#gauge('rolebook_policy_loaded_timestamp_seconds', 'When the live policy was loaded.', (gauge) => {
      if (live.current !== undefined) gauge.set(live.current.loadedAt.getTime() / 1000);
    });
    this.#gauge('rolebook_policy_stale', '1 when the files could not be loaded since, else 0.', (gauge) => {
      gauge.set(live.isStale ? 1 : 0);
    });
  }

  #registerReloads(): void {
    this.#counter(
      'rolebook_policy_reloads_total',
      'Times the files were read.',
      (counter) => {
        for (const [outcome, count] of Object.entries(this.#reloads)) counter.inc({ outcome }, count);
      },
      ['outcome'],
    );
    const name = 'rolebook_policy_last_good_check_timestamp_seconds';
    this.#gauge(name, 'When the files were last read without a problem.', (gauge) => {
      if (this.#lastGoodCheckMs !== undefined) gauge.set(this.#lastGoodCheckMs / 1000);
    });
  }

  #counter<Label extends string = never>(
    name: string,
    help: string,
    fill: (counter: Counter<Label>) => void,
    labelNames: readonly Label[] = [],
  ): void {
    const collect = function (this: Counter<Label>): void {
      this.reset();
      fill(this);
    };
    new Counter<Label>({ name, help, labelNames, collect, registers: [this.#registry] });
  }

  #gauge<Label extends string = never>(
    name: string,
    help: string,
    fill: (gauge: Gauge<Label>) => void,
    labelNames: readonly Label[] = [],
  ): void {
    const collect = function (this: Gauge<Label>): void {
      this.reset();
      fill(this);
    };
    new Gauge<Label>({ name, help, labelNames, collect, registers: [this.#registry] });
  }
}
