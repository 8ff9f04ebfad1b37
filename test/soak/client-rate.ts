import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient, type Client, type Question } from '../../packages/client/src/node.ts';
import { smallPolicy, createPolicyFolder } from '../support/policy-folder.ts';
import { Serving } from '../support/serving.ts';

/*
 * `npm run client-rate`: how many decisions a client gets over some connections that are kept, one question on each at a time, beside
 * what wrk gets over as many from the same sidecar; and how many where questions of one turn go together. In turns of a
 * second, so that whatever else the machine does meets both. Needs wrk.
 */
const turns = 5;
const turnMs = 1000;
const question: Question = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const script = fileURLToPath(new URL('../../bench/load/wrk.lua', import.meta.url));

/** Decisions in a second. A question of its own time is asked alone. */
async function rateOf(client: Client, callers: number, how: 'alone' | 'together'): Promise<number> {
  const endMs = performance.now() + turnMs;
  let count = 0;
  const ask = async (caller: number): Promise<void> => {
    const options = how === 'alone' ? { timeoutMs: 10_000 + caller } : {};
    while (performance.now() < endMs) {
      if (!(await client.can(question, options))) throw new Error('denied');
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_one, caller) => ask(caller)));
  return (count * 1000) / turnMs;
}

async function rateOfWrk(address: string, connections: number, bodies: string): Promise<number> {
  const words = ['-t1', `-c${connections}`, '-d1s', '-s', script, `${address}/v1/enforce`, '--', bodies];
  const { stdout } = await promisify(execFile)('wrk', words);
  const found = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { perSecond: number; failed: number };
  if (found.failed > 0) throw new Error(`${found.failed} requests of wrk failed`);
  return found.perSecond;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;
}

const policy = await createPolicyFolder(smallPolicy());
const folder = await mkdtemp(join(tmpdir(), 'client-rate-'));
const bodies = join(folder, 'bodies');
await writeFile(bodies, `${JSON.stringify(question)}\n`);
const serving = new Serving(['--policy', policy.root, '--listen', '127.0.0.1:0'], folder);
try {
  await serving.untilOutput('answers on');
  const client = createClient({ url: serving.address, timeoutMs: 10_000 });
  for (const connections of [1, 8, 32, 128]) {
    const rounds: { wrk: number; alone: number; together: number }[] = [];
    await rateOf(client, connections, 'alone');
    for (let turn = 0; turn < turns; turn += 1) {
      const wrk = await rateOfWrk(serving.address, connections, bodies);
      const alone = await rateOf(client, connections, 'alone');
      rounds.push({ wrk, alone, together: await rateOf(client, connections, 'together') });
    }
    const [wrk, alone, together] = (['wrk', 'alone', 'together'] as const).map((way) =>
      Math.round(median(rounds.map((round) => round[way]))),
    );
    const ratio = median(rounds.map((round) => round.alone / round.wrk));
    const gain = median(rounds.map((round) => round.together / round.alone));
    console.log(
      `${connections} at a time: wrk ${wrk}/s, client ${alone}/s (${ratio.toFixed(2)} of it), together ${together}/s (${gain.toFixed(1)} times the client's)`,
    );
  }
  client.close();
} finally {
  serving.kill();
  await policy.dispose();
  await rm(folder, { recursive: true });
}
