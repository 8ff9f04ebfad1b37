import { killChanges } from './change-kills.ts';

// How many times a sidecar is killed while it makes changes: `npx tsx test/soak/kill-changes.ts 100`.
const kills = Number(process.argv[2] ?? 50);
const result = await killChanges(kills, Math.random);
console.log(JSON.stringify({ kills, ...result }, undefined, 2));
if (result.faults.length > 0) process.exitCode = 1;
