import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { askGit, type GitAnswer } from '../git/git-command.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { askRemote, type RemotePlace } from './remote-command.ts';
import { describeRemoteFault, mayBeDamaged } from './remote-fault.ts';

export interface RemoteCloneOptions extends RemotePlace {
  /** A full name. */
  readonly ref: string;
  /** Below the top of the repository; ends with a slash, or is empty. */
  readonly prefix: string;
  readonly timeoutMs?: number;
}

/** What was fetched last, and what was live last. */
const tipRef = 'refs/rolebook/tip';
const goodRef = 'refs/rolebook/good';

/**
 * A bare clone of the newest commit of a repository elsewhere. There is no work tree, so nothing is checked out: no hook,
 * filter, submodule or link of the repository is run or followed. Whatever is wrong with the clone, it is made anew.
 */
export class RemoteClone {
  readonly #options: RemoteCloneOptions;
  readonly #end = new AbortController();
  #isOpen = false;
  /** Fetches that brought something, since it was tidied up. */
  #fetched = 0;

  constructor(options: RemoteCloneOptions) {
    this.#options = options;
  }

  /** As those who read commits know it. */
  get repository(): GitRepository {
    const { folder, prefix } = this.#options;
    return { top: folder, folder, prefix, isShallow: true };
  }

  /** Fetches what is new and answers the newest commit. Throws a RolebookError that says why it cannot. */
  async fetch(): Promise<string> {
    await this.#open();
    const first = await this.#fetchOnce();
    if (first.exitCode === 0) return this.#tip();
    const { address, ref } = this.#options;
    if (!mayBeDamaged(first.stderr)) throw describeRemoteFault(address, ref, first.stderr);
    await this.makeAnew();
    const second = await this.#fetchOnce();
    if (second.exitCode !== 0) throw describeRemoteFault(address, ref, second.stderr);
    return this.#tip();
  }

  /** The commit that was live last, for a start without the repository elsewhere; undefined: there is none. */
  async lastGood(): Promise<string | undefined> {
    await this.#open();
    return this.#commitOf(goodRef);
  }

  /** To be told of each commit that goes live, so that a start without the repository elsewhere can begin with it. */
  async noteGood(commit: string): Promise<void> {
    await askGit(this.repository, ['update-ref', goodRef, commit]);
  }

  /** Ends what goes on; nothing can be asked any more. */
  close(): void {
    this.#end.abort();
  }

  /** Takes the clone away, and begins another one. */
  async makeAnew(): Promise<void> {
    const { folder } = this.#options;
    const old = `${folder}.old`;
    await rm(old, { recursive: true, force: true });
    await rename(folder, old).catch(() => undefined);
    await rm(old, { recursive: true, force: true });
    this.#isOpen = false;
    await this.#open();
  }

  async #open(): Promise<void> {
    if (this.#isOpen) return;
    const { folder } = this.#options;
    const how = { recursive: true, mode: 0o700 } as const;
    await mkdir(folder, how).catch(async () => {
      // Something else stands in its place.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, how);
    });
    // What a fetch left that was killed.
    for (const name of [
      'shallow.lock',
      'packed-refs.lock',
      'HEAD.lock',
      'config.lock',
      `${tipRef}.lock`,
      `${goodRef}.lock`,
    ]) {
      await rm(join(folder, name), { force: true });
    }
    const { exitCode, stderr } = await this.#ask(['init', '--bare', '--quiet', '--template=']);
    if (exitCode !== 0) {
      throw new RolebookError('unavailable', `the clone \`${folder}\` cannot be made: ${stderr.trim().slice(0, 300)}`);
    }
    this.#isOpen = true;
  }

  async #fetchOnce(): Promise<GitAnswer> {
    const { address, ref } = this.#options;
    const how = [
      '--quiet',
      '--force',
      '--depth=1',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--update-shallow',
    ];
    const args = ['fetch', ...how, '--', address.url, `+${ref}:${tipRef}`];
    const before = await this.#commitOf(tipRef);
    const answer = await this.#ask(args);
    if (answer.exitCode === 0 && before !== (await this.#commitOf(tipRef))) await this.#tidyUp();
    return answer;
  }

  #ask(args: readonly string[]): Promise<GitAnswer> {
    const { timeoutMs = limits.gitFetchMs } = this.#options;
    return askRemote(this.#options, args, { timeoutMs, signal: this.#end.signal });
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
    if (commit !== undefined) return commit;
    const { address, ref } = this.#options;
    throw new RolebookError('configuration', `\`${ref}\` of \`${address.url}\` is no commit`);
  }

  async #commitOf(ref: string): Promise<string | undefined> {
    const { exitCode, stdout } = await askGit(this.repository, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    const commit = stdout.toString().trim();
    return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  }
}

const fetchesUntilTidy = 100;
