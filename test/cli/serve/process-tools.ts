import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The processes that it has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  const found = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = found.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** From now on it can open nothing any more, until the result is called. */
export function forbidOpening(pid: number): () => void {
  const limit = (soft: number | string): void => {
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${soft}:`]);
  };
  limit(3);
  return () => limit(hardLimit(pid));
}

function hardLimit(pid: number): string {
  const told = execFileSync('prlimit', ['--pid', String(pid), '--nofile', '--output', 'HARD', '--noheadings']);
  return told.toString('utf8').trim();
}
