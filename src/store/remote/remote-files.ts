import type { SourceFile } from '../../compile/file/policy-files.ts';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { ChangedPaths } from '../folder/changed-paths.ts';
import { readPolicyAt, shareUnchanged } from '../git/git-policy-files.ts';
import type { CommitStand, CommitTeller, FilesReader, KeptFiles } from '../live/files-reader.ts';
import type { SourceReport } from '../live/policy-source.ts';
import type { SignatureCheck } from '../signatures/signature-check.ts';
import type { GoodKeeper } from './good-keeper.ts';
import type { RemoteAddress } from './remote-address.ts';
import type { RemoteClone } from './remote-clone.ts';

export interface RemoteFilesOptions {
  readonly address: RemoteAddress;
  readonly ref: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  readonly now: () => number;
  /** Where what was good is kept; undefined: nowhere. */
  readonly keeper?: GoodKeeper | undefined;
  /** Who must have signed a commit; undefined: nobody. */
  readonly signatures?: SignatureCheck | undefined;
  /** Tells how a commit stands to the live one; undefined: only those are known that were live here. */
  readonly findStand?: ((commit: string, live: string) => Promise<CommitStand>) | undefined;
}

/** A commit that was made here and is on the branch: nobody need be asked for it. */
export interface WrittenCommit {
  /** The clone that it is in. */
  readonly folder: string;
  readonly commit: string;
  /** Whether it builds upon another one, as far as that is known. */
  follows(commit: string): Promise<boolean>;
}

/** A reading of a commit: when the repository said last that this is its newest. */
interface Reading {
  readonly commit: string;
  heardMs: number | undefined;
  newsMs: number | undefined;
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
  /** Of the files of each reading. */
  readonly #readings = new WeakMap<readonly SourceFile[], Reading>();
  #lastWordMs: number | undefined;
  /** When what is live became so. */
  #newsMs: number | undefined;
  /** What was written here and is not read yet, and when it was. */
  #written: { readonly of: WrittenCommit; readonly atMs: number } | undefined;
  #latest: Promise<unknown> = Promise.resolve();

  constructor(clone: RemoteClone, options: RemoteFilesOptions) {
    this.#clone = clone;
    this.#options = options;
  }

  get report(): Omit<GitSourceReport, 'isFromCache'> {
    const { address, ref, prefix } = this.#options;
    const of = { url: address.url, ref, path: prefix };
    return { kind: 'git', ...of, lastWordMs: this.#lastWordMs };
  }

  read(): Promise<readonly SourceFile[]> {
    return this.#inTurn(async () => this.#readHeard(await this.#newest()));
  }

  async findChanged(): Promise<ChangedPaths> {
    const commit = await this.#inTurn(() => this.#newest());
    if (commit !== this.#commit) return 'anything';
    // Who may sign may be others by now.
    const isBelieved = await this.#requireSigned(commit).then(
      () => true,
      () => false,
    );
    return isBelieved ? new Set() : 'anything';
  }

  /** The commit that was read last; undefined: none was. */
  get commit(): string | undefined {
    return this.#commit;
  }

  /** Has the next reading be of a commit that was written here, unless what was read already is newer. */
  offer(written: WrittenCommit): void {
    this.#written = { of: written, atMs: this.#options.now() };
    // A look that began before is older, whenever it ends.
    this.#clone.interrupt();
  }

  /** At the start what was good last is better than nothing, however old it is: that is told. */
  readKept(): Promise<KeptFiles | undefined> {
    return this.#inTurn(async () => {
      const kept = await this.#options.keeper?.read();
      if (kept === undefined) return undefined;
      const { commit, heardMs, newsMs } = kept;
      await this.#requireSigned(commit);
      const files = this.#take(commit, await this.#readCommit(commit));
      this.#readings.set(files, { commit, heardMs, newsMs });
      this.#lastWordMs ??= heardMs;
      return { files, heardMs, newsMs };
    });
  }

  noteGood(files: readonly SourceFile[], outcome: 'loaded' | 'unchanged'): void {
    const reading = this.#readings.get(files);
    if (reading?.heardMs === undefined) return;
    if (outcome === 'loaded') reading.newsMs = reading.heardMs;
    reading.newsMs ??= this.#newsMs ?? reading.heardMs;
    this.#newsMs = reading.newsMs;
    const { commit, heardMs, newsMs } = reading;
    this.#options.keeper?.note({ commit, heardMs, newsMs });
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
    findElsewhere: (commit, live) => this.#options.findStand?.(commit, live) ?? Promise.resolve('apart'),
  };

  async #newest(): Promise<string> {
    for (;;) {
      const written = await this.#takeWritten();
      if (written !== undefined) return written;
      try {
        const commit = await this.#fetch();
        if (this.#written === undefined) return commit;
      } catch (error) {
        if (this.#written === undefined) throw error;
      }
    }
  }

  async #takeWritten(): Promise<string | undefined> {
    const written = this.#written;
    if (written === undefined) return undefined;
    const { of, atMs } = written;
    const isRead = of.commit === this.#commit;
    const isNewer = this.#commit === undefined || isRead || (await of.follows(this.#commit));
    const isTaken = isNewer && (isRead || (await this.#takeOver(of)));
    // Until it was read it is the newest.
    if (this.#written === written && (isRead || !isTaken)) this.#written = undefined;
    if (!isTaken) return undefined;
    this.#hear(of.commit, atMs);
    return of.commit;
  }

  // Where it cannot be taken over it is fetched like any other.
  async #takeOver({ folder, commit }: WrittenCommit): Promise<boolean> {
    return this.#clone.takeOver(folder, commit).then(
      () => true,
      () => false,
    );
  }

  async #fetch(): Promise<string> {
    const atMs = this.#options.now();
    const commit = await this.#clone.fetch();
    this.#hear(commit, atMs);
    return commit;
  }

  #hear(commit: string, atMs: number): void {
    this.#lastWordMs = atMs;
    const reading = this.#readings.get(this.#files);
    if (reading?.commit === commit) reading.heardMs = atMs;
  }

  // Before anything of it is read.
  async #requireSigned(commit: string): Promise<void> {
    await this.#options.signatures?.require(this.#clone.repository, commit);
  }

  async #readHeard(commit: string): Promise<readonly SourceFile[]> {
    await this.#requireSigned(commit);
    if (commit === this.#commit) return this.#files;
    const found = await this.#readCommit(commit).catch(async (error: unknown) => {
      // It was fetched whole: what cannot be read is damaged here.
      const again = await this.#clone.fetchAnew();
      if (again !== commit) throw new RolebookError('unavailable', `the commit cannot be read: ${messageOf(error)}`);
      return this.#readCommit(commit);
    });
    const files = this.#take(commit, found);
    this.#readings.set(files, { commit, heardMs: this.#lastWordMs, newsMs: undefined });
    return files;
  }

  async #readCommit(commit: string): Promise<readonly SourceFile[] | undefined> {
    return readPolicyAt(this.#clone.repository, commit, Promise.resolve(this.#files));
  }

  #take(commit: string, found: readonly SourceFile[] | undefined): readonly SourceFile[] {
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
