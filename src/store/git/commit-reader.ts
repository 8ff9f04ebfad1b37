import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { commitTimeoutMs, readGitCommit, listHistory } from './git-commit.ts';
import { findGitPlace, identifyGitPlace, type GitPlace } from './git-place.ts';
import { confirmGitPlace, type GitRepository } from './git-repository.ts';

// One of these changes with every commit, checkout and reset, whatever else it leaves as it was.
const tellingFiles = ['HEAD', 'index', 'logs/HEAD'];

/**
 * A reader of the commit of a policy directory, which asks git no more often than it must. To start another program the
 * system copies this process's page tables: with a gigabyte of policy that takes tens of milliseconds, and no request
 * is answered meanwhile.
 */
export class CommitReader {
  readonly #root: string;
  #lastState: string | undefined;
  /** The repository that git confirmed last, and what told it from others. */
  #confirmed: { readonly repository: GitRepository; readonly identity: string } | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** The commit, and whether the files that were read are the ones it holds. */
  async read(files: readonly SourceFile[]): Promise<string | undefined> {
    const place = await findGitPlace(this.#root);
    if (place === undefined) return undefined;
    this.#lastState = await stateOf(place.folder);
    const repository = await this.#confirm(place).catch(() => undefined);
    return repository && readGitCommit(repository, files);
  }

  /** The commits that one builds upon, itself first, `most` of them. None when git cannot tell. */
  async listHistory(commit: string, most: number): Promise<readonly string[]> {
    const place = await findGitPlace(this.#root);
    const repository = place && (await this.#confirm(place).catch(() => undefined));
    return repository ? listHistory(repository, commit, most) : [];
  }

  /** Whether something may have happened in the repository since the last reading. */
  async mayHaveMoved(): Promise<boolean> {
    const place = await findGitPlace(this.#root);
    return (place && (await stateOf(place.folder))) !== this.#lastState;
  }

  // Whose a repository is, is asked once for as long as it is the same one and nobody else's.
  async #confirm(place: GitPlace): Promise<GitRepository> {
    const identity = await identifyGitPlace(place);
    const known = this.#confirmed;
    if (known && known.identity === identity) return { ...known.repository, ...place };
    const repository = await confirmGitPlace(place, this.#root, commitTimeoutMs);
    this.#confirmed = identity === undefined ? undefined : { repository, identity };
    return repository;
  }
}

async function stateOf(folder: string): Promise<string> {
  const states = tellingFiles.map(async (name) => {
    const stats = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : 'none';
  });
  return [folder, ...(await Promise.all(states))].join('\n');
}
