import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { waitFor } from '../support/wait-for.ts';

/** How many descriptors the sidecar is given: fewer than the attackers have. */
const descriptors = 512;

/** How long a start may take on a machine that is busy with other tests. */
const startMs = 30_000;

/**
 * `rolebook serve` as a process of its own, with few descriptors, a decision log into a pipe whose reader hangs, and an
 * output that is read until somebody stops reading it.
 */
export class BesiegedSidecar {
  readonly #child: ChildProcess;
  readonly #stalledReader: number;
  readonly #exited: Promise<number | null>;
  #port = 0;
  /** The end of it. */
  output = '';

  static async start(root: string, folder: string, flags: readonly string[]): Promise<BesiegedSidecar> {
    const sidecar = new BesiegedSidecar(root, folder, flags);
    try {
      await waitFor('the address', () => sidecar.port > 0, startMs);
      return sidecar;
    } catch (error) {
      sidecar.dispose();
      throw new Error(`${String(error)}: ${sidecar.output}`);
    }
  }

  private constructor(root: string, folder: string, flags: readonly string[]) {
    const log = join(folder, 'decisions');
    execFileSync('mkfifo', [log]);
    this.#stalledReader = openSync(log, 'r+');
    const args = ['serve', '--policy', root, '--listen', '127.0.0.1:0', '--decision-log', log, ...flags];
    const script = `ulimit -n ${descriptors}; exec "$0" "$@"`;
    this.#child = spawn('bash', ['-c', script, process.execPath, rolebookProgram, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream
        ?.setEncoding('utf8')
        .on('data', (chunk: string) => (this.output = (this.output + chunk).slice(-1_000_000)));
    }
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  /** 0 until it has said so. Kept, because of the output only the end is. */
  get port(): number {
    if (this.#port === 0) this.#port = Number(/answers on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.output)?.[1] ?? 0);
    return this.#port;
  }

  /** From here on the pipe that its log goes to runs full. */
  stopReading(): void {
    this.#child.stderr?.pause();
    this.#child.stdout?.pause();
  }

  goOnReading(): void {
    this.#child.stderr?.resume();
    this.#child.stdout?.resume();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The processes that it is. */
  async processes(): Promise<readonly number[]> {
    return [this.#child.pid ?? 0, ...(await this.workers())];
  }

  async workers(): Promise<readonly number[]> {
    const own = this.#child.pid ?? 0;
    const children = await readFile(`/proc/${own}/task/${own}/children`, 'utf8').catch(() => '');
    const pids = children
      .split(' ')
      .filter((text) => text !== '')
      .map(Number);
    const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return pids.filter((_, index) => commands[index]?.includes('serve') ?? false);
  }

  /** Resident memory of its largest process, in MiB, by the system's own count. */
  async largestMib(): Promise<number> {
    const sizes = (await this.processes()).map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    });
    return Math.max(...(await Promise.all(sizes)));
  }

  /** SIGTERM: how long it took to end, and its exit code. */
  async stop(withinMs: number): Promise<{ readonly tookMs: number; readonly exitCode: number | null | 'still there' }> {
    const startedMs = performance.now();
    this.signal('SIGTERM');
    const timer = new AbortController();
    const late = new Promise<'still there'>((resolve) => {
      const timeout = setTimeout(() => resolve('still there'), withinMs);
      timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    const exitCode = await Promise.race([this.#exited, late]);
    timer.abort();
    const tookMs = performance.now() - startedMs;
    this.dispose();
    return { tookMs, exitCode };
  }

  /** For whoever fails in between, too. */
  dispose(): void {
    this.#child.kill('SIGKILL');
    try {
      closeSync(this.#stalledReader);
    } catch {
      // It is closed already.
    }
  }

  /** Which worker has the connection that a client has from this port; undefined when none has. */
  async workerOf(clientPort: number): Promise<number | undefined> {
    const socket = findSocket(await readFile('/proc/net/tcp', 'utf8'), this.port, clientPort);
    for (const pid of await this.workers()) {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
      if (targets.includes(`socket:[${socket}]`)) return pid;
    }
    return undefined;
  }
}

// proc(5): local and remote address in hexadecimal in the second and third columns, the inode in the tenth.
function findSocket(table: string, localPort: number, remotePort: number): string {
  const hex = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const [, local = '', remote = ''] = columns;
    if (local.endsWith(hex(localPort)) && remote.endsWith(hex(remotePort))) return columns[9] ?? '';
  }
  return '';
}
