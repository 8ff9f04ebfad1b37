import { lstat, lstatSync, type BigIntStats } from 'node:fs';
import { lstat as lstatOf } from 'node:fs/promises';
import { join } from 'node:path';
import { classifyPath, decidingKinds } from '../../compile/file/policy-files.ts';
import { errorCodeOf, faultOf } from './file-fault.ts';
import { identityOf, isSameIdentity, type FileIdentity } from './file-identity.ts';
import { eachInTurns, eachBounded } from '../turns.ts';
import { resolveInside } from './inner-links.ts';
import { DiskGround, type PolicyRoot } from './policy-root.ts';
import { listPolicyTree, topFiles } from './policy-tree.ts';

/**
 * The look of every file of a policy directory from outside: its identity, or why it cannot be read. Sorted by path.
 */
export type Survey = ReadonlyMap<string, FileIdentity | string>;

/**
 * `gently`: taking a small part of the machine, and so some times as long. `in-one-turn`: nobody else gets a turn,
 * which is the quickest, and for commands.
 */
export type Pace = 'at-once' | 'gently' | 'in-one-turn';

/** Looks at every file without opening one. */
export async function surveyDirectory(
  root: PolicyRoot,
  which: 'deciding' | 'all',
  pace: Pace = 'at-once',
): Promise<Map<string, FileIdentity | string>> {
  const ground = new DiskGround(root);
  const tree = await listPolicyTree(ground, which === 'all' ? isPolicyFile : isDecidingFile);
  // Below a `policies` that could not be listed to its end nothing is complete, so nothing of it is read.
  const files = tree.faults.has('policies') ? topFiles : [...topFiles, ...tree.files];
  const looks = await lookAtAll(ground, files, absenceOf, pace);
  const survey = new Map<string, FileIdentity | string>();
  // INVARIANT: sorted by code unit, so the same files are in the same order on any machine.
  await eachInTurns([...files, ...tree.faults.keys()].sort(), (path) => {
    const look = tree.faults.get(path) ?? looks.get(path);
    if (look !== undefined) survey.set(path, look);
  });
  return survey;
}

/**
 * Looks at some paths again. Undefined when more than the content of known files has changed, so that only a survey of
 * the whole directory can tell.
 */
