import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process of the benchmark. None outlives it, and no temporary folder does. */
export interface Child {
  readonly pid: number;
  /** What it wrote so far to stdout and stderr. */
  output(): string;
  readonly exited: Promise<number | null>;
  /** Takes it, with what it started, off the processor until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
const children = new Set<Child>();
const folders = new Set<string>();
const lastDeeds: (() => void)[] = [];

process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
  for (const deed of lastDeeds) {
    try {
      deed();
    } catch {
      // What is left behind does nobody harm.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

/** Has something done when this process ends, before its folders are removed. */
export function atExit(deed: () => void): void {
  lastDeeds.push(deed);
}

export async function createTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-bench-'));
  folders.add(folder);
  return folder;
}

export function startChild(command: string, args: readonly string[], cwd?: string): Child {
  // In a process group of its own: who stands still does so with all that it started.
  const options = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], detached: true };
  const child = spawn(command, args, { ...options, ...(cwd === undefined ? {} : { cwd }) });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      children.delete(started);
      resolve(code);
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), 5000);
    await exited;
    clearTimeout(timer);
  };
  const pause = (): void => signalGroup(child, 'SIGSTOP');
  const resume = (): void => signalGroup(child, 'SIGCONT');
  const started: Child = { pid: child.pid ?? 0, output: () => output, exited, pause, resume, stop };
  children.add(started);
  return started;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

/** Runs `work` while of all that was started before none but these is on the processor. */
export async function pauseOthers<Result>(but: readonly Child[], work: () => Promise<Result>): Promise<Result> {
  const others = [...children].filter((child) => !but.includes(child));
  for (const child of others) child.pause();
  try {
    return await work();
  } finally {
    for (const child of others) child.resume();
  }
}

/** Runs to the end and gives what was written; an exit code other than 0 is an error. */
export async function runChild(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const child = startChild(command, args, cwd);
  const code = await child.exited;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}: ${child.output()}`);
  return child.output();
}

/** Resident memory in MiB by the system's own count: now, and the most there ever was. */
export async function readMemory(pid: number): Promise<{ nowMib: number; mostMib: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const read = (name: RegExp): number => Number(name.exec(status)?.[1] ?? NaN) / 1024;
  return { nowMib: read(/VmRSS:\s+(\d+) kB/), mostMib: read(/VmHWM:\s+(\d+) kB/) };
}
