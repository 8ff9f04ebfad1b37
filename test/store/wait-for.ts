import { setTimeout as pause } from 'node:timers/promises';

const longestMs = 10_000;

/** Waits until `isThere` says so, and no longer than a machine that is busy elsewhere may take. */
export async function waitFor(what: string, isThere: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await isThere())) {
    if (performance.now() - startedMs > longestMs) throw new Error(`waited ten seconds for ${what}`);
    await pause(2);
  }
}