export async function surveyPaths(
  root: PolicyRoot,
  which: 'deciding' | 'all',
  known: Survey,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, FileIdentity> | undefined> {
  const looks = await lookAtAll(new DiskGround(root), [...paths], () => undefined, 'at-once');
  const isWanted = which === 'all' ? isPolicyFile : isDecidingFile;
  const found = new Map<string, FileIdentity>();
  for (const path of paths) {
    const look = looks.get(path);
    if (typeof look === 'string') return undefined;
    if (known.has(path) ? look === undefined : look !== undefined && isWanted(path)) return undefined;
    if (look === undefined && wasFolder(path, known)) return undefined;
    if (look !== undefined && known.has(path)) found.set(path, look);
  }
  return found;
}

// Of a folder that goes while nobody watches it, only the folder above tells.
function wasFolder(path: string, known: Survey): boolean {
  const inside = `${path}/`;
  for (const file of known.keys()) if (file.startsWith(inside)) return true;
  return false;
}

export function isSameSurvey(left: Survey, right: Survey): boolean {
  if (left.size !== right.size) return false;
  for (const [path, look] of left) {
    const other = right.get(path);
    if (other === undefined || !isSameLook(look, other)) return false;
  }
  return true;
}

function isSameLook(left: FileIdentity | string, right: FileIdentity | string): boolean {
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  return isSameIdentity(left, right);
}

// More than the thread pool takes at once, so that it is never idle; more than this gains nothing. Gently no more are
// looked at than it takes, a few at a time, so that a request never waits for many of them.
const lookWidths: Readonly<Record<Exclude<Pace, 'in-one-turn'>, number>> = { 'at-once': 64, gently: 4 };
const looksBetweenRests = 8;
const restMs = 2;

// What a symbolic link leads to is found with more than one look.
const isLink = Symbol('a symbolic link');

type Look = FileIdentity | string | undefined;

async function lookAtAll(
  ground: DiskGround,
  paths: readonly string[],
  onAbsence: (path: string) => string | undefined,
  pace: Pace,
): Promise<ReadonlyMap<string, FileIdentity | string>> {
  const looks = new Map<string, FileIdentity | string>();
  const links: string[] = [];
  const note = (path: string, look: Look | typeof isLink): void => {
    const seen = look === isLink ? undefined : (look ?? onAbsence(path));
    if (look === isLink) links.push(path);
    else if (seen !== undefined) looks.set(path, seen);
  };
  if (pace === 'in-one-turn') for (const path of paths) note(path, lookNow(`${ground.root.real}/${path}`));
  else await lookAtEach(ground.root.real, paths, note, pace);
  const width = pace === 'gently' ? lookWidths.gently : lookWidths['at-once'];
  await eachBounded(links, width, async (path) => note(path, await lookThroughLinks(ground, path)));
  return looks;
}

// Callbacks, not promises: this runs for every file on every scan, and promises would make it three times as slow.
function lookAtEach(
  folder: string,
  paths: readonly string[],
  note: (path: string, look: Look | typeof isLink) => void,
  pace: Exclude<Pace, 'in-one-turn'>,
): Promise<void> {
  if (paths.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    let started = 0;
    let finished = 0;
    const next = (lookedAt: number): void => {
      const path = paths[started];
      if (path === undefined) return;
      started += 1;
      lookAt(`${folder}/${path}`, (look) => {
        note(path, look);
        finished += 1;
        if (finished === paths.length) resolve();
        else if (pace === 'gently' && lookedAt % looksBetweenRests === 0) setTimeout(() => next(lookedAt + 1), restMs);
        else next(lookedAt + 1);
      });
    };
    for (let lane = 0; lane < lookWidths[pace]; lane += 1) next(1);
  });
}

function lookAt(place: string, done: (look: Look | typeof isLink) => void): void {
  lstat(place, { bigint: true }, (error, stats) => done(error ? absenceOrFault(error) : lookOf(stats)));
}

function lookNow(place: string): Look | typeof isLink {
  try {
    return lookOf(lstatSync(place, { bigint: true }));
  } catch (error) {
    return absenceOrFault(error);
  }
}

async function lookThroughLinks(ground: DiskGround, path: string): Promise<FileIdentity | string> {
  try {
    const found = await resolveInside(ground, path);
    if ('fault' in found) return found.fault;
    const look = lookOf(await lstatOf(join(ground.root.real, found.place), { bigint: true }));
    if (look === isLink) return 'changed while it was read';
    return typeof look === 'string' ? look : { ...look, place: found.place };
  } catch (error) {
    return faultOf(error);
  }
}

function absenceOrFault(error: unknown): string | undefined {
  return errorCodeOf(error) === 'ENOENT' ? undefined : faultOf(error);
}

// Files at the top may be missing. One that was listed a moment ago may not, or it would be passed over silently.
function absenceOf(path: string): string | undefined {
  if (!path.includes('/')) return undefined;
  return path.includes('\ufffd') ? 'has a name that is not UTF-8' : 'vanished while it was read';
}

// A pipe would block whoever opens it for ever, so only regular files get that far.
function lookOf(stats: BigIntStats): FileIdentity | string | typeof isLink {
  if (stats.isFile()) return identityOf(stats);
  if (stats.isSymbolicLink()) return isLink;
  return stats.isDirectory() ? 'is a directory' : 'is not a regular file';
}

/** Whether a file of this name is of the policy, be it that nobody decides by it. */
export function isPolicyFile(path: string): boolean {
  return classifyPath(path) !== 'ignored';
}

/** Whether a sidecar reads a file of this name. */
export function isDecidingFile(path: string): boolean {
  return decidingKinds.has(classifyPath(path));
}
