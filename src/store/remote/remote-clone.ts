import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { askGit, gitFailure, type GitAnswer } from '../git/git-command.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { parseRemoteAddress } from './remote-address.ts';
import { askRemote, type RemotePlace } from './remote-command.ts';
import { describeRemoteFault, mayBeDamaged } from './remote-fault.ts';

export interface RemoteCloneOptions extends RemotePlace {
  /** A full name. */
  readonly ref: string;
  /** Below the top of the repository; ends with a slash, or is empty. */
  readonly prefix: string;
  readonly timeoutMs?: number;
}

/** What was fetched last. */
const tipRef = 'refs/rolebook/tip';

/**
 * A bare clone of the newest commit of a repository elsewhere. There is no work tree, so nothing is checked out: no hook,
 * filter, submodule or link of the repository is run or followed. Whatever is wrong with the clone, it is made anew.
 */
export class RemoteClone {
  readonly #options: RemoteCloneOptions;
  readonly #end = new AbortController();
  #interruption = new AbortController();
  /** What was live last of this branch and folder. */
  readonly #goodRef: string;
  #isOpen = false;
  #generation = 0;
  #lastTip: string | undefined;
  /** Fetches that brought something, since it was tidied up. */
  #fetched = 0;

  constructor(options: RemoteCloneOptions) {
    this.#options = options;
    this.#goodRef = `refs/rolebook/good-${createHash('sha256').update(this.identity).digest('hex').slice(0, 16)}`;
  }

  /** What it is a clone of, and what of that is followed; no secret. */
  get identity(): string {
    const { address, ref, prefix } = this.#options;
    return JSON.stringify([address.url, ref, prefix]);
  }

  /** As those who read commits know it. */
  get repository(): GitRepository {
    const { folder, prefix } = this.#options;
    return { top: folder, folder, prefix, isShallow: true };
  }

  /** How often another clone has taken its place: what was noted in the one before is not in this one. */
  get generation(): number {
    return this.#generation;
  }

  /** Fetches what is new and answers the newest commit. Throws a RolebookError that says why it cannot. */
  async fetch(): Promise<string> {
    await this.#open();
    const { exitCode, stderr } = await this.#fetchInto(this.#options.folder);
    if (exitCode === 0) return this.#tip();
    if (mayBeDamaged(stderr)) return this.fetchAnew();
    throw this.#describe(stderr);
  }

  /** The same into another clone, which takes the place of this one once it is whole: until then this one is of use. */
  async fetchAnew(): Promise<string> {
    const { folder } = this.#options;
    const next = `${folder}.new`;
    const old = `${folder}.old`;
    for (const left of [next, old]) await rm(left, { recursive: true, force: true });
    await mkdir(next, folderMode);
    await this.#init(next);
    const { exitCode, stderr } = await this.#fetchInto(next);
    if (exitCode !== 0) {
      await rm(next, { recursive: true, force: true });
      throw this.#describe(stderr);
    }
    await rename(folder, old).catch(() => undefined);
    await rename(next, folder);
    await rm(old, { recursive: true, force: true });
    this.#generation += 1;
    return this.#tip();
  }

  /** The commit that was live last, for a start without the repository elsewhere; undefined: there is none. */
  async lastGood(): Promise<string | undefined> {
    await this.#open();
    return this.#commitOf(this.#goodRef);
  }

  /** To be told of each commit that goes live, so that a start without the repository elsewhere can begin with it. */
  async noteGood(commit: string): Promise<void> {
    const { exitCode, stderr } = await askGit(this.repository, ['update-ref', this.#goodRef, commit]);
    if (exitCode !== 0) throw gitFailure('note the commit', stderr);
  }

  /** Ends a fetch that goes on, which rejects then. */
  interrupt(): void {
    this.#interruption.abort();
    this.#interruption = new AbortController();
  }

  /** Takes the newest commit from another clone on this machine, as if it had been fetched. */
  async takeOver(folder: string, commit: string): Promise<string> {
    // A fetch that was interrupted has left its locks.
    this.#isOpen = false;
    await this.#open();
    const address = parseRemoteAddress(pathToFileURL(folder).href, 'the clone');
    const args = ['fetch', ...fetchFlags, '--', address.url, `+${commit}:${tipRef}`];
    const place = { address, credentials: {}, folder: this.#options.folder };
    const how = { timeoutMs: limits.gitFetchMs, signal: this.#end.signal };
    const { exitCode, stderr } = await askRemote(place, args, how);
    if (exitCode !== 0) throw gitFailure('take over the commit', stderr);
    return this.#tip();
  }

  /** Ends what goes on; nothing can be asked any more. */
  close(): void {
    this.#end.abort();
  }

  async #open(): Promise<void> {
    if (this.#isOpen) return;
    const { folder } = this.#options;
    await mkdir(folder, folderMode).catch(async () => {
      // Something else stands in its place.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, folderMode);
    });
    // What a fetch left that was killed.
    for (const name of [
      'shallow.lock',
      'packed-refs.lock',
      'HEAD.lock',
      'config.lock',
      `${tipRef}.lock`,
      `${this.#goodRef}.lock`,
    ]) {
      await rm(join(folder, name), { force: true });
    }
    await this.#init(folder);
    this.#isOpen = true;
  }

  async #init(folder: string): Promise<void> {
    const { exitCode, stderr } = await this.#ask(folder, ['init', '--bare', '--quiet', '--template=']);
    if (exitCode === 0) return;
    throw new RolebookError('unavailable', `the clone \`${folder}\` cannot be made: ${stderr.trim().slice(0, 300)}`);
  }

  #fetchInto(folder: string): Promise<GitAnswer> {
    const { address, ref } = this.#options;
    const args = ['fetch', ...fetchFlags, '--', address.url, `+${ref}:${tipRef}`];
    return this.#ask(folder, args);
  }

  #describe(stderr: string): RolebookError {
    const { address, ref } = this.#options;
    return describeRemoteFault(address, ref, stderr);
  }

  #ask(folder: string, args: readonly string[]): Promise<GitAnswer> {
    const { timeoutMs = limits.gitFetchMs } = this.#options;
    const signal = AbortSignal.any([this.#end.signal, this.#interruption.signal]);
    return askRemote({ ...this.#options, folder }, args, { timeoutMs, signal });
  }

  // Each commit leaves objects that nobody asks for any more once the next one is live.
  async #tidyUp(): Promise<void> {
    this.#fetched += 1;
    if (this.#fetched < fetchesUntilTidy) return;
    this.#fetched = 0;
    await askGit(this.repository, ['gc', '--quiet', '--prune=now']);
  }

  async #tip(): Promise<string> {
    const commit = await this.#commitOf(tipRef);
    if (commit !== undefined) {
      if (commit !== this.#lastTip) await this.#tidyUp();
      this.#lastTip = commit;
      return commit;
    }
    const { address, ref } = this.#options;
    throw new RolebookError('configuration', `\`${ref}\` of \`${address.url}\` is no commit`);
  }

  async #commitOf(ref: string): Promise<string | undefined> {
    const { exitCode, stdout } = await askGit(this.repository, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    const commit = stdout.toString().trim();
    return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  }
}

const fetchFlags = [
  '--quiet',
  '--force',
  '--depth=1',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--update-shallow',
];

const folderMode = { recursive: true, mode: 0o700 } as const;

const fetchesUntilTidy = 100;
