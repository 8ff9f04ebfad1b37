import { resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { readGitCommit } from '../../store/git/git-commit.ts';
import { openGitRepository, type GitRepository } from '../../store/git/git-repository.ts';
import type { CommandIo } from '../command/command-io.ts';
import type { DiffOptions } from './diff-options.ts';
import { readBase, type BaseReading } from './read-base.ts';
import { readFiles } from '../load/read-files.ts';

/** Both sides as they were read, nothing compiled yet. */
export interface DiffReading {
  readonly files: readonly SourceFile[];
  /** Whether the files differ from what was committed last. */
  readonly isDirty: boolean;
  /** Undefined: it cannot be read. */
  readonly base: BaseReading | undefined;
  /** The base, or the error that says why it cannot be read. Mistakes in the files are to be told before that. */
  readonly requireBase: () => BaseReading;
}

/**
 * Reads the files while git, which is another process, reads what they are compared with.
 * All of git's answers are waited for: it is given up after some time, and compiling could take that long without looking.
 */
export async function readBothSides(
  io: CommandIo,
  options: Omit<DiffOptions, 'format'>,
  ref?: string,
): Promise<DiffReading> {
  const { policy } = options;
  const opening = openGitRepository(resolve(io.cwd, policy), policy);
  const here = readFiles(io, policy, 'deciding');
  const [files, commit, base] = await Promise.allSettled([
    here,
    readCommit(opening, here),
    readOther(io, options, here) ?? readBase(io, opening, ref, here),
  ]);
  if (files.status === 'rejected') throw files.reason;
  return {
    files: files.value,
    isDirty: commit.status === 'fulfilled' && commit.value?.endsWith('-dirty') === true,
    base: base.status === 'fulfilled' ? base.value : undefined,
    requireBase: () => {
      if (base.status === 'rejected') throw base.reason;
      return base.value;
    },
  };
}

async function readCommit(
  opening: Promise<GitRepository>,
  reading: Promise<readonly SourceFile[]>,
): Promise<string | undefined> {
  return readGitCommit(await opening, await reading);
}

/** What is elsewhere; undefined: the base is in this repository. */
function readOther(
  io: CommandIo,
  options: Omit<DiffOptions, 'format'>,
  here: Promise<readonly SourceFile[]>,
): Promise<BaseReading> | undefined {
  const { git, database } = options;
  if (git === undefined) return database === undefined ? undefined : readPublished(io, options);
  return import('./diff-git.ts').then(({ readRemoteBase }) => readRemoteBase(io, { ...options, git }, here));
}

async function readPublished(io: CommandIo, options: Pick<DiffOptions, 'database'>): Promise<BaseReading> {
  const { readPublishedBase } = await import('./diff-database.ts');
  return readPublishedBase(io, options);
}
