import { setTimeout as pause } from 'node:timers/promises';

/** What `work` gives, if it does in time; else `late` is thrown. The work goes on, and nobody hears of it any more. */
export async function inTime<Result>(work: Promise<Result>, withinMs: number, late: () => Error): Promise<Result> {
  const answered = new AbortController();
  const tooLate = pause(withinMs, undefined, { signal: answered.signal }).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    answered.abort();
    tooLate.catch(() => undefined);
    work.catch(() => undefined);
  }
}
