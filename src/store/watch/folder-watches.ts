import { watch, type BigIntStats, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { eachBounded } from '../turns.ts';
import type { ChangedPaths } from '../folder/changed-paths.ts';
import { FileSystems } from './file-systems.ts';
import type { FolderPlan, WatchPlan } from './watch-plan.ts';

interface FolderWatch {
  readonly watcher: FSWatcher;
  readonly stats: BigIntStats;
  plan: FolderPlan;
  /** The folder it watches may not be the one at this path any more. */
  isDoubtful: boolean;
}

export interface WatchListener {
  /** Something that matters happened; `structure` when folders or links may have come or gone. */
  onEvent(what: 'content' | 'structure', changed: ChangedPaths): void;
  onError(folder: string, error: unknown): void;
}

/** One `fs.watch` a folder, kept in step with a plan. */
export class FolderWatches {
  readonly #listener: WatchListener;
  readonly #watches = new Map<string, FolderWatch>();
  readonly #fileSystems = new FileSystems();
  #tellsAll = false;

  constructor(listener: WatchListener) {
    this.#listener = listener;
  }

  /** Whether every folder of the plan is watched, on file systems that are known to tell of every change. */
  get tellsAll(): boolean {
    return this.#tellsAll;
  }

  /** Resolves to whether a folder is watched now that was not before, so that changes in it may have been missed. */
  async follow(plan: WatchPlan): Promise<boolean> {
    for (const path of this.#watches.keys()) if (!plan.has(path)) this.#close(path);
    let hasNew = false;
    const silent: string[] = [];
    await eachBounded([...plan], 16, async ([path, folder]) => {
      const stats = await stat(path, { bigint: true }).catch(() => undefined);
      if (!stats || !(await this.#fileSystems.tellChanges(path, stats.dev))) silent.push(path);
      const known = this.#watches.get(path);
      if (known && stats && !known.isDoubtful && isSameFolder(known.stats, stats)) {
        known.plan = folder;
        return;
      }
      this.#close(path);
      if (stats?.isDirectory() && this.#open(path, folder, stats)) hasNew = true;
    });
    this.#tellsAll = silent.length === 0 && this.#watches.size === plan.size;
    return hasNew;
  }

  close(): void {
    for (const path of [...this.#watches.keys()]) this.#close(path);
  }

  #open(path: string, plan: FolderPlan, stats: BigIntStats): boolean {
    try {
      const watcher = watch(path, { persistent: false }, (type, name) => this.#handle(path, type, name));
      watcher.on('error', (error) => {
        this.#close(path);
        this.#tellsAll = false;
        this.#listener.onError(path, error);
      });
      this.#watches.set(path, { watcher, stats, plan, isDoubtful: false });
      return true;
    } catch (error) {
      this.#listener.onError(path, error);
      return false;
    }
  }

  #close(path: string): void {
    this.#watches.get(path)?.watcher.close();
    this.#watches.delete(path);
  }

  #handle(path: string, type: string, name: string | null): void {
    const folder = this.#watches.get(path);
    if (!folder) return;
    const isStructure = type === 'rename';
    // The watch follows the folder, not its path: moved or deleted, the folder sends its own name or its parent does.
    // A new folder can even get the deleted one's inode number.
    const isItself = name === basename(path);
    const inside = name === null ? undefined : this.#watches.get(join(path, name));
    if (isStructure && isItself) folder.isDoubtful = true;
    if (isStructure && inside) inside.isDoubtful = true;
    const isSpecial = name === null || isItself || inside || folder.plan.names.has(name);
    if (!isSpecial && !isPolicyName(folder.plan, name)) return;
    // A plain name in a policy folder is one path of the policy; anything else may have changed any of them.
    const isPlain = !isSpecial && !name.startsWith('.');
    const changed = isPlain ? new Set([`${folder.plan.policyPath ?? ''}/${name}`]) : 'anything';
    this.#listener.onEvent(isStructure ? 'structure' : 'content', changed);
  }
}

function isSameFolder(left: BigIntStats, right: BigIntStats): boolean {
  return left.dev === right.dev && left.ino === right.ino && left.birthtimeNs === right.birthtimeNs;
}

// Hidden names are editors' swap files and locks; `..data` is the one a ConfigMap turns.
function isPolicyName(plan: FolderPlan, name: string): boolean {
  return plan.policyPath !== undefined && (!name.startsWith('.') || name.startsWith('..'));
}
