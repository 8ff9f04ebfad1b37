import type { SiegeResult } from './lay-siege.ts';

/** What a besieged sidecar keeps. */
export const siegePromises = {
  /** The 99th percentile of the good client, as a multiple of the undisturbed one. */
  slower: 3,
  /** Resident memory of each process, whatever is sent to it. */
  mostMib: 512,
  /** From the end of the attacks until all is as before. */
  healedMs: 10_000,
  /** Ten seconds for requests in flight, and a little to end. */
  endMs: 13_000,
} as const;

/** Those that were not kept, each as a sentence; with `but times` without how long answers took. */
export function findBrokenPromises(result: SiegeResult, which: 'all' | 'but times' = 'all'): string[] {
  const { quiet, elsewhere, besieged, after, attacks, mostMib, healedMs, hasLeaked, hasRunCommands, end } = result;
  const broken: string[] = [];
  for (const [when, { failed, wrong, notes }] of Object.entries({ quiet, elsewhere, besieged, after })) {
    if (failed + wrong > 0) broken.push(`${when}: ${failed} failed, ${wrong} wrong: ${notes.join('; ')}`);
  }
  if (after.connections > 1) broken.push(`the kept connection was cut off ${after.connections - 1} times`);
  for (const { name, tries, breaches } of attacks) {
    if (tries === 0) broken.push(`${name} was never tried`);
    for (const text of breaches) broken.push(`${name}: ${text}`);
  }
  if (hasLeaked) broken.push('the content of a file outside the folder was told');
  if (hasRunCommands) broken.push('a command of the policy folder was run');
  if (mostMib > siegePromises.mostMib) broken.push(`a process took ${mostMib.toFixed(0)} MiB`);
  if (healedMs > siegePromises.healedMs) broken.push(`it was well again after ${healedMs.toFixed(0)} ms`);
  if (end.exitCode !== 0) broken.push(`it ended with ${String(end.exitCode)}`);
  if (end.tookMs > siegePromises.endMs) broken.push(`it ended after ${end.tookMs.toFixed(0)} ms`);
  if (which === 'all') {
    const limitMs = siegePromises.slower * quiet.p99Ms;
    if (besieged.p99Ms > limitMs)
      broken.push(`p99 rose from ${quiet.p99Ms.toFixed(2)} to ${besieged.p99Ms.toFixed(2)} ms`);
    if (after.p99Ms > limitMs) broken.push(`p99 stayed at ${after.p99Ms.toFixed(2)} ms`);
  }
  return broken;
}
