import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `isThere` says so, ten seconds at most; the machine that runs the tests may be busy, and who sees it sooner waits no longer. */
export async function waitFor(
  what: string,
  isThere: () => boolean | Promise<boolean>,
  longestMs = 10_000,
): Promise<void> {
  const startedMs = performance.now();
  while (!(await isThere())) {
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > longestMs) throw new Error(`waited ${longestMs / 1000} seconds for ${what}`);
    // What takes long is asked for less and less often, because asking keeps the machine from what is waited for.
    await pause(Math.min(50, Math.max(2, waitedMs / 10)));
  }
}
