import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { AdminTokenFile } from '../support/admin-token.ts';

/** How to start rolebook: what comes after `node`. */
export type RolebookCommand = readonly string[];

/** One sidecar of a fleet, which may be killed and started again on its port. */
export class FleetSidecar {
  readonly port: number;
  readonly #command: RolebookCommand;
  readonly #url: string;
  readonly #admins: AdminTokenFile;
  readonly #workers: number;
  #child: ChildProcess | undefined;
  #output = '';

  constructor(command: RolebookCommand, url: string, admins: AdminTokenFile, port: number, workers = 1) {
    this.#workers = workers;
    this.#command = command;
    this.#url = url;
    this.#admins = admins;
    this.port = port;
  }

  /** What it wrote since it was started the last time. */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const tokens = ['--admin-token-file', this.#admins.path];
    const shape = ['--listen', `127.0.0.1:${this.port}`, '--workers', String(this.#workers)];
    const args = [...this.#command, 'serve', '--database', '-', ...shape, ...tokens];
    const env = { ...process.env, ROLEBOOK_DATABASE_URL: this.#url };
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#child = child;
    this.#output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (this.#output += chunk));
    }
    for (let tries = 0; tries < 600; tries += 1) {
      const reply = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => undefined);
      await reply?.arrayBuffer();
      if (reply?.status === 200) return;
      if (child.exitCode !== null) break;
      await pause(50);
    }
    throw new Error(`a sidecar did not become ready: ${this.#output}`);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill('SIGTERM');
    return (await exited)[0];
  }
}

export interface Publishing {
  /** The revision with its sequence; undefined: it was killed before it said so. */
  readonly revision: string | undefined;
}

/** Runs `rolebook publish`; with `killAfterMs` it is killed on the way, if it takes that long. */
export async function publishFiles(
  command: RolebookCommand,
  url: string,
  root: string,
  killAfterMs?: number,
): Promise<Publishing> {
  const args = [...command, 'publish', '--policy', root, '--database', url, '--author', 'fleet', '--format', 'json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (code === 0) return { revision: (JSON.parse(output) as { release: { revision: string } }).release.revision };
  // 3: the database did not answer, which happens to it in this test.
  if (code === null || code === 3) return { revision: undefined };
  throw new Error(`publishing ended with ${code}: ${errors}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
