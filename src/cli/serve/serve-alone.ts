import { isLocal } from '../../http/access/listen-address.ts';
import { ConsoleFiles } from '../../http/console/console-files.ts';
import { DecisionLog } from '../../http/logging/decision-log.ts';
import { Sessions } from '../../http/sessions/sessions.ts';
import { startSidecar, type SidecarOptions } from '../../http/sidecar.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { processClock } from '../../store/process-clock.ts';
import { packagePath } from '../command/package-folder.ts';
import { inLifetime } from '../../store/lifetime.ts';
import { openSource } from './open-source.ts';
import type { SourceSurroundings } from './served-source.ts';
import { readServeOptions, type ServeOptions, type ServeSetup } from './serve-options.ts';
import { droppedLogLines, type ServeIo } from './serve-output.ts';
import { printTryLink } from './serve-greeting.ts';
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
  const pages = await openConsole(options, setup);
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
  live.onLook((found) => sidecar.noteCheck(found, found.at.getTime()));
  const shape = {
    address: sidecar.address,
    reopenDecisionLog: () => decisionLog?.reopen(),
    readTokens: () => access.reload(),
    printLink: () => pages && printTryLink(sidecar.address, pages.sessions, options, io),
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

/** The pages of `--try`; undefined without it. Throws a RolebookError where another machine could reach them. */
async function openConsole(options: ServeOptions, { listen, access }: ServeSetup): Promise<SidecarOptions['console']> {
  if (options.try !== true) return undefined;
  if (listen.kind !== 'tcp' || !isLocal(listen)) {
    const message = `\`--try\` is for a browser on this machine, and cannot listen on \`${options.listen}\``;
    throw new RolebookError('usage', message, { help: 'leave `--listen` out, or write `--listen 127.0.0.1:8181`' });
  }
  const files = await ConsoleFiles.read(packagePath('dist/console'));
  return { files, sessions: new Sessions({ access, now: processClock.now }) };
}
