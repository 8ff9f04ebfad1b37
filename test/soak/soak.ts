import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followEdits } from './follow-edits.ts';
import { writeManyWorkspaces } from './many-workspaces.ts';
import { askOddly } from './odd-requests.ts';
import { spawnSidecar } from './spawned-sidecar.ts';

/*
 * `npm run soak`: what takes too long for every run of the tests. 200 edits of one of 1,000 workspaces under 16
 * connections, then millions of odd requests. Prints what it measured and fails when a promise is broken.
 */

// Enough for a full garbage collection, which a small heap has after more than a million: before it nobody can say whether
// what grew stays.
const oddRequests = 2_500_000;

const root = await mkdtemp(join(tmpdir(), 'rolebook-soak-'));
try {
  await writeManyWorkspaces(root, 1000, 100);
  await writeFile(join(root, 'policies', 'watched.yaml'), 'workspace: watched\nmembers: { ana: member }\n');
  const sidecar = await spawnSidecar(root);
  const edits = await followEdits({ root, port: sidecar.port, edits: 200, connections: 16 });
  const { effectMs } = edits;
  for (const wrong of edits.wrong.slice(0, 5)) console.log(`wrong: ${wrong}`);
  const at = (share: number): string => (effectMs[Math.floor((effectMs.length - 1) * share)] ?? NaN).toFixed(1);
  console.log(`edits: ${edits.requests} requests, ${edits.failed} failed, ${edits.wrong.length} wrong answers`);
  console.log(`edit to effect, ms: median ${at(0.5)}, p90 ${at(0.9)}, worst ${at(1)} (${effectMs.length} good edits)`);
  console.log(`broken edits that kept the last good policy: ${edits.keptLastGood}`);
  const odd = await askOddly(sidecar, Number(process.env['ODD_REQUESTS'] ?? oddRequests));
  console.log(`odd requests: ${odd.requests}, allowed ${odd.allowed}, status 5xx ${odd.serverErrors}`);
  console.log(`resident memory, MiB: ${odd.residentMib.map((mib) => mib.toFixed(0)).join(' → ')}`);
  const code = await sidecar.stop();
  // Memory may still settle during the first fifth; from there to the end it must not grow by a fifth.
  const [, settled = 0] = odd.residentMib;
  const isFlat = (odd.residentMib.at(-1) ?? Infinity) < settled * 1.2;
  const isKept = edits.failed === 0 && edits.wrong.length === 0 && odd.allowed === 0 && odd.serverErrors === 0;
  if (!isKept || !isFlat || code !== 0 || Number(at(0.5)) >= 100) {
    console.error('a promise is broken', edits.wrong.slice(0, 5), { isFlat, code });
    process.exitCode = 1;
  }
} finally {
  await rm(root, { recursive: true });
}
