import { limits } from '../../policy/limits.ts';
import { compareText } from '../../policy/position.ts';
import { eachBounded } from '../turns.ts';
import { danglingLinkFault, faultOf } from './file-fault.ts';
import { resolveInside, type Ground, type GroundEntry } from './inner-links.ts';

/** The files under `policies/`, by name only: nothing is opened here. Paths are relative to the root. */
export interface PolicyTree {
  /** Wanted files. */
  readonly files: readonly string[];
  /** Where each of them really is, in the same order: by names that are no symbolic links. */
  readonly places: readonly string[];
  /** Where each folder stands in the tree, by where it really is. */
  readonly folders: ReadonlyMap<string, string>;
  /** Symbolic links to files and to folders. */
  readonly links: readonly string[];
  /** What could not be followed, and why. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Files at the top of a policy directory. Whoever lists the tree knows them by name. */
export const topFiles = ['model.conf', 'roles.yaml'] as const;

interface Folder {
  readonly path: string;
  readonly place: string;
}

const listingWidth = 64;

// Of a mounted ConfigMap every file is a link.
const linkWidth = 16;

/** Lists the tree breadth first, following symbolic links that stay in the root, within the limits. */
export async function listPolicyTree(
  ground: Ground,
  isWanted: (path: string) => boolean,
  most: number = limits.policyFiles,
): Promise<PolicyTree> {
  const walk = new TreeWalk(ground, isWanted, most);
  await walk.run();
  return walk;
}

class TreeWalk implements PolicyTree {
  readonly files: string[] = [];
  readonly places: string[] = [];
  readonly folders = new Map<string, string>();
  readonly links: string[] = [];
  readonly faults = new Map<string, string>();
  readonly #ground: Ground;
  readonly #isWanted: (path: string) => boolean;
  readonly #most: number;
  /** Where each folder was entered, by where it really is. */
  readonly #entered = new Map<string, string>();
  #level: Folder[] = [];
  #names = 0;

  constructor(ground: Ground, isWanted: (path: string) => boolean, most: number) {
    this.#ground = ground;
    this.#isWanted = isWanted;
    this.#most = most;
  }

  async run(): Promise<void> {
    await this.#listTop();
    await this.#enter('policies');
    for (let depth = 0; this.#level.length > 0 && !this.#isFull(); depth += 1) {
      const level = this.#takeLevel(depth);
      await eachBounded(level, listingWidth, (folder) => this.#list(folder));
    }
  }

  // What is wanted at the top beside `topFiles` is nearly called so. That a folder can be entered and not listed is no fault.
  async #listTop(): Promise<void> {
    try {
      for await (const { name } of await this.#ground.list('')) {
        if (topFiles.some((known) => known === name) || !this.#isWanted(name)) continue;
        const found = await resolveInside(this.#ground, name);
        if ('place' in found && found.kind === 'file') this.#addFile(name, found.place);
      }
    } catch {
      return;
    }
  }

  // A folder is entered once: a second link to it could only define the same workspaces again, and links that lead back
  // up, or to the same folders over and over, would never end.
  #takeLevel(depth: number): Folder[] {
    // INVARIANT: sorted, so that of two ways to a folder it is always the same one that counts.
    const found = this.#level.sort((left, right) => compareText(left.path, right.path));
    this.#level = [];
    return found.filter(({ path, place }) => {
      const known = this.#entered.get(place);
      if (known !== undefined) this.faults.set(path, `is the same folder as \`${known}\``);
      else if (depth > limits.directoryDepth) {
        this.faults.set(path, `is more than ${limits.directoryDepth} folders deep`);
      } else this.#entered.set(place, path);
      return this.#entered.get(place) === path;
    });
  }

  // The workspaces in a folder that cannot be listed are unknown, which is not the same as none, so it is a fault.
  async #list(folder: Folder): Promise<void> {
    if (this.#isFull()) return;
    this.folders.set(folder.place, folder.path);
    const links: string[] = [];
    try {
      for await (const entry of await this.#ground.list(folder.place)) {
        this.#names += 1;
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

  #visit(folder: Folder, entry: GroundEntry): void {
    const path = `${folder.path}/${entry.name}`;
    const place = folder.place === folder.path ? path : placeBelow(folder.place, entry.name);
    if (entry.fault !== undefined) this.faults.set(path, entry.fault);
    else if (entry.isDirectory()) this.#level.push({ path, place });
    else this.#addFile(path, place);
  }

  // `policies` itself, and what a symbolic link leads to, is a file or a folder only once it was looked at.
  async #enter(path: string): Promise<void> {
    try {
      const found = await resolveInside(this.#ground, path);
      // A link that is named as nobody reads it may lead to any file, as the file itself may lie there.
      if (found.kind === 'file' && path !== 'policies' && !this.#isWanted(path)) return;
      if ('fault' in found) this.faults.set(path, absenceOf(path, found.fault));
      else if (found.kind === 'folder') this.#level.push({ path, place: found.place });
      else if (path === 'policies') this.faults.set(path, 'is not a directory');
      else this.#addFile(path, found.place);
    } catch (error) {
      this.faults.set(path, faultOf(error));
    }
  }

  #addFile(path: string, place: string): void {
    if (!this.#isWanted(path)) return;
    this.files.push(path);
    this.places.push(place);
  }

  #isFull(): boolean {
    if (this.#names > limits.policyNames) this.faults.set('policies', `holds more than ${limits.policyNames} names`);
    const isFull = Math.max(this.files.length, this.links.length) + this.folders.size > this.#most;
    if (isFull) this.faults.set('policies', `holds more than ${this.#most} files`);
    return isFull || this.#names > limits.policyNames;
  }
}

// A link can lead to the root itself, which has no name.
function placeBelow(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function absenceOf(path: string, fault: string): string {
  return path === 'policies' && fault === danglingLinkFault ? 'is missing' : fault;
}
