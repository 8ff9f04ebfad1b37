import type { SidecarHealth } from '../../store/database/following/fleet.ts';
import { isDatabaseSource } from '../../store/database/following/database-source.ts';
import type { FollowedPolicy } from '../../store/live/policy-source.ts';
import type { Staleness } from '../../store/live/staleness.ts';

/** What a sidecar of a database says of itself to the others. */
export function describeHealth({ current, isStale, source }: FollowedPolicy, staleness?: Staleness): SidecarHealth {
  const lastWordMs = source?.lastWordMs;
  return {
    revision: current?.revision ?? null,
    sequence: isDatabaseSource(source) ? (source.sequence ?? null) : null,
    details: {
      health: healthOf(current !== undefined, isStale),
      isFromCache: source?.isFromCache ?? false,
      isBeyondMaxStaleness: staleness?.report?.isTooOld ?? false,
      lastWordAt: lastWordMs === undefined ? null : new Date(lastWordMs).toISOString(),
    },
  };
}

function healthOf(hasPolicy: boolean, isStale: boolean): 'starting' | 'stale' | 'ok' {
  if (!hasPolicy) return 'starting';
  return isStale ? 'stale' : 'ok';
}
