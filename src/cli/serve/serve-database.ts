import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { DecisionLog } from '../../http/logging/decision-log.ts';
import { createProgressLog, logReloads } from '../../http/logging/reload-log.ts';
import { describeHealth } from '../../http/status/sidecar-health.ts';
import { startSidecar } from '../../http/sidecar.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import { Fleet } from '../../store/database/following/fleet.ts';
import { LiveDatabase } from '../../store/database/following/live-database.ts';
import { exitCodes } from '../command/command-io.ts';
import { logClockTurns } from './log-clock-turns.ts';
import { readVersion } from '../command/package-folder.ts';
import { keepCache, keptIn, openCache } from './serve-cache.ts';
import { greet } from './serve-greeting.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { warnOfUnknownPermissions } from './staleness-options.ts';
import { reloadOnSignal, stopOnSignal, logTokenReload } from './serve-signals.ts';
import { adviseOnTokens } from './token-advice.ts';

/** The sidecar in one process, with the policy of a database; the result is the exit code. */
export async function serveDatabase(options: ServeOptions, url: DatabaseUrl, io: ServeIo): Promise<number> {
  const setup = await readServeOptions(options, io);
  const { listen, access, staleness, log, pollMs } = setup;
  const target = setup.decisionLog;
  const decisionLog = target === undefined ? undefined : await DecisionLog.open(target, { log, stdout: io.stdout });
  const cacheOptions = { cwd: io.cwd, log, keyFile: options.cacheKeyFile };
  const cache = options.cache === undefined ? undefined : await openCache(options.cache, url, cacheOptions);
  const live: LiveDatabase = new LiveDatabase(url, {
    cwd: io.cwd,
    pollMs,
    onProgress: createProgressLog(log),
    onLook: (found) => sidecar.noteCheck(found, found.at.getTime()),
    kept: cache && keptIn(cache, staleness, log),
  });
  logReloads(live, log);
  warnOfUnknownPermissions(live, staleness, log);
  const keeper = cache && keepCache(cache, live, log);
  const identity = {
    id: randomUUID(),
    host: hostname(),
    pid: process.pid,
    version: readVersion(),
    startedAt: new Date(),
  };
  const fleet = new Fleet(live.connection, identity, () => describeHealth(live, staleness));
  const sidecar = await startSidecar({
    live,
    database: live,
    fleet,
    listen,
    access,
    decisionLog,
    droppedLogLines: droppedLogLines(io),
    staleness,
    cache: keeper,
    log,
  });
  await live.start().catch(async (error: unknown) => {
    await sidecar.stop();
    await keeper?.close();
    throw error;
  });
  fleet.start();
  const stopClock = logClockTurns(log);
  const hasStopped = stopOnSignal(log);
  const stopReloading = reloadOnSignal(() => {
    void live.reload('signal');
    void decisionLog?.reopen();
    void logTokenReload(access.reload(), log);
  });
  greet(live, sidecar.address, options, io);
  adviseOnTokens(access, setup.adminTokens, log);
  await hasStopped;
  stopReloading();
  stopClock();
  await sidecar.stop();
  await fleet.close();
  await keeper?.close();
  await live.close();
  await decisionLog?.close();
  return exitCodes.clean;
}
