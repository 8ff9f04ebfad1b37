import { copyFile, link, lstat, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCodeOf } from '../folder/file-fault.ts';
import { askGit } from '../git/git-command.ts';
import type { GitPlace } from '../git/git-place.ts';
import { indexInfo, requireGit } from './make-commit.ts';
import type { PlannedCommit } from './planned-commit.ts';
import { RefusedCommit } from './refused-commit.ts';

/*
 * Whoever changes the index of a repository holds `index.lock`, and so does a commit from before it writes beside its
 * first file until after the branch names it: no other git changes files, index or branch meanwhile, or takes in what is
 * on its way. The lock is a second name of the index that is to be, whose first has the id of the change: so who finds it
 * after a crash knows whose it is.
 */

function ownIndex({ folder }: GitPlace, id: string): string {
  return join(folder, `rolebook-${id}.index`);
}

// A git that a person started ends in a moment; one that waits for a person takes no notice of time.
const pausesMs = [0, 5, 10, 20, 50, 100, 200, 400];

/** Makes the index ready that is to be, and keeps every other git from changing it. */
export async function lockIndex(place: GitPlace, id: string, { files }: PlannedCommit): Promise<void> {
  const [own, index, lock] = [ownIndex(place, id), join(place.folder, 'index'), join(place.folder, 'index.lock')];
  const before = await lookOf(index);
  await copyFile(index, own);
  const given = { env: { GIT_INDEX_FILE: own }, input: indexInfo(files) };
  await requireGit(place, 'stage the files', ['update-index', '-z', '--index-info'], given);
  await syncFile(own);
  await takeLock(own, lock);
  if ((await lookOf(index)) === before) return;
  throw new RefusedCommit('git-moved', 'somebody has staged something meanwhile');
}

async function takeLock(own: string, lock: string): Promise<void> {
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await pause(pauseMs);
    try {
      return await link(own, lock);
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
    }
  }
  const help = 'try again when that git is done; if none is running, remove the file';
  throw new RefusedCommit('git-busy', `another git is at work: \`${lock}\` is there`, help);
}

/** Has the branch name the commit, if it names still what it did. */
export async function moveBranch(place: GitPlace, planned: PlannedCommit, subject: string): Promise<void> {
  const { branch, commit, parent } = planned;
  try {
    await requireGit(place, 'move the branch', ['update-ref', '-m', `commit: ${subject}`, branch, commit, parent]);
  } catch (error) {
    const { stdout } = await askGit(place, ['rev-parse', '--quiet', '--verify', branch]);
    const now = stdout.toString().trim();
    if (now === parent) throw error;
    if (now !== commit) throw new RefusedCommit('git-moved', `\`${branch}\` has moved meanwhile`);
  }
}

/** Has the index take its place; of a commit that is made. */
export async function finishIndex(place: GitPlace, id: string, planned: PlannedCommit): Promise<void> {
  const [own, index, lock] = [ownIndex(place, id), join(place.folder, 'index'), join(place.folder, 'index.lock')];
  if (await isSameFile(own, lock)) await rename(lock, index);
  else if (!(await isSameFile(own, index))) await stageAnew(place, planned);
  await rm(own, { force: true });
}

// Where somebody has taken the lock away since: what they have staged of other files stays.
async function stageAnew(place: GitPlace, { files }: PlannedCommit): Promise<void> {
  const paths = files.map(({ path }) => path);
  const { stdout } = await askGit(place, ['ls-files', '--stage', '-z', '--', ...paths]);
  const staged = new Map(
    stdout
      .toString()
      .split('\0')
      .map((line) => [line.slice(line.indexOf('\t') + 1), line.split(' ')[1]] as const),
  );
  const stale = files.filter(({ path, before, after }) => before !== after && (staged.get(path) ?? null) === before);
  if (stale.length === 0) return;
  await requireGit(place, 'stage the files', ['update-index', '-z', '--index-info'], { input: indexInfo(stale) });
}

/** Lets other gits go on; of a commit that is not made. */
export async function releaseIndex(place: GitPlace, id: string): Promise<void> {
  const [own, lock] = [ownIndex(place, id), join(place.folder, 'index.lock')];
  if (await isSameFile(own, lock)) await rm(lock, { force: true });
  for (const path of [own, `${own}.lock`]) await rm(path, { force: true });
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([one, other].map((path) => lstat(path).catch(() => undefined)));
  return left !== undefined && left.ino === right?.ino && left.dev === right.dev;
}

async function lookOf(path: string): Promise<string> {
  const stats = await lstat(path, { bigint: true }).catch(() => undefined);
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : 'none';
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether a commit is made: the branch names it, or one that builds upon it. */
export async function isCommitMade(place: GitPlace, { branch, commit }: PlannedCommit): Promise<boolean> {
  const { exitCode } = await askGit(place, ['merge-base', '--is-ancestor', commit, branch]);
  return exitCode === 0;
}

/** The names of files, below the top, that what is checked out holds as the planned commit would. */
export async function committedByOthers(place: GitPlace, { files }: PlannedCommit): Promise<ReadonlySet<string>> {
  const { stdout } = await askGit(place, ['ls-tree', '-z', 'HEAD', '--', ...files.map(({ path }) => path)]);
  const names = new Map(
    stdout
      .toString()
      .split('\0')
      .map((line) => [line.slice(line.indexOf('\t') + 1), line.split(/[ \t]/)[2]] as const),
  );
  return new Set(files.filter(({ path, after }) => (names.get(path) ?? null) === after).map(({ path }) => path));
}
