import { resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/source-file.ts';
import { readGitCommit } from '../../store/git/git-commit.ts';
import { shareUnchanged } from '../../store/git/git-policy-files.ts';
import { openGitRepository, type GitRepository } from '../../store/git/git-repository.ts';
import type { CommandIo } from '../command/command-io.ts';
import type { DiffOptions } from './diff-command.ts';
import { readBase, type BaseReading } from './read-base.ts';
import type { ParseAhead } from './parse-ahead.ts';
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
  /** The thread that was started when there seemed to be much to parse; to be ended. */
  readonly ahead: ParseAhead | undefined;
}

/**
 * Reads the files while git, which is another process, reads what they are compared with, and while threads start. All
 * of git's answers are waited for: it is given up after some time, and compiling could take that long without looking.
 */
export async function readBothSides(
  io: CommandIo,
  options: Pick<DiffOptions, 'policy' | 'database'>,
  ref?: string,
  starting: Promise<ParseAhead | undefined> = Promise.resolve(undefined),
): Promise<DiffReading> {
  const { policy, database } = options;
  const opening = openGitRepository(resolve(io.cwd, policy), policy);
  const here = readFiles(io, policy, 'deciding');
  const [ahead, files, commit, base] = await Promise.allSettled([
    parseAhead(starting, here),
    here,
    readCommit(opening, here),
    database === undefined ? readBase(io, opening, ref, here) : readPublished(io, options),
  ]);
  const started = ahead.status === 'fulfilled' ? ahead.value : undefined;
  if (files.status === 'rejected') {
    started?.end();
    throw files.reason;
  }
  if (base.status === 'fulfilled') started?.add(shareUnchanged(base.value.files ?? [], files.value));
  return {
    files: files.value,
    isDirty: commit.status === 'fulfilled' && commit.value?.endsWith('-dirty') === true,
    base: base.status === 'fulfilled' ? base.value : undefined,
    requireBase: () => {
      if (base.status === 'rejected') throw base.reason;
      return base.value;
    },
    ahead: started,
  };
}

async function readCommit(
  opening: Promise<GitRepository>,
  reading: Promise<readonly SourceFile[]>,
): Promise<string | undefined> {
  return readGitCommit(await opening, await reading);
}

// Begun at once: git takes some time to say what the base is.
async function parseAhead(
  starting: Promise<ParseAhead | undefined>,
  reading: Promise<readonly SourceFile[]>,
): Promise<ParseAhead | undefined> {
  const ahead = await starting;
  ahead?.add(await reading.catch(() => []));
  return ahead;
}

async function readPublished(io: CommandIo, options: Pick<DiffOptions, 'database'>): Promise<BaseReading> {
  const { readPublishedBase } = await import('./diff-database.ts');
  return readPublishedBase(io, options);
}
