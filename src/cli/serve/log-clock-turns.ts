import type { Logger } from '../../http/logging/log.ts';
import { watchClock } from '../../store/process-clock.ts';

/** Says in the log when the clock of the machine is set back, and when it has caught up; answers how to end that. */
export function logClockTurns(log: Logger): () => void {
  return watchClock((turn) => {
    if (turn.kind === 'set-back') {
      const message =
        'the clock was set back; decisions go on from the time it was, so that nothing that ended is revived';
      log.warn({ byMs: turn.byMs }, message);
    } else {
      log.info('the clock has caught up with the time of decisions');
    }
  });
}
