import type { Logger } from '../../http/logging/log.ts';
import { logReloads } from '../../http/logging/reload-log.ts';
import { exitCodes } from '../command/command-io.ts';
import { logClockTurns } from './log-clock-turns.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';
import { greet } from './serve-greeting.ts';
import type { OpenShadow } from './shadow/open-shadow.ts';
import { logTokenReload, reloadOnSignal, stopOnSignal } from './serve-signals.ts';
import { warnOfUnknownPermissions } from './staleness-options.ts';
import { adviseOnTokens } from './token-advice.ts';

/** The part of `serve` that each shape, one process or several, does its own way. */
export interface ServeShape {
  /** Where it listens. */
  readonly address: string;
  /** For log rotation. */
  readonly reopenLogs: () => unknown;
  /** A second policy that answers are compared with. */
  readonly shadow?: Pick<OpenShadow, 'start' | 'reload'> | undefined;
  readonly readTokens: () => Promise<void>;
  /** Prints how to get to the pages, where there are some; a link is another one each time. */
  readonly printLink?: () => void;
}

/** Has what is found out about the source logged; to be called before it is started. */
export function logSource({ live }: OpenSource, { setup }: SourceSurroundings): void {
  const { staleness, log } = setup;
  logReloads(live, log);
  warnOfUnknownPermissions(live, staleness, log);
}

/** Starts the source for whoever listens by now, and resolves when a signal asks for the end; what is open stays open. */
export async function serveUntilStopped(
  source: OpenSource,
  shape: ServeShape,
  surroundings: SourceSurroundings,
): Promise<number> {
  const { options, setup, io, lifetime } = surroundings;
  const { access, adminTokens, log } = setup;
  const hasStopped = stopOnSignal(log);
  lifetime.add('the clock', logClockTurns(log));
  lifetime.add(
    'the signals',
    reloadOnSignal(() => {
      reload(source, shape, log);
      if (options.try === true) shape.printLink?.();
    }),
  );
  const next = await Promise.race([source.start().then(() => 'started'), hasStopped.then(() => 'stopped')]);
  if (next === 'stopped') return exitCodes.clean;
  if (options.at !== undefined) {
    log.warn({ decidesAt: new Date(options.at).toISOString() }, 'everything is decided as of one instant, for tests');
  }
  // Nobody waits for it: what is live answers already.
  void shape.shadow?.start();
  greet(source.live, shape.address, options, io);
  shape.printLink?.();
  if (options.try !== true) adviseOnTokens(access, adminTokens, { hasPages: options.publicUrl !== undefined, log });
  await hasStopped;
  return exitCodes.clean;
}

function reload({ live }: OpenSource, { reopenLogs, readTokens, shadow }: ServeShape, log: Logger): void {
  void live.reload('signal');
  shadow?.reload();
  void reopenLogs();
  void logTokenReload(readTokens(), log);
}
