import { killChanges } from './change-kills.ts';

// How many times a sidecar is killed while it makes changes: `npx tsx test/soak/kill-changes.ts 100`; more words are flags of it, as `--workers 2`.
const [kills, more] = [Number(process.argv[2] ?? 50), process.argv.slice(3)];
const result = await killChanges(kills, Math.random, more);
console.log(JSON.stringify({ kills, ...result }, undefined, 2));
if (result.faults.length > 0) process.exitCode = 1;
