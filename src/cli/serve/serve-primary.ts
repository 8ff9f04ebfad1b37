import { bindServer } from '../../http/server/bind-server.ts';
import { connectionCeilings } from '../../http/connections/connection-ceilings.ts';
import { ConnectionDealer } from '../../http/workers/connection-dealer.ts';
import { formatLogLines } from '../../http/logging/log.ts';
import { openLogSink } from '../../http/output/open-log-sink.ts';
import { describePolicy, describeWorkers } from '../../http/status/policy-document.ts';
import { PoolMetrics } from '../../http/workers/pool-metrics.ts';
import { createProgressLog, logReloads } from '../../http/logging/reload-log.ts';
import { SharedLogSink } from '../../http/workers/shared-log-sink.ts';
import { WorkerPool } from '../../http/workers/worker-pool.ts';
import { LivePolicy } from '../../store/live/live-policy.ts';
import type { ReloadOutcome } from '../../store/live/policy-source.ts';
import { PolicyDirectory } from '../../store/folder/policy-directory.ts';
import { exitCodes } from '../command/command-io.ts';
import { followFiles } from './follow-files.ts';
import { logClockTurns } from './log-clock-turns.ts';
import { logTokenReload } from './log-token-reload.ts';
import { greet } from './serve-greeting.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { reloadOnSignal, stopOnSignal } from './serve-signals.ts';
import { adviseOnTokens } from './token-advice.ts';
import { warnOfUnknownPermissions } from './staleness-options.ts';

/**
 * The sidecar in several processes. This one reads and follows the files and answers nobody; its workers answer, from
 * what it gives them. The result is the exit code.
 */
export async function serveWithWorkers(options: ServeOptions, io: ServeIo): Promise<number> {
  const setup = await readServeOptions(options, io);
  const { access, staleness, log } = setup;
  const target = setup.decisionLog;
  const sink = target === undefined ? undefined : new SharedLogSink(await openLogSink(target, io.stdout), log);
  const dealer = new ConnectionDealer(connectionCeilings().waiting);
  const address = await bindServer(dealer.server, setup.listen);
  const live: LivePolicy = new LivePolicy(new PolicyDirectory(setup.root), {
    onProgress: createProgressLog(log),
    beforeLive: (release) => {
      // Before the first policy is live in a worker it must know how old that is.
      pool.noteWord(release.judgedAtMs);
      return pool.publish(release);
    },
  });
  const pool: WorkerPool = new WorkerPool({
    count: options.workers,
    dealer,
    handlers: {
      reload: () => live.reload('request'),
      reach: ({ wanted, waitMs }) => live.reach(wanted, waitMs),
      describePolicy: () => ({ ...describePolicy(live, staleness), workers: describeWorkers(pool.slots) }),
      reportMetrics: () => metrics.report(),
      writeDecisions: (lines) => sink?.write(lines) ?? noDecisionLog,
    },
    onOutput: (lines) => io.stderr.write(io.isTerminal.stderr ? formatLogLines(lines) : lines),
    onEnd: (worker) => metrics.noteEnd(worker),
    log,
  });
  const metrics = new PoolMetrics(live, pool, dealer, staleness, droppedLogLines(io));
  metrics.policy.follow(live);
  logReloads(live, log);
  warnOfUnknownPermissions(live, staleness, log);
  live.onReload((reload) => {
    pool.noteStale(live.isStale);
    if (reload.outcome !== 'failed') pool.noteWord(reload.at.getTime());
  });
  await pool.start();
  // Watching begins before the first reading, so that no change falls in between.
  const noteCheck = (found: ReloadOutcome, atMs: number): void => {
    metrics.policy.noteCheck(found, atMs);
    if (found.outcome !== 'failed') pool.noteWord(atMs);
  };
  const watcher = await followFiles(live, setup, noteCheck).catch(async (error: unknown) => {
    await pool.stop();
    throw error;
  });
  const stopClock = logClockTurns(log);
  const hasStopped = stopOnSignal(log);
  const stopReloading = reloadOnSignal(() => {
    void live.reload('signal');
    void sink?.reopen();
    // Bad files are found out here, before any worker reads them.
    void logTokenReload(
      access.reload().then(() => pool.readTokens()),
      log,
    );
  });
  await live.reload('start');
  greet(live, address, options, io);
  adviseOnTokens(access, setup.adminTokens, log);
  await hasStopped;
  stopReloading();
  stopClock();
  // At once: a change that is being read waits for workers, and one that hangs is killed only by the end.
  await Promise.all([watcher.close(), pool.stop()]);
  await sink?.close();
  return exitCodes.clean;
}

const noDecisionLog = { bytesWritten: 0, failure: 'there is no decision log' };
