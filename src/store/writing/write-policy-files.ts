import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { finishIndex, lockIndex, moveBranch } from '../committing/index-lock.ts';
import { planCommit, type CommitWords } from '../committing/make-commit.ts';
import type { PlannedCommit } from '../committing/planned-commit.ts';
import { RefusedCommit } from '../committing/refused-commit.ts';
import { errorCodeOf } from '../folder/file-fault.ts';
import { openPolicyRoot, pathBelow } from '../folder/policy-root.ts';
import {
  beginJournal,
  beginReplacing,
  hashOf,
  passingIndex,
  readJournal,
  removePassing,
  writeThrough,
  type ChangeJournal,
  type JournalFile,
  type JournalStage,
} from './change-journal.ts';
import { clearAway, putInPlace, settleChange, stateOf, type OnStep, type SettledChange } from './settle-change.ts';
import { holdWriteLock } from './write-lock.ts';

/** A file of a policy directory that is to be replaced, made or removed. */
export interface FileReplacement {
  /** Below the directory, with forward slashes. */
  readonly path: string;
  /** What was read there; undefined: nothing is to be there. */
  readonly before: Uint8Array | undefined;
  /** What is to be there; undefined: nothing. */
  readonly after: Uint8Array | undefined;
}

/** A file is not what it was when it was read. Nothing was written, or all of it was undone. */
export class ChangedMeanwhile extends Error {
  readonly path: string;
  readonly isTaken: boolean;

  constructor(path: string, isTaken: boolean) {
    super(isTaken ? `\`${path}\` is already there` : `\`${path}\` has changed meanwhile`);
    this.name = 'ChangedMeanwhile';
    this.path = path;
    this.isTaken = isTaken;
  }
}

export interface WritingOptions {
  readonly onStep?: OnStep | undefined;
  /** The commit that they are to be written with, in the repository that the directory lies in. */
  readonly commit?: CommitWords | undefined;
  /** Asked before anything is written, while nobody else writes: throws where what was judged is not so any more. */
  readonly requireGround?: () => Promise<void>;
}

/**
 * Writes files of a policy directory: all of them or none, whatever happens. Each is written beside its place first. From
 * before the first takes its place until after the last has, a journal stands at the top; whoever finds it of a writer
 * that has ended finishes what was begun, or undoes it. Answers the commit, where there is one; throws a RefusedCommit
 * where there cannot be.
 */
export async function writePolicyFiles(
  folder: string,
  replacements: readonly FileReplacement[],
  { onStep = () => undefined, commit: words, requireGround }: WritingOptions = {},
): Promise<string | undefined> {
  const root = (await openPolicyRoot(folder)).real;
  const lock = await holdWriteLock(root);
  try {
    await settleLeft(root);
    await requireGround?.();
    const planned = await planChange(root, replacements);
    const committing = words && (await beginCommit(root, planned, replacements, { words, onStep }));
    const journal = committing ? { ...planned, commit: committing.commit } : planned;
    let stage: JournalStage = 'staging';
    try {
      await requireUnchanged(root, journal);
      await onStep('begin');
      await beginJournal(root, journal);
      await committing?.lock();
      await stageFiles(root, journal, replacements, onStep);
      await requireUnchanged(root, journal);
      await onStep('replace');
      await beginReplacing(root);
      stage = 'replacing';
      for (const file of journal.files) {
        await onStep(`put ${file.path}`);
        await requireUnchanged(root, { ...journal, files: [file] });
        await putInPlace(root, file);
      }
      await committing?.make();
    } catch (error) {
      await undo(root, { stage, journal });
      throw error;
    }
    // All of it is there: what goes wrong now is for the next one to clear away.
    await committing?.finish();
    await clearAway(root, { ...journal, folders: [] }, onStep);
    return journal.commit?.commit;
  } finally {
    await lock.release();
  }
}

async function beginCommit(
  root: string,
  { id }: ChangeJournal,
  replacements: readonly FileReplacement[],
  { words, onStep }: { readonly words: CommitWords; readonly onStep: OnStep },
): Promise<{
  readonly commit: PlannedCommit;
  readonly lock: () => Promise<void>;
  readonly make: () => Promise<void>;
  readonly finish: () => Promise<void>;
}> {
  const { place } = words;
  if (join(place.top, place.prefix) !== join(root, place.prefix === '' ? '' : '/')) {
    throw new RefusedCommit('git-moved', `\`${root}\` is another folder by now`);
  }
  const touched = replacements.filter(({ before, after }) => (before && hashOf(before)) !== (after && hashOf(after)));
  const commit = await planCommit(words, touched, passingIndex(root, id));
  return {
    commit,
    lock: async () => {
      await onStep('lock');
      await lockIndex(place, id, commit);
    },
    make: async () => {
      await onStep('commit');
      await moveBranch(place, commit, words.message.slice(0, words.message.indexOf('\n')));
    },
    finish: async () => {
      await onStep('index');
      await finishIndex(place, id, commit);
    },
  };
}

