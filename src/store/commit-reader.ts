import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readGitCommit } from './git-commit.ts';
import { findGitFolder } from './git-lock.ts';

// One of these changes with every commit, checkout and reset, whatever else it leaves as it was.
const tellingFiles = ['HEAD', 'index', 'logs/HEAD'];

/**
 * Asks git for the commit of a policy directory, and no more often than it must. To start another program the system
 * copies this process's page tables: with a gigabyte of policy that takes tens of milliseconds, and no request is
 * answered meanwhile.
 */
export class CommitReader {
  readonly #root: string;
  #lastState: string | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async read(): Promise<string | undefined> {
    const folder = await this.#findFolder();
    if (folder === undefined) return undefined;
    this.#lastState = await stateOf(folder);
    return readGitCommit(this.#root);
  }

  /** Makes the next look find that something may have happened. */
  forget(): void {
    this.#lastState = undefined;
  }

  /** Whether something may have happened in the repository since the last reading. */
  async mayHaveMoved(): Promise<boolean> {
    const folder = await this.#findFolder();
    return (folder && (await stateOf(folder))) !== this.#lastState;
  }

  // As git looks for it: from where the folder really is.
  async #findFolder(): Promise<string | undefined> {
    const root = await realpath(this.#root).catch(() => undefined);
    return root === undefined ? undefined : findGitFolder(root);
  }
}

async function stateOf(folder: string): Promise<string> {
  const states = tellingFiles.map(async (name) => {
    const stats = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : 'none';
  });
  return [folder, ...(await Promise.all(states))].join('\n');
}
