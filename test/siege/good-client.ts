import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { knownQuestions } from './siege-policy.ts';

/*
 * The caller that nothing may happen to: a process of its own that asks over one kept connection, a question every few
 * milliseconds, and holds each answer against what the policy says. It tells what it saw when its parent asks.
 */

export interface ClientReport {
  readonly asked: number;
  readonly failed: number;
  readonly wrong: number;
  /** Connections it had to open; one, if nobody cut it off. */
  readonly connections: number;
  /** Of the present one, by which its worker is found. */
  readonly localPort: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Of the first failures, for a person. */
  readonly notes: readonly string[];
}

const pauseMs = 4;
const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

let connections = 0;
let localPort = 0;
let latencies: number[] = [];
let failed = 0;
let wrong = 0;
let notes: string[] = [];

process.on('message', () => {
  process.send?.(report());
  latencies = [];
  failed = 0;
  wrong = 0;
  notes = [];
});
process.on('disconnect', () => process.exit(0));

for (let index = 0; ; index += 1) {
  const { body, isAllowed } = knownQuestions[index % knownQuestions.length] ?? { body: '', isAllowed: false };
  const startedMs = performance.now();
  try {
    const text = await ask(body);
    if (!text.includes(`"decision":${String(isAllowed)}`)) note('wrong', `${body}: ${text.slice(0, 200)}`);
  } catch (error) {
    note('failed', String(error));
    await pause(50);
  }
  latencies.push(performance.now() - startedMs);
  await pause(pauseMs);
}

function note(what: 'wrong' | 'failed', text: string): void {
  if (what === 'wrong') wrong += 1;
  else failed += 1;
  if (notes.length < 5) notes.push(`${what}: ${text}`);
}

function ask(body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { host: '127.0.0.1', port, path: '/v1/enforce', method: 'POST', agent, headers };
    const sent = request({ ...options, timeout: 20_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`status ${String(response.statusCode)}: ${text.slice(0, 200)}`));
      });
    });
    sent.on('socket', (socket) => {
      if (!socket.connecting) return;
      connections += 1;
      socket.once('connect', () => (localPort = socket.localPort ?? 0));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.on('error', reject);
    sent.end(body);
  });
}

function report(): ClientReport {
  const sorted = latencies.sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const times = { p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1) };
  return { asked: sorted.length, failed, wrong, connections, localPort, ...times, notes };
}
