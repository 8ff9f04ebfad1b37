import { rename, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FollowEditsResult {
  readonly requests: number;
  /** Requests that got no answer, or another status than 200. */
  readonly failed: number;
  /** Answers that neither the policy before nor the one after the edit gives. */
  readonly wrong: readonly string[];
  /** From the finished write to the first answer by the new policy, sorted. */
  readonly effectMs: readonly number[];
  /** Broken edits after which an answer still came from the last good policy. */
  readonly keptLastGood: number;
}

interface Options {
  readonly root: string;
  readonly port: number;
  readonly edits: number;
  readonly connections: number;
}

type Edit = 'grant' | 'broken' | 'take-away';

/**
 * Edits one workspace again and again, good, broken and healed, by rename and in place, while connections ask without
 * pause. Each good edit has a revision of its own, so each answer can be held against the policy that gave it.
 */
export async function followEdits({ root, port, edits, connections }: Options): Promise<FollowEditsResult> {
  const file = join(root, 'policies', 'watched.yaml');
  const expected = new Map<string, boolean>();
  const wrong: string[] = [];
  const effectMs: number[] = [];
  let [requests, failed, keptLastGood] = [0, 0, 0];
  let lastRevision = '';
  let isDone = false;
  let next: { decision: boolean; writtenAt: number; taken: () => void } | undefined;

  const onAnswer = (decision: boolean, revision: string): void => {
    if (!expected.has(revision)) {
      if (next) {
        // The first answer by a new revision must be the new policy's.
        effectMs.push(performance.now() - next.writtenAt);
        expected.set(revision, next.decision);
        next.taken();
        next = undefined;
      } else wrong.push(`revision ${revision} came from nowhere`);
    }
    lastRevision = revision;
    if (expected.get(revision) !== decision) wrong.push(`${revision}: ${String(decision)}`);
  };
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const askOn = async (): Promise<void> => {
    while (!isDone) {
      requests += 1;
      try {
        const { decision, revision } = await ask(port, agent);
        onAnswer(decision, revision);
      } catch {
        failed += 1;
      }
    }
  };

  const first = await ask(port, agent);
  expected.set(first.revision, first.decision);
  const askers = Array.from({ length: connections }, askOn);
  const cycle: readonly Edit[] = ['grant', 'take-away', 'broken', 'grant', 'broken', 'take-away'];
  for (let index = 0; index < edits; index += 1) {
    const edit = cycle[index % cycle.length] ?? 'grant';
    if (edit === 'broken') {
      const before = lastRevision;
      await writeFile(file, `workspace: watched\nroles: { r: { grants: [doc:raed] } } # ${index}\n`);
      await sleep(60);
      if (lastRevision === before) keptLastGood += 1;
      continue;
    }
    const effective = new Promise<void>((taken) => {
      next = { decision: edit === 'grant', writtenAt: Infinity, taken };
    });
    await writeEdit(file, edit, index);
    // The answers may be ahead of this line; then the effect took less time than the write call.
    if (next) next.writtenAt = performance.now();
    const verdict = await Promise.race([effective.then(() => 'effective'), sleep(5000, 'late', { ref: false })]);
    if (verdict === 'late') wrong.push(`edit ${index} (${edit}) took no effect`);
  }
  isDone = true;
  await Promise.all(askers);
  agent.destroy();
  return {
    requests,
    failed,
    wrong,
    effectMs: effectMs.map((ms) => Math.max(0, ms)).sort((left, right) => left - right),
    keptLastGood,
  };
}

async function writeEdit(file: string, edit: Edit, index: number): Promise<void> {
  const grants = edit === 'grant' ? '[doc:edit]' : '[doc:read]';
  const text = `workspace: watched # ${index}\nroles: { r: { grants: ${grants} } }\nmembers: { ana: r }\n`;
  if (index % 2 === 0) return writeFile(file, text);
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

const body = JSON.stringify({ subject: 'ana', workspace: 'watched', permission: 'doc:edit' });

function ask(port: number, agent: Agent): Promise<{ decision: boolean; revision: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(
      { port, host: '127.0.0.1', path: '/v1/enforce', method: 'POST', agent, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text) as { decision: boolean; revision: string });
          else reject(new Error(`status ${String(response.statusCode)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
