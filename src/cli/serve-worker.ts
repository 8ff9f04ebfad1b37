import { WorkerSidecar } from '../http/worker-sidecar.ts';
import { exitCodes, type CommandIo } from './command-io.ts';
import { logClockTurns } from './log-clock-turns.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { leaveSignalsToPrimary } from './serve-signals.ts';

/** One worker of several, started by the primary with the same arguments; the result is the exit code. */
export async function serveAsWorker(options: ServeOptions, io: CommandIo): Promise<number> {
  leaveSignalsToPrimary();
  const { access, decisionLog, stalenessLimit, log } = await readServeOptions(options, io);
  const sidecar = new WorkerSidecar({
    port: process,
    access,
    decisions: decisionLog === undefined ? 'unlogged' : 'logged',
    staleness: stalenessLimit,
    log: log.child({ worker: process.pid }),
  });
  const stopClock = logClockTurns(log.child({ worker: process.pid }));
  await sidecar.stopped;
  stopClock();
  process.disconnect();
  return exitCodes.clean;
}
