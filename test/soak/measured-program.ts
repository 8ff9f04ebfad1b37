import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rolebookProgram } from '../support/rolebook-program.ts';

/** What a command of rolebook wrote, and what the system counts of its process. */
export interface MeasuredRun {
  readonly stdout: string;
  readonly seconds: number;
  readonly processorS: number;
  readonly mib: number;
}

/** Runs a command of rolebook. Throws where it ends with anything but 0. */
export async function measureProgram(words: readonly string[], runner: readonly string[] = []): Promise<MeasuredRun> {
  const startedMs = performance.now();
  // What the system counts of a child is told when it has ended, in kilobytes.
  const all = [...runner, 'time', '-f', '%U %S %M', process.execPath, rolebookProgram, ...words];
  const child = spawn('/usr/bin/env', all, { stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`rolebook ${words[0] ?? ''} ended with ${code}: ${stderr}`);
  const [user = 0, system = 0, kib = 0] = (stderr.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { stdout, seconds: (performance.now() - startedMs) / 1000, processorS: user + system, mib: kib / 1024 };
}
