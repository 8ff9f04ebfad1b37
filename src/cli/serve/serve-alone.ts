import { DecisionLog } from '../../http/logging/decision-log.ts';
import { startSidecar } from '../../http/sidecar.ts';
import { limits } from '../../policy/limits.ts';
import { inLifetime } from '../../store/lifetime.ts';
import { openSource } from './open-source.ts';
import type { SourceSurroundings } from './served-source.ts';
import { openPages, startPages } from './pages/open-pages.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { printPages } from './serve-greeting.ts';
import { logSource, serveUntilStopped } from './serve-until-stopped.ts';

/** The sidecar in one process, which follows the source and answers; the result is the exit code. */
export async function serveAlone(options: ServeOptions, io: ServeIo): Promise<number> {
  const setup = await readServeOptions(options, io);
  return inLifetime(setup.log, (lifetime) => serve({ options, setup, io, lifetime }));
}

async function serve(surroundings: SourceSurroundings): Promise<number> {
  const { options, setup, io, lifetime } = surroundings;
  const { listen, access, staleness, log } = setup;
  const decisionLog = await openDecisionLog(surroundings);
  const pages = await openPages(options, setup, io);
  const source = await openSource(surroundings);
  const { live, database, changes, history, gitHook, fleet, cache } = source;
  logSource(source, surroundings);
  const sidecar = await startSidecar({
    live,
    database,
    changes,
    history,
    gitHook,
    fleet,
    console: pages,
    listen,
    access,
    decisionLog,
    droppedLogLines: droppedLogLines(io),
    staleness,
    decidesAtMs: options.at,
    cache,
    log,
  });
  lifetime.add('the sidecar', () => sidecar.stop(), limits.drainTimeoutMs + limits.logDrainMs + limits.closeMs);
  if (pages) startPages(pages, options, setup);
  live.onLook((found) => sidecar.noteCheck(found, found.at.getTime()));
  const shape = {
    address: sidecar.address,
    reopenDecisionLog: () => decisionLog?.reopen(),
    readTokens: () => access.reload().then(() => pages?.sessions.reload()),
    printLink: () => pages && printPages(sidecar.address, pages.sessions, options, io),
  };
  return serveUntilStopped(source, shape, surroundings);
}

async function openDecisionLog({ setup, io, lifetime }: SourceSurroundings): Promise<DecisionLog | undefined> {
  const { decisionLog: target, log } = setup;
  if (target === undefined) return undefined;
  const decisionLog = await DecisionLog.open(target, { log, stdout: io.stdout });
  lifetime.add('the decision log', () => decisionLog.close(), limits.logDrainMs + limits.closeMs);
  return decisionLog;
}
