import type { LivePolicy } from '../live/live-policy.ts';

export interface FollowedRemote {
  /** Looks now, as soon as the look that goes on is over: somebody told of news. */
  readonly hear: () => void;
  /** Ends it, and resolves when nothing is asked any more. */
  readonly close: () => Promise<void>;
}

/**
 * Looks at a repository elsewhere after so many milliseconds, and then every so many, counted from the end of the look
 * before.
 */
export function followRemote(live: Pick<LivePolicy, 'reload'>, firstMs: number, pollMs: number): FollowedRemote {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let looking: Promise<unknown> = Promise.resolve();
  const look = (trigger: 'poll' | 'news'): void => {
    clearTimeout(timer);
    looking = live.reload(trigger).finally(() => {
      if (isClosed) return;
      clearTimeout(timer);
      timer = setTimeout(() => look('poll'), pollMs);
      timer.unref();
    });
  };
  timer = setTimeout(() => look('poll'), firstMs);
  timer.unref();
  return {
    hear: () => {
      if (!isClosed) look('news');
    },
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
