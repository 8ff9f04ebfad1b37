import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { readCutCommits } from '../committing/commit-log.ts';
import { askGit, tellGit, type GitAnswer } from '../git/git-command.ts';
import type { GitPlace } from '../git/git-place.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { askRemote, type RemotePlace } from '../remote/remote-command.ts';
import { describeRemoteFault, mayBeDamaged } from '../remote/remote-fault.ts';
import { readPushOutcome, type PushOutcome } from './push-outcome.ts';

export interface WritingCloneOptions extends RemotePlace {
  /** The branch, by its full name. */
  readonly ref: string;
  /** Below the top of the repository; ends with a slash, or is empty. */
  readonly prefix: string;
  readonly timeoutMs?: number;
}

/** What the branch named last. */
const tipRef = 'refs/rolebook/tip';

/**
 * A bare clone in which commits are made that are pushed to where it came from. It is another one than decisions are read
 * from: it has some history, and is written to by the thread of changes alone. It holds nothing that is missed when it is
 * gone, so whatever is wrong with it, it is made anew.
 */
export class WritingClone {
  readonly #options: WritingCloneOptions;
  #isOpen = false;
  #tip: string | undefined;
  /** How many commits are kept. */
  #depth: number = depths[0];
  #confirmedMs = Number.NEGATIVE_INFINITY;
  #changes = 0;

  constructor(options: WritingCloneOptions) {
    this.#options = options;
  }

  get repository(): GitRepository {
    const { folder, prefix } = this.#options;
    return { top: folder, folder, prefix, isShallow: true };
  }

  /** What the branch named when it was asked last; undefined: it was not asked yet. */
  get tip(): string | undefined {
    return this.#tip;
  }

  /** Whether the branch has named the tip within the last so many milliseconds. */
  wasConfirmed(withinMs: number): boolean {
    return performance.now() - this.#confirmedMs < withinMs;
  }

