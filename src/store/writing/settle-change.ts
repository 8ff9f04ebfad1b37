import { link, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { committedByOthers, finishIndex, isCommitMade, releaseIndex } from '../committing/index-lock.ts';
import { openCommitPlace } from '../committing/commit-place.ts';
import type { PlannedCommit } from '../committing/planned-commit.ts';
import { errorCodeOf } from '../folder/file-fault.ts';
import {
  describeForeignJournal,
  endJournal,
  hashOf,
  syncFolder,
  type ChangeJournal,
  type JournalFile,
  type JournalStage,
} from './change-journal.ts';

/** The end of a change that somebody began and did not end. */
export interface SettledChange {
  readonly outcome: 'finished' | 'undone';
  /** Paths below the policy directory. */
  readonly files: readonly string[];
  /** Those that somebody changed by hand since, which stay as they are. */
  readonly foreign: readonly string[];
}

/** A listener that is told of each step before it, by name. */
export type OnStep = (step: string) => void | Promise<void>;

/**
 * Ends a change whose writer did not. Where some files have taken their places the others do, too; where none has, or
 * somebody has changed one since, it is as if it had not begun.
 */
export async function settleChange(
  root: string,
  { stage, journal }: { readonly stage: JournalStage; readonly journal: ChangeJournal },
  wanted: 'whole' | 'undone',
): Promise<SettledChange> {
  const states = new Map<JournalFile, FileState>();
  for (const file of journal.files) states.set(file, await stateOf(root, file));
  if (journal.commit) return settleCommitted(root, { stage, journal, commit: journal.commit }, states);
  const are = (state: FileState): JournalFile[] => journal.files.filter((file) => states.get(file) === state);
  const isBegun = stage === 'replacing' && are('after').length > 0;
  const isSafe = are('foreign').length === 0 && (await areReady(root, are('before')));
  const isFinished = wanted === 'whole' && isBegun && isSafe;
  if (isFinished) for (const file of are('before')) await putInPlace(root, file);
  else for (const file of stage === 'replacing' ? are('after') : []) await putBack(root, file);
  await clearAway(root, journal);
  const paths = (files: readonly JournalFile[]): string[] => files.map(({ path }) => path);
  const foreign = isFinished || stage === 'staging' ? [] : paths(are('foreign'));
  return { outcome: isFinished ? 'finished' : 'undone', files: paths(journal.files), foreign };
}

// A change with a commit is made when its branch names that, whatever became of whoever wrote it: then its files are all
// there. Before that it is undone.
async function settleCommitted(
  root: string,
  { stage, journal, commit }: { stage: JournalStage; journal: ChangeJournal; commit: PlannedCommit },
  states: ReadonlyMap<JournalFile, FileState>,
): Promise<SettledChange> {
  const place = await openCommitPlace(root);
  const own = new Set(journal.files.map(({ path }) => `${place.prefix}${path}`));
  if (!commit.files.every(({ path }) => own.has(path))) throw describeForeignJournal(root);
  const isMade = stage === 'replacing' && (await isCommitMade(place, commit));
  const others = isMade || stage === 'staging' ? new Set<string>() : await committedByOthers(place, commit);
  const foreign: string[] = [];
  for (const file of journal.files) {
    const state = states.get(file);
    const isOthers = state === 'foreign' || others.has(`${place.prefix}${file.path}`);
    if (isMade ? state !== 'after' : isOthers && stage === 'replacing') foreign.push(file.path);
    else if (!isMade && stage === 'replacing' && state === 'after') await putBack(root, file);
  }
  if (isMade) await finishIndex(place, journal.id, commit);
  else await releaseIndex(place, journal.id);
  await clearAway(root, isMade ? { ...journal, folders: [] } : journal);
  return { outcome: isMade ? 'finished' : 'undone', files: journal.files.map(({ path }) => path), foreign };
}

type FileState = 'before' | 'after' | 'foreign';

/** What stands in a file's place. */
export async function stateOf(root: string, { path, before, after }: JournalFile): Promise<FileState> {
  const hash = await hashAt(join(root, path));
  if (hash === before) return 'before';
  return hash === after ? 'after' : 'foreign';
}

// A folder or a pipe has no content that could be known.
async function hashAt(path: string): Promise<string | null> {
  try {
    return (await stat(path)).isFile() ? hashOf(await readFile(path)) : 'no file';
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function areReady(root: string, files: readonly JournalFile[]): Promise<boolean> {
  for (const { fresh, after } of files) if ((await hashAt(join(root, fresh))) !== after) return false;
  return true;
}

/** Has the new content take its place; where nothing was, nothing is written over. */
export async function putInPlace(root: string, file: JournalFile): Promise<void> {
  const [path, fresh] = [join(root, file.path), join(root, file.fresh)];
  if (file.after === null) await rm(path);
  else if (file.before === null) {
    await link(fresh, path);
    await rm(fresh, { force: true });
  } else await rename(fresh, path);
  await syncFolder(dirname(path));
}

async function putBack(root: string, file: JournalFile): Promise<void> {
  const [path, old] = [join(root, file.path), join(root, file.old)];
  if (file.before === null) await rm(path, { force: true });
  else await rename(old, path);
  await syncFolder(dirname(path));
}

/** Takes away all that the change left beside its files, and last the journal. */
export async function clearAway(root: string, journal: ChangeJournal, onStep: OnStep = () => undefined): Promise<void> {
  for (const { fresh, old } of journal.files) {
    await onStep(`clear ${fresh}`);
    for (const path of [fresh, old]) await rm(join(root, path), { force: true });
  }
  for (const folder of [...journal.folders].reverse()) await removeIfEmpty(join(root, folder));
  await onStep('end');
  await endJournal(root);
}

async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCodeOf(error) ?? '')) throw error;
  }
}
