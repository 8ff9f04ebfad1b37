import type { Logger } from '../../http/logging/log.ts';
import { limits } from '../../policy/limits.ts';
import { exitCodes } from '../command/command-io.ts';
import { endProcess } from '../command/end-process.ts';
import { messageOf } from '../../policy/errors.ts';

/**
 * Resolves at the first SIGTERM or SIGINT; whoever sends a second one does not want to wait. Whatever stands still, the
 * process has ended when `limits.stopMs` are over.
 */
export function stopOnSignal(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = (signal: string): void => {
      if (isStopping) endProcess(exitCodes.couldNotRun);
      isStopping = true;
      setTimeout(() => endProcess(exitCodes.couldNotRun), limits.stopMs - limits.stuckExitMs).unref();
      log.info({ signal }, 'stopping');
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** Calls back at each SIGHUP; returns what ends that. */
export function reloadOnSignal(onReload: () => void): () => void {
  process.on('SIGHUP', onReload);
  return () => process.removeListener('SIGHUP', onReload);
}

/** Says how reading the token files again went. */
export function logTokenReload(reading: Promise<void>, log: Logger): Promise<void> {
  return reading.then(
    () => log.info('the token files were read again'),
    (error: unknown) => log.error({ reason: messageOf(error) }, 'the token files are bad: the old tokens stay'),
  );
}

/** A terminal and most supervisors signal all processes of a sidecar; the primary alone says what happens. */
export function leaveSignalsToPrimary(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
}
