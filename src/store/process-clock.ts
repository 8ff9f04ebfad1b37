import { limits } from '../policy/limits.ts';
import { SteadyClock, type ClockTurn } from '../policy/steady-clock.ts';

/** The one time of this process: whatever is decided, listed, judged or found too old is so at the same time. */
export const processClock = new SteadyClock({ wall: () => Date.now(), steady: () => performance.now() });

/** Looks at the clock for as long as the process is to live, and tells when it is set back; answers how to end that. */
export function watchClock(onTurn: (turn: ClockTurn) => void, clock = processClock): () => void {
  const timer = setInterval(() => {
    const turn = clock.look();
    if (turn) onTurn(turn);
  }, limits.clockLookMs);
  timer.unref();
  return () => clearInterval(timer);
}
