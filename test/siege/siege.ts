import { findBrokenPromises, siegePromises } from './siege-promises.ts';
import { laySiege } from './lay-siege.ts';

/*
 * `npm run siege`: everything that strangers do to a sidecar, at once, for ten minutes: half of them against a single
 * process, half against a pool. Prints what one good client saw, and fails when a promise is broken.
 */

const minutes = Number(process.env['SIEGE_MINUTES'] ?? 10);
const startedMs = performance.now();
const say = (text: string): void =>
  console.error(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);

for (const workers of [1, 2]) {
  say(workers === 1 ? 'a single process' : `a pool of ${workers} workers`);
  const siegeMs = (minutes * 60_000) / 2;
  const result = await laySiege({ workers, quietMs: 15_000, siegeMs, afterMs: 15_000, say });
  for (const { name, tries, breaches } of result.attacks) {
    console.log(`${name}: ${tries} times${breaches.map((text) => `\n  breach: ${text}`).join('')}`);
  }
  const { quiet, elsewhere, besieged, after, editMs, end } = result;
  const edits = [...editMs].sort((left, right) => left - right);
  console.log(
    [
      `good client: ${besieged.asked} asked, ${besieged.failed} failed, ${besieged.wrong} wrong`,
      `p99, ms: undisturbed ${quiet.p99Ms.toFixed(2)}, with another sidecar attacked ${elsewhere.p99Ms.toFixed(2)}, besieged ${besieged.p99Ms.toFixed(2)}, after ${after.p99Ms.toFixed(2)}`,
      `besieged p99: ${(besieged.p99Ms / elsewhere.p99Ms).toFixed(2)} × that with another attacked, ${(besieged.p99Ms / quiet.p99Ms).toFixed(2)} × the undisturbed`,
      `longest answer, ms: undisturbed ${quiet.worstMs.toFixed(1)}, besieged ${besieged.worstMs.toFixed(1)}`,
      `edits in effect, ms: median ${(edits[Math.floor(edits.length / 2)] ?? NaN).toFixed(0)}, worst ${(edits.at(-1) ?? NaN).toFixed(0)} (${edits.length})`,
      `most memory of a process, MiB: ${result.mostMib.toFixed(0)} (ceiling ${siegePromises.mostMib})`,
      `well again after ms: ${result.healedMs.toFixed(0)}; workers killed or stopped: ${result.replacedWorkers}`,
      `SIGTERM: ended with ${String(end.exitCode)} after ${end.tookMs.toFixed(0)} ms`,
    ].join('\n'),
  );
  const broken = findBrokenPromises(result);
  for (const text of broken) console.error(`a promise is broken: ${text}`);
  if (broken.length > 0) process.exitCode = 1;
}