  /** Asks what the branch names. Throws a RolebookError that says why it cannot. */
  async fetch(): Promise<string> {
    await this.#open();
    const { address, ref } = this.#options;
    const first = await this.#fetchRef(ref, tipRef, this.#depth);
    if (first.exitCode !== 0) {
      if (!mayBeDamaged(first.stderr)) throw describeRemoteFault(address, ref, first.stderr);
      await this.#makeAnew();
      const second = await this.#fetchRef(ref, tipRef, this.#depth);
      if (second.exitCode !== 0) throw describeRemoteFault(address, ref, second.stderr);
    }
    const commit = await this.#commitOf(tipRef);
    if (commit === undefined) throw new RolebookError('configuration', `\`${ref}\` of \`${address.url}\` is no commit`);
    if (commit !== this.#tip) await this.#tidyUp();
    this.#tip = commit;
    this.#confirmedMs = performance.now();
    return commit;
  }

  /** The commit of another branch, with what it builds upon as far as that is kept; undefined: there is none. */
  async fetchOther(ref: string): Promise<string | undefined> {
    await this.#open();
    const { exitCode, stderr } = await this.#fetchRef(ref, otherRef, this.#depth);
    if (exitCode === 0) return this.#commitOf(otherRef);
    if (/could ?n[o']t find remote ref/i.test(stderr)) return undefined;
    throw describeRemoteFault(this.#options.address, ref, stderr);
  }

  /** The full names of branches that are as the patterns of `git ls-remote` say. */
  async listBranches(patterns: readonly string[]): Promise<readonly string[]> {
    await this.#open();
    const { address, ref } = this.#options;
    const { exitCode, stdout, stderr } = await this.#ask(['ls-remote', '--heads', '--', address.url, ...patterns]);
    if (exitCode !== 0) throw describeRemoteFault(address, ref, stderr);
    const names = stdout
      .toString()
      .split('\n')
      .flatMap((line) => line.split('\t').slice(1));
    // What the server says becomes an argument.
    return names.filter((name) => /^refs\/heads\/[\w./-]+$/.test(name));
  }

  /** Keeps more of the history; false: there is no more, or none that is kept. */
  async deepen(): Promise<boolean> {
    const next = depths.find((depth) => depth > this.#depth);
    if (next === undefined || (await readCutCommits(this.repository)).size === 0) return false;
    const before = this.#depth;
    this.#depth = next;
    try {
      await this.fetch();
    } catch (error) {
      this.#depth = before;
      throw error;
    }
    return true;
  }

  /** Whether the newest commit is another one or builds upon it, as far as the history is kept. */
  async isIncluded(commit: string): Promise<boolean> {
    const tip = this.#tip;
    return tip === commit || (tip !== undefined && isAncestor(this.repository, commit, tip));
  }

  /** Pushes a commit to a branch, where that only goes on from what is there. */
  async push(commit: string, ref: string, pushOptions: readonly string[] = []): Promise<PushOutcome> {
    const { address } = this.#options;
    const how = ['--porcelain', '--no-verify', '--no-follow-tags', '--no-signed', '--recurse-submodules=no'];
    const args = ['push', ...how, ...pushOptions.map((option) => `--push-option=${option}`)];
    try {
      return readPushOutcome(await this.#ask([...args, '--', address.url, `${commit}:${ref}`]));
    } catch (error) {
      if (!(error instanceof RolebookError)) throw error;
      return { kind: 'unknown', stderr: error.message };
    }
  }

  /** To be told of what the branch names by a push of ours. */
  async notePushed(commit: string): Promise<void> {
    await tellGit(this.repository, ['update-ref', tipRef, commit]);
    this.#tip = commit;
    this.#confirmedMs = performance.now();
    await this.#tidyUp();
  }

  /** To be told where it is not known what the branch names by now. */
  doubt(): void {
    this.#confirmedMs = Number.NEGATIVE_INFINITY;
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
    // What a git left that was killed.
    const refs = [tipRef, otherRef];
    const locks = ['shallow', 'packed-refs', 'HEAD', 'config', 'gc.pid', writingIndex, ...refs];
    for (const name of locks) await rm(join(folder, `${name}.lock`), { force: true });
    await rm(join(folder, writingIndex), { force: true });
    const { exitCode, stderr } = await this.#ask(['init', '--bare', '--quiet', '--template=']);
    if (exitCode !== 0) {
      throw new RolebookError('unavailable', `the clone \`${folder}\` cannot be made: ${stderr.trim().slice(0, 300)}`);
    }
    this.#isOpen = true;
  }

  async #makeAnew(): Promise<void> {
    const { folder } = this.#options;
    const old = `${folder}.old`;
    await rm(old, { recursive: true, force: true });
    await rename(folder, old).catch(() => undefined);
    await rm(old, { recursive: true, force: true });
    this.#isOpen = false;
    await this.#open();
  }

  #fetchRef(ref: string, to: string, depth: number): Promise<GitAnswer> {
    const how = [
      '--quiet',
      '--force',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--update-shallow',
    ];
    return this.#ask(['fetch', ...how, `--depth=${depth}`, '--', this.#options.address.url, `+${ref}:${to}`]);
  }

  #ask(args: readonly string[]): Promise<GitAnswer> {
    const { timeoutMs = limits.gitChangeMs } = this.#options;
    // The first time all of it comes.
    return askRemote(this.#options, args, { timeoutMs: this.#tip === undefined ? limits.gitFetchMs : timeoutMs });
  }

  // Each change leaves objects that nobody asks for any more once its commit is older than what is kept.
  async #tidyUp(): Promise<void> {
    this.#changes += 1;
    if (this.#changes < changesUntilTidy) return;
    this.#changes = 0;
    await askGit(this.repository, ['gc', '--quiet', '--prune=now']);
  }

  async #commitOf(ref: string): Promise<string | undefined> {
    const { exitCode, stdout } = await askGit(this.repository, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    const commit = stdout.toString().trim();
    return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  }
}

/** What was fetched of another branch. */
const otherRef = 'refs/rolebook/other';

/** Where git has an index while a commit is made, below the clone. */
export const writingIndex = 'rolebook.index';

/** How many commits of the branch are kept: the first, and the next where more are asked for. */
const depths = [100, 1000, 10_000] as const;

const changesUntilTidy = 100;

/** Whether a commit builds upon another. False where that is not known. */
export async function isAncestor(place: GitPlace, older: string, newer: string): Promise<boolean> {
  if (older === newer) return true;
  const answer = await askGit(place, ['merge-base', '--is-ancestor', older, newer]).catch(() => undefined);
  return answer?.exitCode === 0;
}
