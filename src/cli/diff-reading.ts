import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { planThreads } from '../compile/policy-shares.ts';
import type { SourceFile } from '../compile/source-file.ts';
import { readGitCommit } from '../store/git-commit.ts';
import type { CommandIo } from './command-io.ts';
import type { DiffOptions } from './diff-command.ts';
import { readBase, type BaseReading } from './read-base.ts';
import { DiffThreads } from './diff-threads.ts';
import { readFiles } from './read-files.ts';

/** Both sides as they were read, nothing compiled yet. */
export interface DiffReading {
  readonly files: readonly SourceFile[];
  /** Whether the files differ from what was committed last. */
  readonly isDirty: boolean;
  /** Undefined: it cannot be read. */
  readonly base: BaseReading | undefined;
  /** The base, or the error that says why it cannot be read. Mistakes in the files are to be told before that. */
  readonly requireBase: () => BaseReading;
  /** Started when there seemed to be much to judge; to be ended. */
  readonly threads: DiffThreads | undefined;
}

/**
 * Reads the files while git, which is another process, reads what they are compared with, and while threads start. All
 * of git's answers are waited for: it is given up after some time, and compiling could take that long without looking.
 */
export async function readBothSides(
  io: CommandIo,
  options: Pick<DiffOptions, 'policy' | 'database'>,
  ref?: string,
): Promise<DiffReading> {
  const { policy, database } = options;
  const root = resolve(io.cwd, policy);
  const [threads, files, commit, base] = await Promise.allSettled([
    // Who is a member at run time is not in the files that threads are given.
    database === undefined ? startThreads(root) : undefined,
    readFiles(io, policy, 'deciding'),
    readGitCommit(root),
    database === undefined ? readBase(io, policy, ref) : readPublished(io, options),
  ]);
  const started = threads.status === 'fulfilled' ? threads.value : undefined;
  if (files.status === 'rejected') {
    started?.end();
    throw files.reason;
  }
  return {
    files: files.value,
    isDirty: commit.status === 'fulfilled' && commit.value?.endsWith('-dirty') === true,
    base: base.status === 'fulfilled' ? base.value : undefined,
    requireBase: () => {
      if (base.status === 'rejected') throw base.reason;
      return base.value;
    },
    threads: started,
  };
}

async function readPublished(io: CommandIo, options: Pick<DiffOptions, 'database'>): Promise<BaseReading> {
  const { readPublishedBase } = await import('./diff-database.ts');
  return readPublishedBase(io, options);
}

// By the number of names, which is known at once: by the time all is read, the threads have loaded their code.
async function startThreads(root: string): Promise<DiffThreads | undefined> {
  const names = await readdir(join(root, 'policies'), { recursive: true }).catch(() => []);
  const count = planThreads(names.length, availableParallelism());
  return count === 0 ? undefined : new DiffThreads(count);
}
