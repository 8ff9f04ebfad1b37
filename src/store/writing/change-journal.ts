import { createHash } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../../policy/text/json.ts';
import { errorCodeOf } from '../folder/file-fault.ts';
import { changeJournal } from '../folder/unfinished-change.ts';
import { isPlannedCommit, type PlannedCommit } from '../committing/planned-commit.ts';

/** A file of a change, as its journal has it. Paths are below the policy directory, by names that are no links. */
export interface JournalFile {
  readonly path: string;
  /** SHA-256 of what is there before and after; null: nothing is. */
  readonly before: string | null;
  readonly after: string | null;
  /** The new content beside it, and a copy of the old. */
  readonly fresh: string;
  readonly old: string;
}

/** All that is to be known to finish a change that was begun, or to undo it. */
export interface ChangeJournal {
  readonly id: string;
  readonly files: readonly JournalFile[];
  /** Folders that are made for new files, the outermost first. */
  readonly folders: readonly string[];
  /** The commit that is made with it: on its branch, the change is made; else it is not. */
  readonly commit?: PlannedCommit;
}

/** `staging`: nothing has taken its place yet. `replacing`: some of it may have. */
export type JournalStage = 'staging' | 'replacing';

// The name of the second is what tells readers that they must not read.
const names: Readonly<Record<JournalStage, string>> = { staging: '.rolebook-staging.json', replacing: changeJournal };

export async function beginJournal(root: string, journal: ChangeJournal): Promise<void> {
  const passing = join(root, `${names.staging}.${journal.id}.new`);
  try {
    await writeThrough(passing, Buffer.from(`${JSON.stringify(journal, undefined, 2)}\n`));
    await rename(passing, join(root, names.staging));
  } catch (error) {
    await rm(passing, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(root);
}

/** From here on files take their places. */
export async function beginReplacing(root: string): Promise<void> {
  await rename(join(root, names.staging), join(root, names.replacing));
  await syncFolder(root);
}

export async function endJournal(root: string): Promise<void> {
  for (const name of Object.values(names)) await rm(join(root, name), { force: true });
  await syncFolder(root);
}

/** Where an index of git may stand while a commit is planned. */
export function passingIndex(root: string, id: string): string {
  return join(root, `${names.staging}.${id}.index.new`);
}

/** Takes away what was left of journals that were never begun; for who holds the lock. */
export async function removePassing(root: string): Promise<void> {
  const isPassing = (name: string): boolean => name.startsWith(`${names.staging}.`) && /\.new(\.lock)?$/.test(name);
  for (const name of (await readdir(root)).filter(isPassing)) await rm(join(root, name), { force: true });
}

/** The journal of a change that somebody began and did not end. */
export async function readJournal(root: string): Promise<{ stage: JournalStage; journal: ChangeJournal } | undefined> {
  for (const stage of ['replacing', 'staging'] as const) {
    const text = await readFile(join(root, names[stage]), 'utf8').catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return { stage, journal: parseJournal(join(root, names[stage]), text) };
  }
  return undefined;
}

// Written by this program alone, but nothing outside the folder is touched whatever stands there.
function parseJournal(path: string, text: string): ChangeJournal {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { files, folders, id, commit } = isJsonObject(value) ? (value as Partial<ChangeJournal>) : {};
  const isList = typeof id === 'string' && Array.isArray(files) && Array.isArray(folders);
  if (isList && files.every(isJournalFile) && folders.every(isBelow)) {
    if (commit === undefined) return { id, files, folders };
    if (/^[0-9a-f]{12}$/.test(id) && isPlannedCommit(commit)) return { id, files, folders, commit };
  }
  throw foreignJournal(path);
}

function foreignJournal(path: string): Error {
  return new Error(`\`${path}\` is no journal of this program; look at the folder, and remove it`);
}

/** For one that speaks of what is not in the folder. */
export function describeForeignJournal(root: string): Error {
  return foreignJournal(join(root, names.replacing));
}

function isJournalFile(file: JournalFile): boolean {
  const isHash = (hash: unknown): boolean => hash === null || (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash));
  return [file.path, file.fresh, file.old].every(isBelow) && isHash(file.before) && isHash(file.after);
}

function isBelow(path: unknown): boolean {
  return (
    typeof path === 'string' &&
    path !== '' &&
    path.split('/').every((part) => part !== '' && part !== '..' && part !== '.')
  );
}

export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Writes a new file, and does not end before the disk has it. */
export async function writeThrough(path: string, content: Uint8Array, mode = 0o666): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Has the disk know the names in a folder, where it can be asked. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    // Not every file system and system can; then the names come to the disk by and by.
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP', 'EACCES'].includes(errorCodeOf(error) ?? '')) throw error;
  }
}
