import { lstat, opendir, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { errorCodeOf, faultOf } from './file-fault.ts';
import type { Ground, GroundEntry, Standing } from './inner-links.ts';

/** A policy directory as it is found at one moment; `--policy` may be a symbolic link, which somebody turns. */
export interface PolicyRoot {
  /** Without symbolic links. */
  readonly real: string;
  /** As it was named. */
  readonly given: string;
}

/** Finds where the directory is now. Throws when there is none. */
export async function openPolicyRoot(given: string): Promise<PolicyRoot> {
  const help = '`--policy DIR` names the folder that holds `roles.yaml` and `policies/`';
  let real: string;
  let isDirectory: boolean;
  try {
    real = await realpath(given);
    isDirectory = (await stat(real)).isDirectory();
  } catch (error) {
    const fault = errorCodeOf(error) === 'ENOENT' ? 'does not exist' : faultOf(error);
    throw new RolebookError('configuration', `the policy directory \`${given}\` ${fault}`, { help, cause: error });
  }
  if (!isDirectory) throw new RolebookError('configuration', `the policy directory \`${given}\` is a file`, { help });
  return { real, given };
}

/** The path below a folder that a place has, with forward slashes; undefined when it lies elsewhere. */
export function pathBelow(folder: string, place: string): string | undefined {
  const path = relative(folder, place);
  if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return undefined;
  return slashed(path);
}

function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}

// Some two thousand names.
const largeFolderBytes = 64 * 1024;

/** The names in the directory on disk. It remembers what it saw, so it is made anew for each look at the directory. */
export class DiskGround implements Ground {
  readonly root: PolicyRoot;
  readonly #seen = new Map<string, Promise<Standing>>();

  constructor(root: PolicyRoot) {
    this.root = root;
  }

  look(path: string): Promise<Standing> {
    const known = this.#seen.get(path);
    if (known) return known;
    const standing = this.#lookAnew(join(this.root.real, path));
    this.#seen.set(path, standing);
    return standing;
  }

  // The entries of a large folder take tens of milliseconds to make, so they come in portions. Most folders are small,
  // there may be thousands of them, and reading one at once is several times as quick.
  async list(place: string): Promise<AsyncIterable<GroundEntry> | Iterable<GroundEntry>> {
    const path = `${this.root.real}/${place}`;
    const stats = await lstat(path);
    // It was a folder a moment ago; a link in its place may lead anywhere.
    if (stats.isSymbolicLink()) throw new Error('it changed meanwhile');
    return stats.size < largeFolderBytes ? readdir(path, { withFileTypes: true }) : opendir(path, { bufferSize: 256 });
  }

  async #lookAnew(place: string): Promise<Standing> {
    try {
      const stats = await lstat(place);
      if (stats.isSymbolicLink()) return this.#read(await readlink(place));
      return stats.isDirectory() ? 'folder' : 'file';
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  // By its text alone: to look whether the place that it names is the root under another name would be to look outside.
  #read(target: string): Standing {
    if (!isAbsolute(target)) return { from: 'folder', target: slashed(target) };
    const root = [this.root.real, this.root.given].find((one) => `${target}${sep}`.startsWith(withSeparator(one)));
    return root === undefined ? 'outward' : { from: 'root', target: slashed(target.slice(root.length)) };
  }
}
