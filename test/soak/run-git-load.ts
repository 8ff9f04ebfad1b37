import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LivePolicy } from '../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';
import { startGitServer } from '../support/git-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { bits, PushingClone } from './git-load-repository.ts';
import { spawnSidecar } from './spawned-sidecar.ts';

export interface GitLoadOptions {
  readonly commits: number;
  readonly workspaces: number;
  /** One of so many is told by no hook, and found by the poll. */
  readonly untold: number;
  readonly clients: number;
  readonly say?: (text: string) => void;
}

export interface GitLoadResult {
  readonly good: number;
  readonly broken: number;
  readonly forced: number;
  /** From the end of a push, and the hook, to the first answer by it, sorted. */
  readonly toldMs: readonly number[];
  /** The same without a hook. */
  readonly polledMs: readonly number[];
  /** From the beginning of a push that was told, sorted. */
  readonly pushedMs: readonly number[];
  readonly batches: number;
  readonly failed: number;
  /** What must not be; empty. */
  readonly wrong: readonly string[];
  readonly residentMib: number;
  readonly cloneMib: number;
}

const token = 'a-token-of-the-load';
const secret = 'a-secret-of-the-hook';
export const pollMs = 1000;

/** Pushes commits to a bare repository while a sidecar that follows it is asked without pause. */
export async function runGitLoad(options: GitLoadOptions): Promise<GitLoadResult> {
  const { workspaces, say = () => undefined } = options;
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-git-load-'));
  const bare = join(folder, 'policy.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch', 'main', bare]);
  execFileSync('git', ['-C', bare, 'config', 'http.receivepack', 'true']);
  const server = await startGitServer(bare);
  server.token = token;
  const clone = new PushingClone(join(folder, 'work'), token);
  try {
    await clone.create(server.url, workspaces);
    await writeFile(join(folder, 'token'), token);
    await writeFile(join(folder, 'hook'), secret);
    const cache = join(folder, 'cache');
    const flags = ['--git', server.url, '--git-token-file', join(folder, 'token'), '--cache', cache];
    const more = ['--poll', `${pollMs / 1000}s`, '--hook-secret-file', join(folder, 'hook'), '--log-level', 'error'];
    const sidecar = await spawnSidecar(undefined, [...flags, ...more]);
    try {
      say(`a sidecar follows ${workspaces + 2} workspaces`);
      const load = new GitLoad(options, clone, sidecar.port);
      const result = await load.run();
      const [fresh, live] = [await revisionOf(bare, join(folder, 'fresh')), await load.revision()];
      const differs = fresh === live ? [] : [`live is ${live}, and a fresh clone gives ${fresh}`];
      const du = execFileSync('du', ['-sk', cache]).toString();
      return {
        ...result,
        wrong: [...result.wrong, ...differs],
        residentMib: await sidecar.residentMib(),
        cloneMib: Number.parseInt(du, 10) / 1024,
      };
    } finally {
      await sidecar.stop();
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of a checkout, read as a folder. */
async function revisionOf(bare: string, folder: string): Promise<string> {
  execFileSync('git', ['clone', '--quiet', bare, folder]);
  const live = new LivePolicy(new PolicyDirectory(folder));
  await live.reload('start');
  return live.current?.revision ?? 'none';
}

const requests = Array.from({ length: bits }, (_, bit) => {
  const workspace = bit < bits / 2 ? 'low' : 'high';
  return { subject: `bit-${bit}`, workspace, permission: 'doc:share' };
});

interface Batch {
  readonly decisions: readonly { readonly decision: boolean }[];
  readonly revision: string;
}

interface Told {
  readonly revision: string;
  readonly looks: { readonly failing: object | null };
}

class GitLoad {
  readonly #options: GitLoadOptions;
  readonly #clone: PushingClone;
  readonly #port: number;
  readonly #agent: Agent;
  readonly #numbers = new Map<string, number>();
  readonly #pushed = new Set([0]);
  readonly #wrong: string[] = [];
  readonly #toldMs: number[] = [];
  readonly #polledMs: number[] = [];
  readonly #pushedMs: number[] = [];
  #latest = 0;
  #counts = { good: 0, broken: 0, forced: 0, batches: 0, failed: 0 };
  #isDone = false;
  #awaited: { readonly number: number; readonly seen: () => void } | undefined;

  constructor(options: GitLoadOptions, clone: PushingClone, port: number) {
    this.#options = options;
    this.#clone = clone;
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true });
  }

  async run(): Promise<Omit<GitLoadResult, 'residentMib' | 'cloneMib'>> {
    const askers = Array.from({ length: this.#options.clients }, () => this.#askOn());
    let number = 0;
    for (let index = 1; index <= this.#options.commits; index += 1) {
      if (index % 5 === 0) await this.#pushBroken();
      else await this.#pushGood((number += 1), index);
      if (index % 100 === 0) this.#options.say?.(`${index} commits are pushed`);
    }
    // What is broken in the end is nothing to compare with.
    if (this.#options.commits % 5 === 0) await this.#pushGood(number + 1, 0);
    this.#isDone = true;
    await Promise.all(askers);
    this.#agent.destroy();
    const sorted = (values: readonly number[]): readonly number[] => [...values].sort((left, right) => left - right);
    return {
      ...this.#counts,
      toldMs: sorted(this.#toldMs),
      polledMs: sorted(this.#polledMs),
      pushedMs: sorted(this.#pushedMs),
      wrong: this.#wrong,
    };
  }

  async revision(): Promise<string> {
    return (await this.#policy()).revision;
  }

  async #pushGood(number: number, index: number): Promise<void> {
    // Another history in place of the last two commits.
    const isForced = index % 20 === 11;
    if (isForced) await this.#clone.git('reset', '--quiet', '--hard', 'HEAD~2');
    await this.#clone.write(number);
    await this.#clone.commit(`number ${number}`);
    this.#pushed.add(number);
    const effective = new Promise<void>((seen) => (this.#awaited = { number, seen }));
    const beganAt = performance.now();
    await this.#clone.push(...(isForced ? ['--force'] : []));
    const pushedAt = performance.now();
    const isTold = index % this.#options.untold !== 1;
    if (isTold) await this.#tell();
    const verdict = await Promise.race([effective.then(() => 'live'), pause(30_000, 'late', { ref: false })]);
    if (verdict === 'late') this.#wrong.push(`commit ${number} did not become live`);
    const nowAt = performance.now();
    (isTold ? this.#toldMs : this.#polledMs).push(nowAt - pushedAt);
    if (isTold) this.#pushedMs.push(nowAt - beganAt);
    this.#counts.good += 1;
    if (isForced) this.#counts.forced += 1;
  }

  async #pushBroken(): Promise<void> {
    await this.#clone.break();
    await this.#clone.commit('break');
    const before = this.#latest;
    await this.#clone.push();
    await this.#tell();
    await waitFor('a broken commit to be told', async () => (await this.#policy()).looks.failing !== null, 30_000);
    if (this.#latest !== before) this.#wrong.push(`a broken commit made ${this.#latest} of ${before}`);
    this.#counts.broken += 1;
  }

  async #askOn(): Promise<void> {
    while (!this.#isDone) {
      this.#counts.batches += 1;
      try {
        const batch = (await this.#call('/v1/enforce/batch', JSON.stringify({ requests }))) as Batch;
        this.#take(batch);
      } catch {
        this.#counts.failed += 1;
      }
      await pause(5);
    }
  }

  #take({ decisions, revision }: Batch): void {
    const number = decisions.reduce((sum, { decision }, bit) => sum + (decision ? 1 << bit : 0), 0);
    const known = this.#numbers.get(revision);
    if (known !== undefined && known !== number) this.#wrong.push(`${revision} said ${number} and ${known}`);
    if (!this.#pushed.has(number)) this.#wrong.push(`${revision} said ${number}, which nobody pushed`);
    this.#numbers.set(revision, number);
    this.#latest = number;
    if (this.#awaited?.number === number) this.#awaited.seen();
  }

  async #tell(): Promise<void> {
    const body = JSON.stringify({ ref: 'refs/heads/main' });
    const mac = createHmac('sha256', secret).update(body).digest('hex');
    await this.#call('/v1/hooks/git', body, { 'x-hub-signature-256': `sha256=${mac}` });
  }

  #policy(): Promise<Told> {
    return this.#call('/v1/policy') as Promise<Told>;
  }

  #call(path: string, body?: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', ...more };
    const method = body === undefined ? 'GET' : 'POST';
    return new Promise((resolve, reject) => {
      const to = { port: this.#port, host: '127.0.0.1', path, method, agent: this.#agent, headers };
      const sent = request(to, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200 || response.statusCode === 202) resolve(JSON.parse(text));
          else reject(new Error(`status ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
