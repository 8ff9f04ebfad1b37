import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { rest } from './attack.ts';
import type { BesiegedSidecar } from './besieged-sidecar.ts';
import { secretText } from './file-attacks.ts';
import { watchedQuestion, watchedText } from './siege-policy.ts';

interface Options {
  readonly sidecar: BesiegedSidecar;
  /** The port of the good client, whose own worker is left alone: no server keeps a connection whose process is killed. */
  readonly client: () => number;
  readonly root: string;
  readonly workers: number;
  readonly siegeMs: number;
  readonly over: AbortSignal;
}

interface Seen {
  mostMib: number;
  editMs: number[];
  hasLeaked: boolean;
  replacedWorkers: number;
  /** When a new connection was answered from the policy that is in the files, by `performance.now()`. */
  heal: () => Promise<number>;
  /** What the sidecar says of its policy, for whoever has to find out why it is not well. */
  tell: () => Promise<string>;
}

/**
 * What goes on beside the attackers: roles are taken away and given back in the files, the log's reader stops and goes on,
 * workers are killed and stopped, signals come, and somebody watches the memory.
 */
export async function watchOthers(options: Options): Promise<Seen> {
  const { sidecar, root, over } = options;
  let role: 'reader' | 'nobody' = 'reader';
  const seen: Seen = {
    mostMib: 0,
    editMs: [],
    hasLeaked: false,
    replacedWorkers: 0,
    heal: async () => {
      sidecar.goOnReading();
      await untilDecided(sidecar.port, role === 'reader', AbortSignal.timeout(healMs));
      return performance.now();
    },
    tell: async () => (await call(sidecar.port, 'GET', '/v1/policy')).text,
  };
  const isOver = (): boolean => over.aborted;
  const watched = join(root, 'policies', 'watched.yaml');
  const edit = async (): Promise<void> => {
    while (!over.aborted) {
      await rest(over, 7000);
      if (isOver()) return;
      role = role === 'reader' ? 'nobody' : 'reader';
      await writeFile(watched, watchedText(role));
      const startedMs = performance.now();
      // While a stranger's file is there the last good policy stays, so it may take until that one is gone.
      await untilDecided(sidecar.port, role === 'reader', over);
      if (!isOver()) seen.editMs.push(performance.now() - startedMs);
    }
  };
  const watch = async (): Promise<void> => {
    while (!over.aborted) {
      seen.mostMib = Math.max(seen.mostMib, await sidecar.largestMib());
      const { text } = await call(sidecar.port, 'GET', '/v1/policy').catch(() => ({ text: '' }));
      if (text.includes(secretText) || sidecar.output.includes(secretText)) seen.hasLeaked = true;
      await rest(over, 250);
    }
  };
  await Promise.all([edit(), watch(), disturbOutput(options), disturbWorkers(options, seen)]);
  return seen;
}

// The reader of the log hangs for the middle third, and SIGHUP comes as from log rotation.
async function disturbOutput({ sidecar, siegeMs, over }: Options): Promise<void> {
  await rest(over, siegeMs / 3);
  sidecar.stopReading();
  sidecar.signal('SIGHUP');
  await rest(over, siegeMs / 3);
  sidecar.goOnReading();
  sidecar.signal('SIGHUP');
}

async function disturbWorkers({ sidecar, client, workers, siegeMs, over }: Options, seen: Seen): Promise<void> {
  if (workers === 1) return;
  const everyMs = Math.max(3000, siegeMs / 10);
  for (let turn = 0; ; turn += 1) {
    await rest(over, everyMs);
    if (over.aborted) return;
    const own = await sidecar.workerOf(client());
    const other = own === undefined ? undefined : (await sidecar.workers()).find((pid) => pid !== own);
    if (other === undefined) continue;
    process.kill(other, turn % 2 === 0 ? 'SIGKILL' : 'SIGSTOP');
    seen.replacedWorkers += 1;
  }
}

/** Far longer than it may take; then it is told as what it is. */
const healMs = 60_000;

async function untilDecided(port: number, isAllowed: boolean, over: AbortSignal): Promise<void> {
  for (;;) {
    const { text } = await call(port, 'POST', '/v1/enforce', watchedQuestion).catch(() => ({ text: '' }));
    if (text.includes(`"decision":${String(isAllowed)}`) || over.aborted) return;
    await pause(20);
  }
}

/** On a connection of its own. */
function call(port: number, method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false as const, timeout: 5000 };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')));
    sent.on('error', reject);
    sent.end(body);
  });
}
