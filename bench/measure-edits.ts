import { readFile, rename, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { timeFixedWork } from './fixed-work.ts';
import type { Server } from './servers.ts';

export interface EditResults {
  /** From the finished write to the first answer by the new policy, one an edit. */
  readonly effectMs: readonly number[];
  /** The longest that a request took while files were edited, for each edit. */
  readonly pauseMs: readonly number[];
  /** The longest that a request took in as long a time without edits: what the machine does by itself. */
  readonly calmMs: number;
  /** What the fixed piece of work took before and after. */
  readonly workMs: readonly number[];
}

/** Edits one workspace of a served policy again and again while four connections ask about it. */
export async function measureEdits(root: string, { address }: Server, edits: number): Promise<EditResults> {
  const beforeMs = timeFixedWork();
  const file = join(root, 'policies', 'ws-0.yaml');
  const original = await readFile(file, 'utf8');
  const body = JSON.stringify({ subject: 'probe@acme.example', workspace: 'ws-0', permission: 'doc:edit' });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  let [longestMs, decision, isDone] = [0, false, false];
  let onAnswer = (): void => undefined;
  const askOn = async (): Promise<void> => {
    while (!isDone) {
      const startedAt = performance.now();
      const answer = JSON.parse(await ask(address, '/v1/enforce', body, { agent })) as { decision: boolean };
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      decision = answer.decision;
      onAnswer();
    }
  };
  const askers = Array.from({ length: 4 }, askOn);
  const [effectMs, pauseMs]: [number[], number[]] = [[], []];
  for (let index = -2; index < edits; index += 1) {
    const isGrant = index % 2 === 0;
    await sleep(50);
    longestMs = 0;
    await writeFile(`${file}.new`, withProbe(original, isGrant ? 'doc:edit' : 'doc:archive'));
    const effective = new Promise<void>((resolve) => {
      onAnswer = () => decision === isGrant && resolve();
    });
    await rename(`${file}.new`, file);
    const writtenAt = performance.now();
    const late = sleep(30_000, 'late', { ref: false });
    if ((await Promise.race([effective, late])) === 'late') throw new Error(`edit ${index} took no effect`);
    const effect = performance.now() - writtenAt;
    // What a reload leaves behind may come after its effect.
    await sleep(100);
    // The first two warm the compiler and the watcher.
    if (index >= 0) effectMs.push(effect);
    if (index >= 0) pauseMs.push(longestMs);
  }
  longestMs = 0;
  await sleep(2000);
  const calmMs = longestMs;
  isDone = true;
  await Promise.all(askers);
  agent.destroy();
  return { effectMs, pauseMs, calmMs, workMs: [beforeMs, timeFixedWork()] };
}

function withProbe(original: string, permission: string): string {
  const role = `  probe:\n    grants:\n      - ${permission}\n`;
  return `${original.replace('roles:\n', `roles:\n${role}`)}  probe@acme.example: probe\n`;
}
