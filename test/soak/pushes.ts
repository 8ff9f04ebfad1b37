import { runPushes } from './run-pushes.ts';

/*
 * `npm run push-load`: ten writers make 300 changes of 20 roles through three sidecars of one branch, while a person pushes
 * there by hand and sidecars are killed. Each that was acknowledged is there once in the end, and none was undone.
 */
const begunMs = Date.now();
const [changes = 300, kills = 4] = process.argv.slice(2).map(Number);
const onProgress = ({ acknowledged }: { readonly acknowledged: number }): void =>
  console.error(`${acknowledged} after ${((Date.now() - begunMs) / 1000).toFixed(0)} s`);
const run = { sidecars: 3, writers: 10, changes, roles: 20, kills, onProgress };
const { delaysMs, faults, ...counts } = await runPushes(run);
const sorted = [...delaysMs].sort((left, right) => left - right);
const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
console.log(JSON.stringify({ seconds: (Date.now() - begunMs) / 1000, ...counts }));
console.log(`acknowledged and live after: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, at most ${at(1)} ms`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
