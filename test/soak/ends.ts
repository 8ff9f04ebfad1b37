import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childrenOf, isAlive } from '../cli/serve/process-tools.ts';
import { createPolicyFolder, smallPolicy } from '../support/policy-folder.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';

/*
 * `npm run ends [RUNS]`: ends a pool of two workers with SIGTERM, hundreds of times, each after one of its workers was killed,
 * stopped or hung while connections were on their way to it. Fails unless each is gone within its time, workers and all.
 */

const runs = Number(process.argv[2] ?? 300);
const atOnce = Number(process.env['ENDS_AT_ONCE'] ?? 2);

/** What SIGTERM promises to a pool whose event loops turn, or are found out not to. */
const mostMs = 10_000;

/** What happens to one worker. */
const mishaps = ['SIGKILL', 'SIGSTOP', 'SIGUSR2'] as const;

// A worker that this signal comes to never gets to its event loop again.
const hangScript = `process.on('SIGUSR2', () => { for (;;); });`;

interface End {
  readonly mishap: string;
  readonly tookMs: number;
  readonly code: number | null | 'still there';
  readonly isOrphaned: boolean;
}

async function endOnce(number: number, root: string): Promise<End> {
  const mishap = mishaps[number % mishaps.length] ?? 'SIGKILL';
  const args = [rolebookProgram, 'serve', '--policy', root, '--listen', '127.0.0.1:0', '--workers', '2'];
  const env = { ...process.env, NODE_OPTIONS: `--import ${join(root, 'hang.mjs')}` };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    const port = await portOf(child.stdout);
    const pids = childrenOf(child.pid ?? 0);
    const over = new AbortController();
    const asking = Array.from({ length: 8 }, () => keepAsking(port, over.signal));
    await pause(100 + (number % 7) * 20);
    process.kill(pids[number % pids.length] ?? 0, mishap);
    await pause((number % 11) * 60);
    const startedMs = performance.now();
    child.kill('SIGTERM');
    const code = await Promise.race([exited, pause(3 * mostMs, 'still there' as const, { ref: false })]);
    const tookMs = performance.now() - startedMs;
    over.abort();
    await Promise.all(asking);
    return { mishap, tookMs, code, isOrphaned: pids.some(isAlive) };
  } finally {
    child.kill('SIGKILL');
  }
}

async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const port = /127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined && text.includes('try:')) return Number(port);
  }
  throw new Error(`it did not start: ${text}`);
}

// A connection for each, so that there is always one on its way. What becomes of them is not asked here.
async function keepAsking(port: number, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await new Promise<void>((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path: '/healthz', agent: false, timeout: 1000 }, (response) =>
        response.resume().once('close', resolve),
      );
      sent.once('timeout', () => sent.destroy()).once('error', () => setTimeout(resolve, 20));
      sent.end();
    });
  }
}

const folder = await createPolicyFolder(smallPolicy());
await writeFile(join(folder.root, 'hang.mjs'), hangScript);
const ends: End[] = [];
let begun = 0;
const lane = async (): Promise<void> => {
  while (begun < runs) {
    ends.push(await endOnce(begun++, folder.root));
    if (ends.length % 50 === 0) console.log(`${ends.length} of ${runs} so far`);
  }
};
await Promise.all(Array.from({ length: atOnce }, lane));
await folder.dispose();
for (const mishap of mishaps) {
  const times = ends.filter((end) => end.mishap === mishap).map(({ tookMs }) => tookMs);
  const sorted = times.sort((left, right) => left - right).map((ms) => ms.toFixed(0));
  console.log(`${mishap}: ${sorted.length} ends; ms: median ${sorted[sorted.length >> 1]}, longest ${sorted.at(-1)}`);
}
const late = ends.filter(({ tookMs, code, isOrphaned }) => tookMs > mostMs || code !== 0 || isOrphaned);
console.log(`${ends.length - late.length} of ${ends.length} ended within ${mostMs / 1000} s, workers and all`);
for (const end of late) console.log(JSON.stringify(end));
if (late.length > 0) process.exitCode = 1;
