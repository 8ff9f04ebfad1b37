import { WorkerSidecar } from '../../http/workers/worker-sidecar.ts';
import { exitCodes } from '../command/command-io.ts';
import { logClockTurns } from './log-clock-turns.ts';
import { hookOf } from './git-options.ts';
import { reviewOf } from './pages/served-review.ts';
import { openPages, startPages } from './pages/open-pages.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { leaveSignalsToPrimary } from './serve-signals.ts';

/** One worker of several, started by the primary with the same arguments; the result is the exit code. */
export async function serveAsWorker(options: ServeOptions, io: ServeIo): Promise<number> {
  leaveSignalsToPrimary();
  const setup = await readServeOptions(options, io, 'worker');
  const { access, decisionLog, shadowLog, stalenessLimit, log } = setup;
  const pages = await openPages(options, setup, io);
  if (pages) startPages(pages, options, setup);
  const sidecar = new WorkerSidecar({
    port: process,
    access,
    console: pages,
    review: reviewOf(setup),
    source: options.database === undefined ? 'folder' : 'database',
    changes: options.changes,
    history: options.git === undefined || options.database !== undefined ? 'unknown' : 'known',
    gitHook: hookOf(options, io),
    decisions: decisionLog === undefined ? 'unlogged' : 'logged',
    shadow: options.shadow === undefined ? 'off' : shadowLog === undefined ? 'compared' : 'logged',
    requests: options.maxChanged === undefined ? 'forgotten' : 'remembered',
    loggedAttributes: options.decisionLogAttributes,
    staleness: stalenessLimit,
    droppedLogLines: droppedLogLines(io),
    log: log.child({ worker: process.pid }),
  });
  const stopClock = logClockTurns(log.child({ worker: process.pid }));
  await sidecar.stopped;
  stopClock();
  process.disconnect();
  return exitCodes.clean;
}
