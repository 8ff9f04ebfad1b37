import type { Registry } from 'prom-client';
import type { CacheReport } from '../../store/database/cache/cache-keeper.ts';
import { addGauge } from '../metrics/collected-metrics.ts';

/** The keeper of the policy on disk. */
export interface CacheReporter {
  readonly report: CacheReport;
}

/** What a start without the database would begin with, as `/v1/policy` tells it. */
export function describeCache({ report }: CacheReporter): object {
  const { sequence, writtenAtMs, keeper, fault } = report;
  return {
    sequence: sequence ?? null,
    writtenAt: writtenAtMs === undefined ? null : new Date(writtenAtMs).toISOString(),
    keptBy: keeper,
    error: fault,
  };
}

/** The same for Prometheus. */
export function registerCache(cache: CacheReporter, registry: Registry): void {
  addGauge(registry, 'rolebook_cache_sequence', 'The last change of the database that is in the cache.', (gauge) => {
    const { sequence } = cache.report;
    if (sequence !== undefined) gauge.set(sequence);
  });
  addGauge(registry, 'rolebook_cache_failing', '1 while the cache cannot be written, else 0.', (gauge) => {
    gauge.set(cache.report.fault === undefined ? 0 : 1);
  });
}
