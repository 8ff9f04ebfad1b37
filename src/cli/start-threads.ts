import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { planThreads } from '../compile/policy-shares.ts';
import type { CommandIo } from './command-io.ts';
import { DiffThreads } from './diff-threads.ts';

/**
 * Starts the threads that a policy directory seems to be worth, by the number of names in it, which is known at once: by
 * the time all is read, they have loaded their code. They are to be ended.
 */
export async function startThreads(io: CommandIo, policyFolder: string): Promise<DiffThreads | undefined> {
  const folder = join(resolve(io.cwd, policyFolder), 'policies');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const count = planThreads(names.length, availableParallelism());
  return count === 0 ? undefined : new DiffThreads(count);
}
