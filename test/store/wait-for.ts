import { setTimeout as pause } from 'node:timers/promises';

const longestMs = 10_000;

/** Waits until `isThere` says so, and no longer than a machine that is busy elsewhere may take. */
export async function waitFor(what: string, isThere: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await isThere())) {
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > longestMs) throw new Error(`waited ten seconds for ${what}`);
    // What takes long is asked for less and less often, because asking keeps the machine from what is waited for.
    await pause(Math.min(50, Math.max(2, waitedMs / 10)));
  }
}