async function undo(
  root: string,
  left: { readonly stage: JournalStage; readonly journal: ChangeJournal },
): Promise<void> {
  try {
    await settleChange(root, left, 'undone');
  } catch (cause) {
    const help = 'the next `rolebook` command that edits there undoes it, once the folder can be written to';
    const message = `a change of \`${root}\` could not be written, nor undone: ${messageOf(cause)}`;
    throw new RolebookError('unavailable', message, { help, cause });
  }
}

/** Finishes or undoes what a writer began who has ended; undefined: there is nothing. */
export async function settleUnfinished(folder: string): Promise<SettledChange | undefined> {
  const { real: root } = await openPolicyRoot(folder);
  if (!(await readJournal(root))) return undefined;
  const lock = await holdWriteLock(root);
  try {
    return await settleLeft(root);
  } finally {
    await lock.release();
  }
}

async function settleLeft(root: string): Promise<SettledChange | undefined> {
  await removePassing(root);
  const left = await readJournal(root);
  return left && settleChange(root, left, 'whole');
}

async function planChange(root: string, replacements: readonly FileReplacement[]): Promise<ChangeJournal> {
  const id = randomBytes(6).toString('hex');
  const files: JournalFile[] = [];
  const folders = new Set<string>();
  for (const { path, before, after } of replacements) {
    const real = await realPath(root, path, folders);
    const [folder, name] = [dirname(real), basename(real)];
    // Names that begin with a dot are no policy to anybody.
    const beside = (end: string): string => (folder === '.' ? '' : `${folder}/`) + `.${name}.${id}.${end}`;
    const hashes = { before: before ? hashOf(before) : null, after: after ? hashOf(after) : null };
    if (hashes.before !== hashes.after) files.push({ path: real, ...hashes, fresh: beside('new'), old: beside('old') });
  }
  return { id, files, folders: [...folders] };
}

// A file may be a symbolic link, which stays one: what it leads to is replaced, if that lies in the folder.
async function realPath(root: string, path: string, folders: Set<string>): Promise<string> {
  const missing: string[] = [];
  for (let part = path; ; part = dirname(part)) {
    const real = await realpath(join(root, part)).catch((error: unknown) => {
      if (errorCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (real === undefined) {
      missing.unshift(basename(part));
      continue;
    }
    const below = pathBelow(root, real);
    if (below === undefined) {
      throw new RolebookError('configuration', `\`${path}\` leads out of the policy folder; nothing was written`);
    }
    const made = missing.map((_name, index) => [below, ...missing.slice(0, index + 1)].filter(Boolean).join('/'));
    for (const one of made.slice(0, -1)) folders.add(one);
    return made.at(-1) ?? below;
  }
}

async function requireUnchanged(root: string, { files }: ChangeJournal): Promise<void> {
  for (const file of files) {
    if ((await stateOf(root, file)) !== 'before') throw new ChangedMeanwhile(file.path, file.before === null);
  }
}

async function stageFiles(
  root: string,
  { files, folders }: ChangeJournal,
  replacements: readonly FileReplacement[],
  onStep: OnStep,
): Promise<void> {
  const contents = new Map<string, Uint8Array>();
  for (const { before, after } of replacements) {
    for (const content of [before, after]) if (content) contents.set(hashOf(content), content);
  }
  for (const folder of folders) await mkdir(join(root, folder)).catch(ignoreTaken);
  for (const { path, before, after, fresh, old } of files) {
    await onStep(`stage ${path}`);
    const known = before === null ? undefined : await stat(join(root, path));
    for (const [place, hash] of [
      [fresh, after],
      [old, before],
    ] as const) {
      const content = hash === null ? undefined : contents.get(hash);
      if (!content) continue;
      await writeThrough(join(root, place), content, known?.mode);
      if (known) await keepOwner(join(root, place), known);
    }
  }
}

async function keepOwner(path: string, { mode, uid, gid }: { mode: number; uid: number; gid: number }): Promise<void> {
  await chmod(path, mode);
  // Only root gives files away; anybody else's are their own.
  if (process.getuid?.() === 0) await chown(path, uid, gid);
}

function ignoreTaken(error: unknown): void {
  if (errorCodeOf(error) !== 'EEXIST') throw error;
}

/** What to tell of files that could not be written: in any case nothing was. */
export function describeWriteFailure(shown: string, error: unknown): RolebookError {
  if (error instanceof RolebookError) return error;
  if (error instanceof ChangedMeanwhile) {
    const help = error.isTaken
      ? 'move it away, or choose another id'
      : 'look at what is there now, and run the command again';
    return new RolebookError('unavailable', `${error.message}; nothing was written`, { help, cause: error });
  }
  const why = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'a file may not be that large',
    EROFS: 'it can only be read',
    EACCES: 'permission denied',
  };
  const code = errorCodeOf(error) ?? '';
  const told = Object.hasOwn(why, code) ? why[code as keyof typeof why] : messageOf(error);
  return new RolebookError('unavailable', `cannot write to \`${shown}\`: ${told}; nothing was written`, {
    cause: error,
  });
}
