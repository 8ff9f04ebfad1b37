import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCodeOf } from '../folder/file-fault.ts';
import { DiskGround, pathBelow } from '../folder/policy-root.ts';
import { listPolicyTree, topFiles } from '../folder/policy-tree.ts';
import { changeJournal } from '../folder/unfinished-change.ts';

/** The things that matter in one folder. */
export interface FolderPlan {
  /** Of a folder of policy files, where every name but hidden ones matters: its path in the policy directory. */
  policyPath: string | undefined;
  /** Names that matter besides, such as `roles.yaml` in a folder that holds a whole repository. */
  readonly names: Set<string>;
}

/** The folders to watch, by their path without symbolic links. */
export type WatchPlan = ReadonlyMap<string, FolderPlan>;

/**
 * Which folders show every change of a policy directory: those that hold its files, those that hold the symbolic links
 * on the way to them (a ConfigMap's `..data`, git-sync's current worktree), and the ones above, where a whole folder is
 * exchanged. Folders, not files: a watch on a file ends with the first editor that saves by renaming.
 * What a link of the policy directory leads to outside of it is nothing that is read, and nothing that is watched.
 */
export async function planWatches(root: string): Promise<WatchPlan> {
  const real = await realpath(root).catch(() => root);
  const tree = await listPolicyTree(new DiskGround({ real, given: root }), () => false);
  const planner = new WatchPlanner(real);
  for (const path of ['.', 'policies', changeJournal, ...topFiles, ...tree.links])
    await planner.addPath(join(root, path));
  for (const [place, path] of tree.folders) planner.folder(join(real, place)).policyPath = path;
  return planner.plan;
}

// As many as Linux follows.
const mostLinks = 40;

class WatchPlanner {
  readonly plan = new Map<string, FolderPlan>();
  readonly #root: string;
  readonly #resolved = new Map<string, string | undefined>();

  constructor(root: string) {
    this.#root = root;
  }

  folder(path: string): FolderPlan {
    const known = this.plan.get(path);
    if (known) return known;
    const folder: FolderPlan = { policyPath: undefined, names: new Set() };
    this.plan.set(path, folder);
    return folder;
  }

  /** Follows a path to its end and plans for every step that could come to lead elsewhere. */
  async addPath(path: string, links = 0): Promise<string | undefined> {
    const parent = await this.#resolve(dirname(path), links);
    if (parent !== undefined) this.folder(parent).names.add(basename(path));
    return this.#resolve(path, links);
  }

  async #resolve(path: string, links: number): Promise<string | undefined> {
    if (this.#resolved.has(path)) return this.#resolved.get(path);
    const real = await this.#resolveAnew(path, links);
    this.#resolved.set(path, real);
    return real;
  }

  async #resolveAnew(path: string, links: number): Promise<string | undefined> {
    if (dirname(path) === path) return path;
    const parent = await this.#resolve(dirname(path), links);
    if (parent === undefined || links > mostLinks) return undefined;
    const place = join(parent, basename(path));
    const target = await targetOf(place);
    if (target === 'none') return place;
    // A link may be turned, and what is missing may come.
    this.folder(parent).names.add(basename(path));
    if (target === 'missing' || this.#leadsOut(place, resolve(parent, target.path))) return undefined;
    return this.addPath(resolve(parent, target.path), links + 1);
  }

  #leadsOut(link: string, target: string): boolean {
    const path = pathBelow(this.#root, link);
    return path !== undefined && path !== '' && pathBelow(this.#root, target) === undefined;
  }
}

async function targetOf(place: string): Promise<{ readonly path: string } | 'none' | 'missing'> {
  try {
    return { path: await readlink(place) };
  } catch (error) {
    return errorCodeOf(error) === 'ENOENT' ? 'missing' : 'none';
  }
}
