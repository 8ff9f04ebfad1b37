import { setImmediate as nextTurn } from 'node:timers/promises';
import { RolebookError } from '../../policy/errors.ts';
import { missingObjects } from './git-command.ts';
import type { GitObjects } from './git-objects.ts';
import type { Ground, GroundEntry, Standing } from '../folder/inner-links.ts';

export interface TreeEntry extends GroundEntry {
  readonly kind: 'folder' | 'file' | 'link' | 'submodule';
  /** The name of what it is. */
  readonly object: string;
}

type Tree = ReadonlyMap<string, TreeEntry>;

// A folder of a million names. A larger one would not fit beside everything else.
const mostTreeBytes = 64 * 1024 * 1024;

// As the system allows.
const mostTargetBytes = 4095;

// Trees that are known already come without waiting, and others must have their turn.
const entriesPerTurn = 10_000;

/** A folder of a commit, as it would lie on disk were the commit checked out. */
export class CommitGround implements Ground {
  readonly #objects: GitObjects;
  readonly #root: string;
  readonly #trees = new Map<string, Promise<Tree>>();
  readonly #targets = new Map<string, Promise<string | undefined>>();
  #listed = 0;

  /** `root` is the name of a tree. */
  constructor(objects: GitObjects, root: string) {
    this.#objects = objects;
    this.#root = root;
  }

  async look(path: string): Promise<Standing> {
    const entry = await this.entryAt(path);
    if (entry === undefined) return undefined;
    if (entry.kind !== 'link') return entry.kind === 'folder' ? 'folder' : 'file';
    const target = await this.#targetOf(entry.object);
    if (target?.startsWith('/')) return 'outward';
    return target === undefined ? undefined : { from: 'folder', target };
  }

  async list(place: string): Promise<Iterable<GroundEntry>> {
    const object = place === '' ? this.#root : (await this.entryAt(place))?.object;
    const tree = await this.#tree(object ?? '');
    this.#listed += tree.size;
    if (this.#listed > entriesPerTurn) {
      this.#listed = 0;
      await nextTurn();
    }
    return tree.values();
  }

  /** What stands at a path, none of whose folders is a symbolic link. */
  async entryAt(path: string): Promise<TreeEntry | undefined> {
    let object = this.#root;
    let entry: TreeEntry | undefined;
    for (const name of path.split('/')) {
      if (entry && entry.kind !== 'folder') return undefined;
      entry = (await this.#tree(object)).get(name);
      if (entry === undefined) return undefined;
      object = entry.object;
    }
    return entry;
  }

  #tree(object: string): Promise<Tree> {
    const known = this.#trees.get(object);
    if (known) return known;
    const tree = this.#readTree(object);
    this.#trees.set(object, tree);
    return tree;
  }

  async #readTree(object: string): Promise<Tree> {
    const found = await this.#objects.read(object, mostTreeBytes);
    if (found.kind === 'missing') throw missingObjects();
    if (found.kind !== 'tree') throw unreadableTree(object);
    if (found.content === undefined) throw new RolebookError('unavailable', `the tree \`${object}\` is too large`);
    return parseTree(found.content, object);
  }

  #targetOf(object: string): Promise<string | undefined> {
    const known = this.#targets.get(object);
    if (known) return known;
    const target = this.#readTarget(object);
    this.#targets.set(object, target);
    return target;
  }

  async #readTarget(object: string): Promise<string | undefined> {
    const found = await this.#objects.read(object, mostTargetBytes);
    if (found.kind === 'missing') throw missingObjects();
    const target = found.kind === 'blob' ? found.content?.toString() : undefined;
    // No system makes a link of such a text.
    return target === '' || target?.includes('\0') ? undefined : target;
  }
}

/** Reads what git keeps of a folder: for each name its mode, the name, a zero byte, and the name of the object in bytes. */
export function parseTree(content: Buffer, object: string): Tree {
  const nameBytes = object.length / 2;
  const tree = new Map<string, TreeEntry>();
  for (let start = 0; start < content.length;) {
    const space = content.indexOf(0x20, start);
    const end = content.indexOf(0, space);
    const next = end + 1 + nameBytes;
    if (space < 0 || end < 0 || next > content.length) throw unreadableTree(object);
    const mode = Number.parseInt(content.toString('latin1', start, space), 8);
    const name = content.toString('utf8', space + 1, end);
    tree.set(name, describeEntry(name, mode, content.toString('hex', end + 1, next), tree.has(name)));
    start = next;
  }
  return tree;
}

function describeEntry(name: string, mode: number, object: string, isAgain: boolean): TreeEntry {
  const kind = kinds[mode & 0o170000] ?? 'submodule';
  const fault = faultOf(name, kind, isAgain);
  const isDirectory = (): boolean => kind === 'folder';
  const isSymbolicLink = (): boolean => kind === 'link';
  return { name, kind, object, isDirectory, isSymbolicLink, ...(fault === undefined ? {} : { fault }) };
}

// As git itself takes every other mode for a submodule.
const kinds: Readonly<Record<number, TreeEntry['kind']>> = { 0o040000: 'folder', 0o100000: 'file', 0o120000: 'link' };

function faultOf(name: string, kind: TreeEntry['kind'], isAgain: boolean): string | undefined {
  if (isAgain) return 'stands twice in the commit';
  if (name === '' || name.includes('/')) return 'has a name in the commit that no file can have';
  return kind === 'submodule' ? 'is a git submodule, whose files are elsewhere' : undefined;
}

function unreadableTree(object: string): RolebookError {
  return new RolebookError('unavailable', `git has something else than a folder under the name \`${object}\``);
}
