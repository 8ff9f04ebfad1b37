import type { Dirent } from 'node:fs';
import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../policy/limits.ts';
import { compareText } from '../policy/position.ts';
import { eachBounded } from './bounded.ts';
import { danglingLinkFault, faultOf } from './file-fault.ts';
import { resolveInside } from './inner-links.ts';
import type { DiskGround } from './policy-root.ts';

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

// Of a mounted ConfigMap every file is a link.
const linkWidth = 16;

// Some two thousand names.
const largeFolderBytes = 64 * 1024;

/** Lists the tree breadth first, following symbolic links that stay in the root, within the limits. */
export async function listPolicyTree(
  ground: DiskGround,
  isWanted: (path: string) => boolean,
  most: number = limits.policyFiles,
): Promise<PolicyTree> {
  const walk = new TreeWalk(ground, isWanted, most);
  await walk.run();
  return walk;
}

class TreeWalk implements PolicyTree {
  readonly files: string[] = [];
  readonly folders = new Map<string, string>();
  readonly links: string[] = [];
  readonly faults = new Map<string, string>();
  readonly #ground: DiskGround;
  readonly #isWanted: (path: string) => boolean;
  readonly #most: number;
  /** Where each folder was entered, by its path without symbolic links. */
  readonly #entered = new Map<string, string>();
  #level: Folder[] = [];

  constructor(ground: DiskGround, isWanted: (path: string) => boolean, most: number) {
    this.#ground = ground;
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
    const links: string[] = [];
    try {
      for await (const entry of await openFolder(folder.realPath)) {
        if (this.#isFull()) return;
        // Editors' locks, and the timestamp folders of mounted ConfigMaps, begin with a dot.
        if (entry.name.startsWith('.')) continue;
        if (entry.isSymbolicLink()) links.push(`${folder.path}/${entry.name}`);
        else this.#visit(folder, entry);
      }
    } catch (error) {
      this.faults.set(folder.path, faultOf(error));
    }
    await eachBounded(links, linkWidth, async (path) => {
      if (this.#isFull()) return;
      this.links.push(path);
      await this.#enter(path);
    });
  }

  #visit(folder: Folder, entry: Dirent): void {
    const path = `${folder.path}/${entry.name}`;
    if (entry.isDirectory()) this.#level.push({ path, realPath: join(folder.realPath, entry.name) });
    else this.#addFile(path);
  }

  // `policies` itself, and what a symbolic link leads to, is a file or a folder only once it was looked at.
  async #enter(path: string): Promise<void> {
    try {
      const found = await resolveInside(this.#ground, path);
      // A link that is named as nobody reads it may lead to any file, as the file itself may lie there.
      if (found.kind === 'file' && path !== 'policies' && !this.#isWanted(path)) return;
      if ('fault' in found) this.faults.set(path, absenceOf(path, found.fault));
      else if (found.kind === 'folder') this.#level.push({ path, realPath: join(this.#ground.root.real, found.place) });
      else if (path === 'policies') this.faults.set(path, 'is not a directory');
      else this.#addFile(path);
    } catch (error) {
      this.faults.set(path, faultOf(error));
    }
  }

  #addFile(path: string): void {
    if (this.#isWanted(path)) this.files.push(path);
  }

  #isFull(): boolean {
    const isFull = Math.max(this.files.length, this.links.length) + this.folders.size > this.#most;
    if (isFull) this.faults.set('policies', `holds more than ${this.#most} files`);
    return isFull;
  }
}

function absenceOf(path: string, fault: string): string {
  return path === 'policies' && fault === danglingLinkFault ? 'is missing' : fault;
}

// The entries of a large folder take tens of milliseconds to make, so they come in portions. Most folders are small,
// there may be thousands of them, and reading one at once is several times as quick.
async function openFolder(path: string): Promise<AsyncIterable<Dirent> | Iterable<Dirent>> {
  const stats = await lstat(path);
  // It was a folder a moment ago; a link in its place may lead anywhere.
  if (stats.isSymbolicLink()) throw new Error('it changed meanwhile');
  const { size } = stats;
  return size < largeFolderBytes ? readdir(path, { withFileTypes: true }) : opendir(path, { bufferSize: 256 });
}
