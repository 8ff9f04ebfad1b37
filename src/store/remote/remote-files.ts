import type { SourceFile } from '../../compile/file/policy-files.ts';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { ChangedPaths } from '../folder/changed-paths.ts';
import { readPolicyAt, shareUnchanged } from '../git/git-policy-files.ts';
import type { CommitTeller, FilesReader } from '../live/files-reader.ts';
import type { SourceReport } from '../live/policy-source.ts';
import type { RemoteAddress } from './remote-address.ts';
import type { RemoteClone } from './remote-clone.ts';

export interface RemoteFilesOptions {
  readonly address: RemoteAddress;
  readonly ref: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  readonly now: () => number;
}

/** Facts about the branch that a policy comes from. */
export interface GitSourceReport extends SourceReport {
  readonly kind: 'git';
  readonly url: string;
  readonly ref: string;
  readonly path: string;
}

export function isGitSource(source: SourceReport | undefined): source is GitSourceReport {
  return source?.kind === 'git';
}

/** The files of the newest commit of a repository elsewhere: each commit whole. */
export class RemoteFiles implements FilesReader {
  readonly root = '';
  readonly #clone: RemoteClone;
  readonly #options: RemoteFilesOptions;
  #files: readonly SourceFile[] = [];
  #commit: string | undefined;
  /** Of each reading, as far back as it is remembered: what was live names its commit. */
  readonly #commits: string[] = [];
  #lastWordMs: number | undefined;
  #isFromCache = false;
  #latest: Promise<unknown> = Promise.resolve();

  constructor(clone: RemoteClone, options: RemoteFilesOptions) {
    this.#clone = clone;
    this.#options = options;
  }

  get report(): GitSourceReport {
    const { address, ref, prefix } = this.#options;
    const of = { url: address.url, ref, path: prefix };
    return { kind: 'git', ...of, lastWordMs: this.#lastWordMs, isFromCache: this.#isFromCache };
  }

  read(): Promise<readonly SourceFile[]> {
    return this.#inTurn(async () => this.#readAt(await this.#newest()));
  }

  async findChanged(): Promise<ChangedPaths> {
    const commit = await this.#inTurn(() => this.#fetch());
    return commit === this.#commit && !this.#isFromCache ? new Set() : 'anything';
  }

  /** The commit of files, which is known without asking anybody. */
  readonly commits: CommitTeller = {
    read: (files) => Promise.resolve(files === this.#files ? this.#commit : undefined),
    listHistory: (commit, most) => {
      const at = this.#commits.indexOf(commit);
      const known = at < 0 ? [commit] : this.#commits.slice(0, at + 1).reverse();
      return Promise.resolve(known.slice(0, most));
    },
    mayHaveMoved: () => Promise.resolve(false),
  };

  /** To be told when what was read last is live. */
  async noteLive(): Promise<void> {
    if (this.#commit !== undefined && !this.#isFromCache) await this.#clone.noteGood(this.#commit);
  }

  // At the start what was good last is better than nothing, however old it is: it is told.
  async #newest(): Promise<string> {
    try {
      const commit = await this.#fetch();
      this.#isFromCache = false;
      return commit;
    } catch (error) {
      const good = this.#commit === undefined ? await this.#clone.lastGood().catch(() => undefined) : undefined;
      if (good === undefined) throw error;
      this.#isFromCache = true;
      return good;
    }
  }

  async #fetch(): Promise<string> {
    const atMs = this.#options.now();
    const commit = await this.#clone.fetch();
    this.#lastWordMs = atMs;
    return commit;
  }

  async #readAt(commit: string): Promise<readonly SourceFile[]> {
    if (commit === this.#commit) return this.#files;
    const found = await readPolicyAt(this.#clone.repository, commit, Promise.resolve(this.#files)).catch(
      async (error: unknown) => {
        // It was fetched whole: what cannot be read is damaged here.
        await this.#clone.makeAnew();
        const again = await this.#clone.fetch();
        if (again !== commit) throw new RolebookError('unavailable', `the commit cannot be read: ${messageOf(error)}`);
        return readPolicyAt(this.#clone.repository, commit);
      },
    );
    if (found === undefined) {
      const help = 'say with `--path DIR` where in the repository it is';
      const { prefix } = this.#options;
      const where = prefix === '' ? 'at its top' : `below \`${prefix}\``;
      throw new RolebookError('unavailable', `commit ${commit.slice(0, 12)} has no \`roles.yaml\` ${where}`, { help });
    }
    this.#files = shareUnchanged(found, this.#files);
    this.#commit = commit;
    this.#commits.push(commit);
    if (this.#commits.length > limits.rememberedCommits) this.#commits.shift();
    return this.#files;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#latest.then(work);
    this.#latest = result.catch(() => undefined);
    return result;
  }
}
