import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathBelow } from '../folder/policy-root.ts';

/** The place of the repository that a policy directory lies in. All paths are without symbolic links. */
export interface GitPlace {
  /** The work tree: the folder that holds `.git`. */
  readonly top: string;
  /** What `.git` is, or names: the folder of HEAD, of the index and of its lock. */
  readonly folder: string;
  /** The policy directory below the work tree: empty, or with a slash at its end. */
  readonly prefix: string;
}

// One line with a path.
const mostFileBytes = 8192;

/**
 * Walks up from a policy directory to the first real `.git`. Git itself also takes any folder that holds HEAD,
 * `objects` and `refs` for a repository, with a `config` that may name commands to run; and such files can lie in a
 * commit, where nothing that is called `.git` can. So git is never asked which repository it is in.
 */
export async function findGitPlace(root: string): Promise<GitPlace | undefined> {
  const real = await realpath(root).catch(() => undefined);
  if (real === undefined) return undefined;
  for (let top = real; ; top = dirname(top)) {
    const folder = await openDotGit(top);
    if (folder !== undefined) {
      const below = pathBelow(top, real) ?? '';
      return { top, folder, prefix: below === '' ? '' : `${below}/` };
    }
    if (dirname(top) === top) return undefined;
  }
}

/** What tells these very folders and who owns them; undefined when they are gone. */
export async function identifyGitPlace({ top, folder }: GitPlace): Promise<string | undefined> {
  try {
    const stats = await Promise.all([lstat(top), lstat(join(top, '.git')), lstat(folder)]);
    return stats.map(({ dev, ino, uid }) => `${dev} ${ino} ${uid}`).join('\n');
  } catch {
    return undefined;
  }
}

// `.git` is a folder, or in a linked worktree and in a submodule a file that names one.
async function openDotGit(top: string): Promise<string | undefined> {
  const path = join(top, '.git');
  try {
    const stats = await lstat(path);
    if (stats.isDirectory()) return (await isRepository(path)) ? path : undefined;
    const named = stats.isSymbolicLink() ? path : await readPointer(path);
    const folder = named && (await realpath(named));
    // What lies in the work tree itself can have come with its files.
    if (!folder || pathBelow(top, folder) !== undefined) return undefined;
    return (await isRepository(folder)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

async function readPointer(path: string): Promise<string | undefined> {
  const stats = await stat(path);
  if (!stats.isFile() || stats.size > mostFileBytes) return undefined;
  const [, target] = /^gitdir: ([^\n\r]+)[\n\r]*$/.exec(await readFile(path, 'utf8')) ?? [];
  return target === undefined ? undefined : resolve(dirname(path), target);
}

// As git tells one, gitrepository-layout(5). The objects of a linked worktree are those of the repository it belongs to.
async function isRepository(folder: string): Promise<boolean> {
  const head = await lstat(join(folder, 'HEAD'));
  if (!head.isFile() && !head.isSymbolicLink()) return false;
  const common = await readFile(join(folder, 'commondir'), 'utf8').catch(() => '');
  const shared = resolve(folder, common.replace(/[\n\r]+$/, ''));
  const parts = await Promise.all(['objects', 'refs'].map((name) => stat(join(shared, name))));
  return parts.every((stats) => stats.isDirectory());
}
