import type { Dirent } from 'node:fs';
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../policy/limits.ts';
import { compareText } from '../policy/position.ts';
import { eachBounded } from './bounded.ts';
import { danglingLinkFault, errorCodeOf, faultOf } from './file-fault.ts';

/** What lies under `policies/`, by name only: nothing is opened here. Paths are relative to the root. */
export interface PolicyTree {
  /** Wanted files. */
  readonly files: readonly string[];
  /** Where each folder stands in the tree, by its path without symbolic links. */
  readonly folders: ReadonlyMap<string, string>;
  /** Symbolic links to files and to folders. */
  readonly links: readonly string[];
  /** What could not be followed, and why. */
  readonly faults: ReadonlyMap<string, string>;
}

interface Folder {
  readonly path: string;
  readonly realPath: string;
}

const listingWidth = 64;

// Some two thousand names.
const largeFolderBytes = 64 * 1024;

/** Lists the tree breadth first, following symbolic links, within the limits. */
export async function listPolicyTree(
  root: string,
  isWanted: (path: string) => boolean,
  most: number = limits.policyFiles,
): Promise<PolicyTree> {
  const walk = new TreeWalk(root, isWanted, most);
  await walk.run();
  return walk;
}

class TreeWalk implements PolicyTree {
  readonly files: string[] = [];
  readonly folders = new Map<string, string>();
  readonly links: string[] = [];
  readonly faults = new Map<string, string>();
  readonly #root: string;
  readonly #isWanted: (path: string) => boolean;
  readonly #most: number;
  /** Where each folder was entered, by its path without symbolic links. */
  readonly #entered = new Map<string, string>();
  #level: Folder[] = [];

  constructor(root: string, isWanted: (path: string) => boolean, most: number) {
    this.#root = root;
    this.#isWanted = isWanted;
    this.#most = most;
  }

  async run(): Promise<void> {
    await this.#enter('policies');
    for (let depth = 0; this.#level.length > 0; depth += 1) {
      const level = this.#takeLevel(depth);
      await eachBounded(level, listingWidth, (folder) => this.#list(folder));
    }
  }

  // A folder is entered once: a second link to it could only define the same workspaces again, and links that lead back
  // up, or to the same folders over and over, would never end.
  #takeLevel(depth: number): Folder[] {
    // INVARIANT: sorted, so that of two ways to a folder it is always the same one that counts.
    const found = this.#level.sort((left, right) => compareText(left.path, right.path));
    this.#level = [];
    return found.filter(({ path, realPath }) => {
      const known = this.#entered.get(realPath);
      if (known !== undefined) this.faults.set(path, `is the same folder as \`${known}\``);
      else if (depth > limits.directoryDepth) {
        this.faults.set(path, `is more than ${limits.directoryDepth} folders deep`);
      } else this.#entered.set(realPath, path);
      return this.#entered.get(realPath) === path;
    });
  }

  // The workspaces in a folder that cannot be listed are unknown, which is not the same as none, so it is a fault.
  async #list(folder: Folder): Promise<void> {
    this.folders.set(folder.realPath, folder.path);
    try {
      for await (const entry of await openFolder(folder.realPath)) {
        if (this.#isFull()) return;
        // Editors' locks, and the timestamp folders of mounted ConfigMaps, begin with a dot.
        if (entry.name.startsWith('.')) continue;
        if (entry.isSymbolicLink()) await this.#follow(folder, entry);
        else this.#visit(folder, entry);
      }
    } catch (error) {
      this.faults.set(folder.path, faultOf(error));
    }
  }

  async #follow(folder: Folder, link: Dirent): Promise<void> {
    const path = `${folder.path}/${link.name}`;
    this.links.push(path);
    await this.#enter(path);
  }

  #visit(folder: Folder, entry: Dirent): void {
    const path = `${folder.path}/${entry.name}`;
    if (entry.isDirectory()) this.#level.push({ path, realPath: join(folder.realPath, entry.name) });
    else this.#addFile(path);
  }

  // `policies` itself, and what a symbolic link leads to, is a file or a folder only once it was looked at.
  async #enter(path: string): Promise<void> {
    const place = join(this.#root, path);
    try {
      const isFolder = (await stat(place)).isDirectory();
      if (isFolder) this.#level.push({ path, realPath: await realpath(place) });
      else if (path === 'policies') this.faults.set(path, 'is not a directory');
      else this.#addFile(path);
    } catch (error) {
      const absence = path === 'policies' ? 'is missing' : danglingLinkFault;
      this.faults.set(path, errorCodeOf(error) === 'ENOENT' ? absence : faultOf(error));
    }
  }

  #addFile(path: string): void {
    if (this.#isWanted(path)) this.files.push(path);
  }

  #isFull(): boolean {
    const isFull = this.files.length + this.folders.size > this.#most;
    if (isFull) this.faults.set('policies', `holds more than ${this.#most} files`);
    return isFull;
  }
}

// The entries of a large folder take tens of milliseconds to make, so they come in portions. Most folders are small,
// there may be thousands of them, and reading one at once is several times as quick.
async function openFolder(path: string): Promise<AsyncIterable<Dirent> | Iterable<Dirent>> {
  const { size } = await stat(path);
  return size < largeFolderBytes ? readdir(path, { withFileTypes: true }) : opendir(path, { bufferSize: 256 });
}
