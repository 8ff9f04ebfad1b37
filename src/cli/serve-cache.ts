import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Logger } from '../http/log.ts';
import type { Staleness } from '../http/staleness.ts';
import { CacheKeeper } from '../store/cache-keeper.ts';
import type { DatabaseUrl } from '../store/database/database-url.ts';
import { identifyDatabase } from '../store/database/identify-database.ts';
import type { LiveDatabase } from '../store/database/live-database.ts';
import type { KeptPolicy } from '../store/kept-policy.ts';
import { type CachedPolicy, PolicyCache } from '../store/policy-cache.ts';

/** `--cache DIR`, for one database. */
export function openCache(folder: string, url: DatabaseUrl, cwd: string): Promise<PolicyCache> {
  return PolicyCache.open(resolve(cwd, folder), identifyDatabase(url, cwd));
}

/** What the cache has to decide by while the database does not answer; says in the log what becomes of it. */
export function keptIn(cache: PolicyCache, staleness: Staleness, log: Logger): KeptPolicy {
  return {
    read: async () => {
      const found = await cache.read();
      if (!('fault' in found)) return found;
      log.error({ reason: found.fault }, 'the cache cannot be used');
      return undefined;
    },
    onUse: (kept, fault) => {
      if (fault !== undefined) {
        log.error({ reason: fault }, 'the cache cannot be used');
        return;
      }
      staleness.hear(kept.lastWordMs);
      log.warn(describeKept(kept), 'the database does not answer: what was kept in the cache decides');
    },
  };
}

/** Keeps the cache up to date with what is live; says in the log when that fails, and when it is well again. */
export function keepCache(cache: PolicyCache, live: LiveDatabase, log: Logger): CacheKeeper {
  let wasFromCache = false;
  const keeper = new CacheKeeper({
    cache,
    host: hostname(),
    snapshot: () => live.snapshot(),
    progress: () => {
      const { state, lastWordMs, source } = live;
      // What came from the cache is in it.
      return state === undefined || lastWordMs === undefined || source.isFromCache ? undefined : { state, lastWordMs };
    },
    onFault: (reason) => {
      if (reason === undefined) log.info('the cache is written again');
      else log.error({ reason }, 'the cache cannot be written; a start without the database would use an older one');
    },
  });
  live.onApplied((applied) => {
    if (applied.kind === 'policy') keeper.noteWhole();
    else applied.members.forEach((member) => keeper.noteMember(member));
  });
  live.onReload(() => {
    const { isFromCache } = live.source;
    if (wasFromCache && !isFromCache) log.info({ revision: live.current?.revision }, 'the database decides again');
    wasFromCache = isFromCache;
  });
  return keeper;
}

function describeKept({ release, state, lastWordMs }: CachedPolicy): object {
  const lastWordAt = new Date(lastWordMs).toISOString();
  return { revision: release.revision, sequence: state.sequence, lastWordAt };
}
