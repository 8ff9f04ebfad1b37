import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathMeant, type SourceFile } from '../../compile/file/policy-files.ts';
import { limits } from '../../policy/limits.ts';
import { compareText } from '../../policy/position.ts';
import { faultyFile } from '../folder/file-fault.ts';
import { missingObjects } from './git-command.ts';
import { withObjects, type GitObjects, isNamed, isNamedInAnyLineEnds } from './git-objects.ts';
import type { GitRepository } from './git-repository.ts';
import { CommitGround } from './git-tree.ts';
import { eachInTurns } from '../turns.ts';
import { resolveInside } from '../folder/inner-links.ts';
import { listPolicyTree, topFiles } from '../folder/policy-tree.ts';
import { isDecidingFile, isPolicyFile } from '../folder/survey.ts';

/** A policy file of a commit: the name of its content, or why there is none. */
type CommitFile = { readonly path: string } & ({ readonly object: string } | { readonly fault: string });

/**
 * The policy files of a commit, sorted by path, those that decide unless all are asked for, as `PolicyDirectory` would read them were it checked out.
 * Undefined when there is no `roles.yaml`: then nobody might do anything. Of `known` files those that git has under the
 * same name, which is made of their content, are not read again.
 */
export function readPolicyAt(
  repository: GitRepository,
  commit: string,
  known: Promise<readonly SourceFile[]> = Promise.resolve([]),
  which: 'deciding' | 'all' = 'deciding',
): Promise<readonly SourceFile[] | undefined> {
  // That they cannot be read is told by whoever reads them.
  const here = known.catch(() => []);
  return withObjects(repository, async (objects) => {
    const listed = await listPolicyAt(objects, repository.prefix, commit, which);
    if (!listed?.some(({ path }) => path === 'roles.yaml' || pathMeant(path) === 'roles.yaml')) return undefined;
    const byPath = new Map((await here).map((file) => [file.path, file]));
    return readListed(objects, listed, byPath);
  });
}

/** Whether files are what a commit holds, whatever line ends git gave them on disk. */
export async function isPolicyAt(
  objects: GitObjects,
  { prefix }: GitRepository,
  commit: string,
  files: readonly SourceFile[],
): Promise<boolean> {
  const listed = (await listPolicyAt(objects, prefix, commit)) ?? [];
  const there = new Map(listed.map((file) => [file.path, file]));
  // An empty folder is nothing to git.
  const here = files.filter((file) => !(file.path === 'policies' && 'fault' in file && file.fault === 'is missing'));
  let isSame = there.size === here.length;
  await eachInTurns(here, (file) => (isSame &&= isSameFile(file, there.get(file.path))));
  return isSame;
}

function isSameFile(file: SourceFile, other: CommitFile | undefined): boolean {
  if (other === undefined || 'fault' in file) return other !== undefined && 'fault' in other;
  return 'object' in other && isNamedInAnyLineEnds(file.content, other.object);
}

/** The same files, where a file has not changed as the very object it is now: then it is compiled once for both. */
export function shareUnchanged(files: readonly SourceFile[], known: readonly SourceFile[]): readonly SourceFile[] {
  const byPath = new Map(known.map((file) => [file.path, file]));
  return files.map((file) => {
    const other = byPath.get(file.path);
    return other && (other === file || hasSameContent(other, file)) ? other : file;
  });
}

function hasSameContent(left: SourceFile, right: SourceFile): boolean {
  return 'content' in left && 'content' in right && Buffer.compare(left.content, right.content) === 0;
}

/** Lists without reading a file; undefined when the commit does not hold the folder. Sorted by path. */
async function listPolicyAt(
  objects: GitObjects,
  prefix: string,
  commit: string,
  which: 'deciding' | 'all' = 'deciding',
): Promise<readonly CommitFile[] | undefined> {
  const root = await findFolder(objects, prefix, commit);
  if (root === undefined) return undefined;
  const ground = new CommitGround(objects, root);
  const tree = await listPolicyTree(ground, which === 'all' ? isPolicyFile : isDecidingFile);
  const faults = new Map(tree.faults);
  // Git keeps no empty folders, so none is no mistake.
  if ((await ground.entryAt('policies')) === undefined) faults.delete('policies');
  const files: CommitFile[] = [];
  // Below a `policies` that could not be listed to its end nothing is complete, so nothing of it is read.
  const listed = faults.has('policies') ? [] : tree.files;
  for (const [index, path] of listed.entries()) {
    files.push(await describeFile(ground, path, tree.places[index]));
    if (index % filesPerTurn === filesPerTurn - 1) await nextTurn();
  }
  for (const path of topFiles) if (await ground.entryAt(path)) files.push(await describeFile(ground, path));
  for (const [path, fault] of faults) files.push({ path, fault });
  return files.sort((left, right) => compareText(left.path, right.path));
}

// What is known already comes without waiting, and others must have their turn.
const filesPerTurn = 500;

async function findFolder(objects: GitObjects, prefix: string, commit: string): Promise<string | undefined> {
  const top = await objects.read(`${commit}^{tree}`, 0);
  if (top.kind !== 'tree') throw missingObjects();
  if (prefix === '') return top.object;
  const entry = await new CommitGround(objects, top.object).entryAt(prefix.slice(0, -1));
  return entry?.kind === 'folder' ? entry.object : undefined;
}

async function describeFile(ground: CommitGround, path: string, known?: string): Promise<CommitFile> {
  if (path.includes('\ufffd')) return { path, fault: 'has a name that is not UTF-8' };
  const found = known === undefined ? await resolveInside(ground, path) : { place: known };
  if ('fault' in found) return { path, fault: found.fault };
  const entry = await ground.entryAt(found.place);
  if (entry?.kind === 'folder') return { path, fault: 'is a directory' };
  return entry?.kind === 'file' ? { path, object: entry.object } : { path, fault: entry?.fault ?? 'is not a file' };
}

async function readListed(
  objects: GitObjects,
  listed: readonly CommitFile[],
  known: ReadonlyMap<string, SourceFile>,
): Promise<readonly SourceFile[]> {
  const files: Promise<SourceFile>[] = [];
  await eachInTurns(listed, (file) => files.push(readFile(objects, file, known.get(file.path))));
  return Promise.all(files);
}

async function readFile(objects: GitObjects, file: CommitFile, known: SourceFile | undefined): Promise<SourceFile> {
  const { path } = file;
  if ('fault' in file) return faultyFile(path, file.fault);
  if (known && 'content' in known && isNamed(known.content, file.object)) return known;
  const found = await objects.read(file.object, limits.fileBytes);
  if (found.kind === 'missing') throw missingObjects();
  if (found.kind !== 'blob') return faultyFile(path, 'is not a file');
  if (found.content === undefined) return faultyFile(path, `is larger than ${limits.fileBytes / 1024 / 1024} MiB`);
  return { path, content: found.content };
}
