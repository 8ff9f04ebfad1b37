import { rm } from 'node:fs/promises';
import { gitFailure, tellGit, type GitGiven } from '../git/git-command.ts';
import type { GitPlace } from '../git/git-place.ts';
import { readTip } from './commit-place.ts';
import type { GitPerson } from './git-person.ts';
import { RefusedCommit } from './refused-commit.ts';
import type { CommittedFile, PlannedCommit } from './planned-commit.ts';
import { findFilesToCommit, type FileToCommit, type TouchedFile } from './touched-files.ts';

/** The words of a commit, beside its files. */
export interface CommitText {
  /** Where it is made, as git has confirmed. */
  readonly place: GitPlace;
  readonly message: string;
  readonly author: GitPerson;
  readonly committer: GitPerson;
  readonly atMs: number;
  /** The file of the SSH key that signs it; undefined: it is not signed. */
  readonly signingKey?: string | undefined;
}

/** The commit that files are written with. */
export interface CommitWords extends CommitText {
  /** The commit that must be checked out still; undefined: whichever is. */
  readonly parent?: string | undefined;
}

/**
 * Makes a commit of some files upon the one that is checked out, which no branch names yet. Throws a RefusedCommit where
 * that cannot be. `passing` is where git may have an index meanwhile.
 */
export async function planCommit(
  words: CommitWords,
  touched: readonly TouchedFile[],
  passing: string,
): Promise<PlannedCommit> {
  const { place } = words;
  const { branch, commit: parent } = await readTip(place);
  if (words.parent !== undefined && parent !== words.parent) {
    throw new RefusedCommit('git-moved', `\`${branch}\` has moved meanwhile`);
  }
  const made = await makeCommitOf(words, parent, await findFilesToCommit(place, parent, touched), passing);
  return { branch, parent, ...made };
}

/** Makes a commit of files upon another, which no branch names yet. */
export async function makeCommitOf(
  words: CommitText,
  parent: string,
  toCommit: readonly FileToCommit[],
  passing: string,
): Promise<Pick<PlannedCommit, 'commit' | 'files'>> {
  const { place } = words;
  const files: CommittedFile[] = [];
  for (const file of toCommit) {
    const { path, mode, before } = file;
    files.push({ path, mode, before, after: await writeBlob(place, file) });
  }
  const tree = await writeTree(place, parent, files, passing);
  return { commit: await writeCommit(tree, parent, words), files };
}

/** Lines that say what an index has of files, for `git update-index -z --index-info`. */
export function indexInfo(files: readonly CommittedFile[]): string {
  return files
    .map(({ path, mode, before, after }) =>
      after === null ? `0 ${'0'.repeat((before ?? '').length || 40)}\t${path}\0` : `${mode} ${after}\t${path}\0`,
    )
    .join('');
}

/** Has git do what it must be able to; what it says, without the line end. */
export async function requireGit(
  place: GitPlace,
  doing: string,
  args: readonly string[],
  given: GitGiven = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await tellGit(place, args, given);
  if (exitCode !== 0) throw gitFailure(doing, stderr);
  return stdout.toString().trim();
}

async function writeBlob(place: GitPlace, { content }: FileToCommit): Promise<string | null> {
  if (content === undefined) return null;
  return requireGit(place, 'store a file', ['hash-object', '-w', '--stdin', '--no-filters'], { input: content });
}

async function writeTree(
  place: GitPlace,
  parent: string,
  files: readonly CommittedFile[],
  passing: string,
): Promise<string> {
  const env = { GIT_INDEX_FILE: passing };
  // An index of its own, so that what somebody has staged is no part of the commit.
  const settings = ['core.splitIndex=false', 'index.sparse=false'];
  try {
    await requireGit(place, 'read the commit', ['read-tree', parent], { env, settings });
    const input = indexInfo(files);
    await requireGit(place, 'make the commit', ['update-index', '-z', '--index-info'], { env, settings, input });
    return await requireGit(place, 'make the commit', ['write-tree'], { env, settings });
  } finally {
    for (const path of [passing, `${passing}.lock`]) await rm(path, { force: true });
  }
}

function writeCommit(tree: string, parent: string, words: CommitText): Promise<string> {
  const { place, author, committer, message, atMs, signingKey } = words;
  const date = `@${Math.floor(atMs / 1000)} +0000`;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.mail,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.mail,
    GIT_COMMITTER_DATE: date,
  };
  const signing = signingKey === undefined ? [] : [`-S${signingKey}`];
  const settings = ['gpg.format=ssh'];
  const args = ['commit-tree', tree, '-p', parent, ...signing];
  return requireGit(place, 'make the commit', args, { env, settings, input: message });
}
