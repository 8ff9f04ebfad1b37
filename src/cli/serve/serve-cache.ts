import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Logger } from '../../http/logging/log.ts';
import type { Staleness } from '../../store/live/staleness.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { CacheLock, type LockHolder } from '../../store/database/cache/cache-lock.ts';
import { CacheKeeper } from '../../store/database/cache/cache-keeper.ts';
import { type DatabaseUrl, identifyDatabase, passwordOf } from '../../store/database/database-url.ts';
import type { LiveDatabase } from '../../store/database/following/live-database.ts';
import { type CachedPolicy, PolicyCache, type KeptPolicy } from '../../store/database/cache/policy-cache.ts';

export interface CacheOptions {
  readonly cwd: string;
  readonly log: Logger;
  /** `--cache-key-file FILE`; without it the password of the URL makes the key, if it has one. */
  readonly keyFile?: string | undefined;
}

/** `--cache DIR`, for one database. */
export async function openCache(folder: string, url: DatabaseUrl, options: CacheOptions): Promise<PolicyCache> {
  const { cwd, log, keyFile } = options;
  const secret = keyFile === undefined ? passwordOf(url) : await readKeyFile(resolve(cwd, keyFile));
  const cache = await PolicyCache.open(resolve(cwd, folder), identifyDatabase(url, cwd), secret);
  if (cache.trust === 'unchecked') {
    log.warn(
      { folder: cache.folder },
      'this platform does not say who else can write to the cache; keep it to yourself',
    );
  }
  return cache;
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
      log.warn(describeKept(kept), 'the database cannot be read: what was kept in the cache decides');
    },
  };
}

/** Keeps the cache up to date with what is live; says in the log when that fails, and when it is well again. */
export function keepCache(cache: PolicyCache, live: LiveDatabase, log: Logger): CacheKeeper {
  let wasFromCache = false;
  const keeper = new CacheKeeper({
    cache,
    lock: new CacheLock(cache.lockPath, hostname()),
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
    onWriter: (writer) => {
      if (writer.kind === 'this') log.info('this sidecar writes the cache now');
      else log.info(describeHolder(writer.holder), 'another sidecar writes the cache; this one only reads it');
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

// Like a file of tokens: whoever deploys may mount it, and its length is what keeps it from being guessed.
async function readKeyFile(path: string): Promise<string> {
  const refuse = (fault: string, cause?: unknown): RolebookError =>
    new RolebookError('configuration', `\`--cache-key-file\` ${fault}: \`${path}\``, {
      help: 'it holds one line, as `openssl rand -hex 32` writes it',
      ...(cause === undefined ? {} : { cause }),
    });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refuse('cannot be read', cause);
  });
  const key = text.trim();
  if (key.length < limits.cacheKeyCharacters) throw refuse(`holds fewer than ${limits.cacheKeyCharacters} characters`);
  return key;
}

function describeHolder(holder: LockHolder | undefined): object {
  return holder === undefined ? {} : { writer: { host: holder.host, pid: holder.mark.pid } };
}

function describeKept({ release, state, lastWordMs }: CachedPolicy): object {
  const lastWordAt = new Date(lastWordMs).toISOString();
  return { revision: release.revision, sequence: state.sequence, lastWordAt };
}
