import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `isThere` says so, three seconds at most; the machine that runs the tests may be busy. */
export async function waitFor(what: string, isThere: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await isThere())) {
    if (performance.now() - startedMs > 3000) throw new Error(`waited three seconds for ${what}`);
    await pause(2);
  }
}
