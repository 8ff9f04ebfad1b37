import type { Registry } from 'prom-client';
import { type DatabaseSource, isDatabaseSource } from '../../store/database/following/database-source.ts';
import type { FollowedPolicy } from '../../store/live/policy-source.ts';
import { addGauge } from '../metrics/collected-metrics.ts';

/** The database that a policy comes from, as `/v1/policy` tells it. */
export function describeDatabase(source: DatabaseSource): object {
  const { kind, url, sequence, lastWordMs, isFromCache, release } = source;
  return {
    kind,
    url,
    sequence: sequence ?? null,
    lastWordAt: lastWordMs === undefined ? null : new Date(lastWordMs).toISOString(),
    isFromCache,
    release: release ? { release: release.sequence, publishedAt: release.publishedAt, author: release.author } : null,
  };
}

/** The same for Prometheus. */
export function registerDatabase(live: FollowedPolicy, registry: Registry): void {
  addGauge(registry, 'rolebook_database_sequence', 'The last change of the database that is live.', (gauge) => {
    const { source } = live;
    if (isDatabaseSource(source) && source.sequence !== undefined) gauge.set(source.sequence);
  });
  const name = 'rolebook_database_last_word_timestamp_seconds';
  addGauge(registry, name, 'When the database said last that this is how it is.', (gauge) => {
    const { lastWordMs } = live.source ?? {};
    if (lastWordMs !== undefined) gauge.set(lastWordMs / 1000);
  });
  const kept = '1 while what was kept on disk decides, because the database has not answered since the start, else 0.';
  addGauge(registry, 'rolebook_policy_from_cache', kept, (gauge) => {
    if (live.source !== undefined) gauge.set(live.source.isFromCache ? 1 : 0);
  });
}
