import { DecisionLog } from '../../http/logging/decision-log.ts';
import { createProgressLog, logReloads } from '../../http/logging/reload-log.ts';
import { startSidecar } from '../../http/sidecar.ts';
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

/** The sidecar in one process; the result is the exit code. */
export async function serveAlone(options: ServeOptions, io: ServeIo): Promise<number> {
  const setup = await readServeOptions(options, io);
  const { root, listen, access, staleness, log } = setup;
  const target = setup.decisionLog;
  const decisionLog = target === undefined ? undefined : await DecisionLog.open(target, { log, stdout: io.stdout });
  const live = new LivePolicy(new PolicyDirectory(root), { onProgress: createProgressLog(log) });
  logReloads(live, log);
  warnOfUnknownPermissions(live, staleness, log);
  const sidecar = await startSidecar({
    live,
    listen,
    access,
    decisionLog,
    droppedLogLines: droppedLogLines(io),
    staleness,
    log,
  });
  // Watching begins before the first reading, so that no change falls in between.
  const noteCheck = (found: ReloadOutcome, atMs: number): void => sidecar.noteCheck(found, atMs);
  const watcher = await followFiles(live, setup, noteCheck).catch(async (error: unknown) => {
    await sidecar.stop();
    throw error;
  });
  const stopClock = logClockTurns(log);
  const hasStopped = stopOnSignal(log);
  const stopReloading = reloadOnSignal(() => {
    void live.reload('signal');
    void decisionLog?.reopen();
    void logTokenReload(access.reload(), log);
  });
  await live.reload('start');
  greet(live, sidecar.address, options, io);
  adviseOnTokens(access, setup.adminTokens, log);
  await hasStopped;
  stopReloading();
  stopClock();
  await watcher.close();
  await sidecar.stop();
  await decisionLog?.close();
  return exitCodes.clean;
}
