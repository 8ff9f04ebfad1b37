import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { rolebookProgram } from '../support/rolebook-program.ts';

export interface SpawnedSidecar {
  readonly port: number;
  readonly pid: number;
  /** Resident memory in MiB, by the system's own count. */
  residentMib(): Promise<number>;
  /** Sends SIGTERM and waits; the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the real command line as a process of its own, on a port that the system chooses; without a root the flags say where the policy is. */
export function spawnSidecar(root: string | undefined, flags: readonly string[] = []): Promise<SpawnedSidecar> {
  const from = root === undefined ? [] : ['--policy', root];
  const args = [rolebookProgram, 'serve', ...from, '--listen', '127.0.0.1:0', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const port = /127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port === undefined || !output.includes('revision')) return;
      const pid = child.pid ?? 0;
      resolve({
        port: Number(port),
        pid,
        residentMib: async () => {
          const status = await readFile(`/proc/${pid}/status`, 'utf8');
          return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
        },
        stop: () => {
          child.kill('SIGTERM');
          return exited;
        },
      });
    });
    void exited.then((code) => reject(new Error(`the sidecar stopped with ${String(code)}: ${errors}`)));
  });
}
