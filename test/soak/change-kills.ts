import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { textsBelow } from '../store/writing/policy-writer.ts';
import { changedTexts } from '../support/change-policy.ts';
import { createPolicyFolder } from '../support/policy-folder.ts';
import { send, type Reply } from '../support/running-sidecar.ts';
import { Serving } from '../support/serving.ts';

/** What came of changes whose sidecar was killed again and again. */
export interface KilledChanges {
  readonly asked: number;
  /** Changes whose answer was lost, and that were there when they were sent again. */
  readonly madeUnanswered: number;
  /** Starts that found a change half-written, and said what became of it. */
  readonly settled: number;
  /** What is not as it must be. */
  readonly faults: readonly string[];
}

const files = ['policies/acme/support.yaml', 'policies/acme/sales.yaml'] as const;

/**
 * Asks for changes of two files, one after the other, each with its key, and kills the sidecar at random times. When it is
 * there again, the change that has no answer is sent again. In the end each is there once. `more`: flags of the sidecar.
 */
export async function killChanges(
  kills: number,
  random: () => number,
  more: readonly string[] = [],
): Promise<KilledChanges> {
  const { root, dispose } = await createPolicyFolder({ ...changedTexts });
  const answered = new Map<number, string>();
  const faults: string[] = [];
  let [asked, madeUnanswered, settled] = [0, 0, 0];
  let serving: Serving | undefined;
  const next = async (address: string): Promise<boolean> => {
    const wasLost = asked > answered.size;
    if (!wasLost) asked += 1;
    const index = asked - 1;
    const isThere = linesOf(root, files[0], index) > 0;
    const reply = await askFor(root, address, index).catch(() => undefined);
    if (!reply) return false;
    if (reply.status !== 200) faults.push(`change ${index}: ${reply.text}`);
    if (wasLost && isThere) madeUnanswered += 1;
    answered.set(index, (reply.json as { change: string }).change);
    return reply.status === 200;
  };
  try {
    for (let kill = 0; kill <= kills; kill += 1) {
      const args = ['--listen', '127.0.0.1:0', '--admin-token-file', 'admin-tokens', '--create', '--changes', 'files'];
      const now = (serving = new Serving([...args, ...more], root));
      await now.untilOutput('answers on');
      await now.untilOutput('revision');
      if (/half-written is (finished|undone)/.test(now.stderr)) settled += 1;
      for (let index = 0; index < asked; index += 1) {
        if (linesOf(root, files[0], index) !== linesOf(root, files[1], index))
          faults.push(`change ${index} is half there`);
      }
      if (kill === kills) break;
      // However busy the machine is, it comes to make one before it is killed while it makes others.
      await next(now.address);
      void pause(random() * 600).then(() => now.kill());
      while (await next(now.address));
      await now.untilExit();
    }
    for (let more = 0; more < 3; more += 1) await next(serving?.address ?? '');
    faults.push(...(await wrongInTheEnd(root, serving?.address ?? '', answered)));
    return { asked, madeUnanswered, settled, faults };
  } finally {
    serving?.kill();
    await dispose();
  }
}

function askFor(root: string, address: string, index: number): Promise<Reply> {
  const token = readFileSync(join(root, 'admin-tokens'), 'utf8').trim();
  const headers = { Authorization: `Bearer ${token}`, 'Idempotency-Key': `key-${index}` };
  const subject = `new-${index}`;
  const edits = ['support', 'sales'].map((workspace) => ({
    edit: 'member.set',
    workspace,
    subject,
    roles: ['member'],
  }));
  return send(address, '/v1/changes', { method: 'POST', headers, body: { actor: 'olu', edits } });
}

function linesOf(root: string, file: string, index: number): number {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines.filter((line) => line === `  new-${index}: member`).length;
}

async function wrongInTheEnd(root: string, address: string, answered: ReadonlyMap<number, string>): Promise<string[]> {
  const faults: string[] = [];
  for (const index of answered.keys()) {
    for (const file of files)
      if (linesOf(root, file, index) !== 1) faults.push(`change ${index} is not once in ${file}`);
  }
  const told: string[] = [];
  for (let after = ''; ;) {
    const { json } = await send(address, `/v1/changes${after}`, {});
    const page = json as { changes: { change: string }[]; next?: string };
    told.push(...page.changes.map(({ change }) => change));
    if (page.next === undefined) break;
    after = `?after=${page.next}`;
  }
  const made = [...answered.values()].sort();
  if (told.sort().join() !== made.join())
    faults.push(`${made.length} changes were answered, and ${told.length} are listed`);
  const left = Object.keys(textsBelow(root)).filter((path) => /\.(new|old)$|journal|lock/.test(path));
  return [...faults, ...left.map((path) => `${path} is left`)];
}
