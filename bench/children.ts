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
  /** Takes it off the processor until `resume`. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

export async function createTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-bench-'));
  folders.add(folder);
  return folder;
}

export function startChild(command: string, args: readonly string[], cwd?: string): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(timer);
  };
  const pause = (): void => void child.kill('SIGSTOP');
  const resume = (): void => void child.kill('SIGCONT');
  return { pid: child.pid ?? 0, output: () => output, exited, pause, resume, stop };
}

/** Runs `work` while of all processes none but these is on the processor. */
export async function pauseOthers<Result>(
  all: Iterable<Child>,
  but: readonly Child[],
  work: () => Promise<Result>,
): Promise<Result> {
  const others = [...all].filter((child) => !but.includes(child));
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
