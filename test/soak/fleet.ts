import { fileURLToPath } from 'node:url';
import { runFleet } from './run-fleet.ts';

/*
 * `npm run fleet`: ten sidecars on one PostgreSQL, 1,000 changes of memberships and 20 publications at once, while
 * sidecars, publishers and the database are killed. Prints what it measured and fails when a promise is broken.
 */

const startedMs = performance.now();
const result = await runFleet({
  command: [fileURLToPath(new URL('../../bin/rolebook.js', import.meta.url))],
  sidecars: 10,
  // FLEET_WORKERS=2 has each of them answer in two processes.
  workers: Number(process.env['FLEET_WORKERS'] ?? 1),
  clients: 8,
  changes: Number(process.env['FLEET_CHANGES'] ?? 1000),
  publications: 20,
  kills: { sidecars: 10, publishers: 2, database: 3 },
  say: (text) => console.error(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${text}`),
});
const at = (share: number): string =>
  (result.spreadMs[Math.floor((result.spreadMs.length - 1) * share)] ?? NaN).toFixed(1);
console.log(`changes acknowledged: ${result.acknowledged}; sent again after no answer or a 503: ${result.retried}`);
console.log(`publications: ${result.published}`);
console.log(
  `asked with minRevision: ${result.asked}; no answer or a 503: ${result.unanswered}; wrong: ${result.wrong.length}`,
);
console.log(
  `from the reply to the effect in the other sidecars, ms: median ${at(0.5)}, p90 ${at(0.9)}, worst ${at(1)}`,
);
console.log(`differences from what was acknowledged: ${result.differences.length}`);
for (const text of [...result.wrong, ...result.differences].slice(0, 10)) console.log(`wrong: ${text}`);
const isKept = result.wrong.length === 0 && result.differences.length === 0;
if (!isKept || Number(at(0.5)) >= 100 || Number(at(1)) >= 1000) {
  console.error('a promise is broken');
  process.exitCode = 1;
}
