import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { createProgressLog } from '../../http/logging/reload-log.ts';
import { logCutMembers } from '../../http/budget/budget-log.ts';
import { createWriteFaultLog } from '../../http/logging/write-fault-log.ts';
import { describeHealth } from '../../http/status/policy-document.ts';
import { limits } from '../../policy/limits.ts';
import { weighedWork } from '../../store/changes/weighed-work.ts';
import { DatabaseChangeDesk } from '../../store/database/changes/database-change-desk.ts';
import { databaseChangeWorker } from '../../store/database/changes/database-change-worker.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { BranchDatabase } from '../../store/database/publishing/branch-database.ts';
import type { BranchDatabaseHistory } from '../../store/database/publishing/branch-database-history.ts';
import type { BranchDatabaseDesk } from '../../store/pushing/branch-database-desk.ts';
import { Fleet } from '../../store/database/following/fleet.ts';
import { WriteFaults } from '../../store/database/following/write-faults.ts';
import { LiveDatabase } from '../../store/database/following/live-database.ts';
import type { LiveDatabaseOptions } from '../../store/database/following/live-database-options.ts';
import type { RemoteAddress } from '../../store/remote/remote-address.ts';
import { readVersion } from '../command/package-folder.ts';
import { credentialsOf, hookOf, mainBranch } from './git-options.ts';
import type { NamedBranch } from './publishing/open-publisher.ts';
import type { ServedBranch } from './publishing/served-branch.ts';
import { pathOf } from './serve-options.ts';
import type { OpenSource, PoolSource, SourceSurroundings } from './served-source.ts';
import { keepCache, keptIn, openCache } from './serve-cache.ts';

/** A database, with its fleet and the cache for a start without it. */
export async function openDatabaseSource(surroundings: SourceSurroundings, url: DatabaseUrl): Promise<OpenSource> {
  const { options, setup, io, lifetime, budget, beforeLive } = surroundings;
  const { staleness, log, pollMs } = setup;
  const cacheOptions = { cwd: io.cwd, log, keyFile: options.cacheKeyFile };
  const cache = options.cache === undefined ? undefined : await openCache(options.cache, url, cacheOptions);
  const onWriteFault = createWriteFaultLog(log);
  const branch = options.git === undefined ? undefined : await openBranch(surroundings, options.git);
  const liveOptions: LiveDatabaseOptions = {
    cwd: io.cwd,
    pollMs,
    onProgress: createProgressLog(log),
    kept: cache && keptIn(cache, staleness, log),
    beforeLive,
    budget,
    onCutMembers: (cut) => logCutMembers(cut, log),
    writeFaults: new WriteFaults('memberships', onWriteFault),
  };
  const published = branch?.openLive(url, liveOptions);
  const live = published ?? new LiveDatabase(url, liveOptions);
  lifetime.add('the database', () => live.close());
  const keeper = cache && keepCache(cache, live, log);
  if (keeper) lifetime.add('the cache', () => keeper.close(), limits.cacheCloseMs);
  const fleet = new Fleet(live.connection, identify(), () => describeHealth(live, staleness), onWriteFault);
  lifetime.add('the heartbeat', () => fleet.close());
  const ofBranch = branch && published && (await openBranchDesk(surroundings, branch.named, published));
  const desk =
    ofBranch?.desk ?? (options.changes?.includes('database') ? openDesk(surroundings, url, live) : undefined);
  const start = async (): Promise<void> => {
    lifetime.add('the news of the database', () => live.stopFollowing());
    await (branch ?? live).start();
    fleet.start();
    // Not waited for: decisions need none of it, and where it fails the first change tells why.
    void desk?.prepare().catch(() => undefined);
  };
  const pool: PoolSource = {
    whole: () => live.whole(),
    members: () => live.members,
    onMembers: (listener) => {
      live.onApplied((applied) => applied.kind === 'members' && listener(applied));
    },
  };
  const { gitHook, onLook: onBranchLook } = branch ?? {};
  return {
    live,
    database: live,
    ...(desk && { changes: desk }),
    ...(ofBranch && { history: ofBranch.history }),
    gitHook,
    onBranchLook,
    fleet,
    cache: keeper,
    pool,
    start,
  };
}

/** The branch whose commits are published to the database; nothing is asked before `start`. */
async function openBranch(
  { options, setup, io, lifetime }: SourceSurroundings,
  address: RemoteAddress,
): Promise<ServedBranch> {
  const { ref = mainBranch, path: prefix = '', poll, cache = '' } = options;
  const check = hookOf(options, io);
  // One that is no secret is told now, and not at the first push.
  await check?.readSecret();
  const { openCloneFolder } = await import('../../store/remote/clone-folder.ts');
  const folder = await openCloneFolder(resolve(io.cwd, cache), address, lifetime);
  const { openServedBranch } = await import('./publishing/served-branch.ts');
  const signers = pathOf(options.requireSigned, io);
  const named = { address, ref, prefix, credentials: credentialsOf(options, io), folder, signers };
  return openServedBranch(named, { pollMs: poll, cwd: io.cwd, log: setup.log, lifetime, check });
}

function openDesk(
  { io, lifetime, budget }: SourceSurroundings,
  url: DatabaseUrl,
  live: LiveDatabase,
): DatabaseChangeDesk {
  const desk = new DatabaseChangeDesk(live, weighedWork(databaseChangeWorker(url, { cwd: io.cwd }), budget));
  lifetime.add('the changes', () => desk.close());
  return desk;
}

/** Where a branch that is published is changed, if it is, and what was changed. */
async function openBranchDesk(
  { options, io, lifetime, budget }: SourceSurroundings,
  named: NamedBranch,
  live: BranchDatabase,
): Promise<{ readonly desk: BranchDatabaseDesk | undefined; readonly history: BranchDatabaseHistory }> {
  const { changes: modes, gitCommitter: committer, signKey, pushOption: pushOptions } = options;
  const { openBranchDatabaseChanges, openBranchDatabaseHistory } =
    await import('./changes/open-branch-database-changes.ts');
  const { history, close } = openBranchDatabaseHistory(named, live);
  lifetime.add('the history', close);
  if (modes === undefined) return { desk: undefined, history };
  const clone = { ...named, folder: `${named.folder}-changes` };
  const keys = { signingKey: pathOf(signKey, io), allowedSigners: named.signers };
  const desk = await openBranchDatabaseChanges({
    ...{ live, history, clone, ...keys },
    ...{ modes, committer, pushOptions, budget, cwd: io.cwd },
  });
  lifetime.add('the changes', () => desk.close());
  return { desk, history };
}

function identify(): ConstructorParameters<typeof Fleet>[1] {
  return { id: randomUUID(), host: hostname(), pid: process.pid, version: readVersion(), startedAt: new Date() };
}
