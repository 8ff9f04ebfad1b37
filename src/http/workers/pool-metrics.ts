import type * as client from 'prom-client';
import type { FollowedPolicy } from '../../store/live/policy-source.ts';
import { addCounter, addGauge } from '../metrics/collected-metrics.ts';
import { addProcessMetrics } from '../metrics/process-metrics.ts';
import { aggregateReports, Registry } from '../metrics/prometheus-client.ts';
import type { ConnectionDealer } from './connection-dealer.ts';
import { registerDroppedLogLines, registerRefused } from '../metrics/metrics.ts';
import type { ChangeBudget } from '../../store/live/change-budget.ts';
import { registerBudget } from '../budget/budget-metrics.ts';
import { registerShadowPolicy } from '../shadow/shadow-metrics.ts';
import { registerCache, type CacheReporter } from '../status/cache-document.ts';
import { PolicyMetrics } from '../status/policy-metrics.ts';
import type { PoolWorker } from './pool-worker.ts';
import type { Staleness } from '../../store/live/staleness.ts';
import type { MetricsReport } from './worker-calls.ts';
import type { WorkerPool } from './worker-pool.ts';

/**
 * The numbers that Prometheus reads of a sidecar with workers: sums over all processes, and what each worker answers
 * from.
 */
export class PoolMetrics {
  readonly policy: PolicyMetrics;
  readonly #pool: WorkerPool;
  readonly #own = new Registry();
  /** Of the workers that have not ended. */
  readonly #lastReports = new Map<PoolWorker, MetricsReport>();
  /** What those that have ended had counted. */
  #ended: MetricsReport = [];
  readonly #endedWorkers = new WeakSet<PoolWorker>();
  #unanswered = 0;

  constructor(
    live: FollowedPolicy,
    pool: WorkerPool,
    dealer: ConnectionDealer,
    staleness: Staleness,
    droppedLogLines: () => number,
  ) {
    this.#pool = pool;
    addProcessMetrics(this.#own);
    this.policy = new PolicyMetrics(live, this.#own, staleness);
    registerDroppedLogLines(this.#own, droppedLogLines);
    this.#registerWorkers();
    this.#registerDealer(dealer);
  }

  /** Tells of the cache, too. */
  followCache(cache: CacheReporter): void {
    registerCache(cache, this.#own);
  }

  /** Tells of the second policy, too. */
  followShadow(shadow: FollowedPolicy): void {
    registerShadowPolicy(shadow, this.#own);
  }

  /** Tells how new policies were judged, too. */
  followBudget(budget: ChangeBudget): void {
    registerBudget(budget, this.#own);
  }

  async report(): Promise<string> {
    const workers = this.#pool.slots.flatMap(({ worker }) => (worker?.isListening ? [worker] : []));
    const answered = new Set<PoolWorker>();
    await Promise.all(workers.map((worker) => this.#ask(worker, answered)));
    const own = await this.#own.getMetricsAsJSON();
    const reports = [...this.#lastReports].map(([worker, last]) => (answered.has(worker) ? last : onlyCounts(last)));
    const whole = aggregateReports([own, this.#ended, ...reports]);
    // No sum has it; that of the primary is when the sidecar was started.
    const startTime = this.#own.getSingleMetric('process_start_time_seconds');
    if (startTime) whole.registerMetric(startTime);
    return whole.metrics();
  }

  /** Keeps what a worker had counted: a sum that goes down looks to Prometheus as if counting had begun anew. */
  noteEnd(worker: PoolWorker): void {
    const last = this.#lastReports.get(worker) ?? [];
    this.#lastReports.delete(worker);
    this.#endedWorkers.add(worker);
    this.#ended = aggregateReports([this.#ended, onlyCounts(last)]).getMetricsAsArray();
  }

  // For the same reason one that does not answer counts as it did last time.
  async #ask(worker: PoolWorker, answered: Set<PoolWorker>): Promise<void> {
    try {
      const report = await worker.reportMetrics();
      if (this.#endedWorkers.has(worker)) return;
      this.#lastReports.set(worker, report);
      answered.add(worker);
    } catch {
      this.#unanswered += 1;
    }
  }

  #registerWorkers(): void {
    const pool = this.#pool;
    const states = 'Workers by state: those that are ready answer from the live revision.';
    addGauge(this.#own, 'rolebook_workers', states, (gauge) => fillStates(gauge, pool), ['state']);
    const revisions = 'The revision each worker answers from, as a label.';
    addGauge(this.#own, 'rolebook_worker_revision_info', revisions, (gauge) => fillRevisions(gauge, pool), [
      'worker',
      'revision',
    ]);
    const replacements = 'Workers that ended and were replaced.';
    addCounter(this.#own, 'rolebook_worker_replacements_total', replacements, (counter) => {
      counter.inc(pool.replacements);
    });
    const unanswered = 'Times a worker did not say in time what it had counted.';
    addCounter(this.#own, 'rolebook_worker_metrics_unanswered_total', unanswered, (counter) => {
      counter.inc(this.#unanswered);
    });
  }

  #registerDealer(dealer: ConnectionDealer): void {
    registerRefused(this.#own, () => ({ answered: 0, dropped: dealer.dropped }));
    const help = 'Connections that a worker was given and did not get.';
    addCounter(this.#own, 'rolebook_worker_connections_lost_total', help, (counter) => counter.inc(dealer.lost));
  }
}

function fillStates(gauge: client.Gauge<'state'>, pool: WorkerPool): void {
  gauge.set({ state: 'ready' }, pool.readyCount);
  gauge.set({ state: 'unready' }, pool.slots.length - pool.readyCount);
}

function fillRevisions(gauge: client.Gauge<'worker' | 'revision'>, pool: WorkerPool): void {
  for (const [index, { worker }] of pool.slots.entries()) {
    if (worker?.revision === undefined) continue;
    gauge.set({ worker: String(index + 1), revision: worker.revision }, 1);
  }
}

// What a gauge said last is not true any more.
function onlyCounts(report: MetricsReport): MetricsReport {
  // The type's declaration says that it is a number; it is a word.
  return report.filter(({ type }) => ['counter', 'histogram'].includes(String(type)));
}
