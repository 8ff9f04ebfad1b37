import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { askGit, type GitAnswer } from '../git/git-command.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { askRemote, type RemotePlace } from '../remote/remote-command.ts';
import { describeRemoteFault, mayBeDamaged } from '../remote/remote-fault.ts';

export interface HistoryCloneOptions extends RemotePlace {
  /** A full name. */
  readonly ref: string;
  /** Below the top of the repository; ends with a slash, or is empty. */
  readonly prefix: string;
}

/**
 * A bare clone for the history alone, beside the one that decisions are read from: some commits and their folders, and
 * no content where the server can leave it out. It holds nothing that is missed when it is gone.
 */
export class HistoryClone {
  readonly #options: HistoryCloneOptions;
  readonly #end = new AbortController();
  #isOpen = false;
  #depth: number = depths[0];

  constructor(options: HistoryCloneOptions) {
    this.#options = options;
  }

  get repository(): GitRepository {
    const { folder, prefix } = this.#options;
    return { top: folder, folder, prefix, isShallow: true };
  }

  /** Fetches the newest commits of the branch, and answers the newest. Throws a RolebookError that says why it cannot. */
  async fetch(): Promise<string> {
    await this.#open();
    let answer = await this.#fetchOnce();
    if (answer.exitCode !== 0 && mayBeDamaged(answer.stderr)) {
      await rm(this.#options.folder, { recursive: true, force: true });
      this.#isOpen = false;
      await this.#open();
      answer = await this.#fetchOnce();
    }
    const { address, ref } = this.#options;
    if (answer.exitCode !== 0) throw describeRemoteFault(address, ref, answer.stderr);
    const tip = await this.newest();
    if (tip !== undefined) return tip;
    throw new RolebookError('configuration', `\`${ref}\` of \`${address.url}\` is no commit`);
  }

  /** The newest commit that was fetched; undefined: none was. */
  async newest(): Promise<string | undefined> {
    await this.#open();
    const question = ['rev-parse', '--verify', '--quiet', `${tipRef}^{commit}`];
    const { exitCode, stdout } = await askGit(this.repository, question);
    return exitCode === 0 ? stdout.toString().trim() : undefined;
  }

  async has(commit: string): Promise<boolean> {
    await this.#open();
    return (await askGit(this.repository, ['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0;
  }

  /** The commits that one builds upon, itself first, as far as they were fetched; none where it is not here. */
  async listAncestors(commit: string, most: number): Promise<readonly string[]> {
    await this.#open();
    const { exitCode, stdout } = await askGit(this.repository, ['rev-list', `--max-count=${most}`, commit, '--']);
    return exitCode === 0 ? stdout.toString().trim().split('\n') : [];
  }

  /** Fetches more of them; false: there are no more, or none that are kept. */
  async deepen(): Promise<boolean> {
    const next = depths.find((depth) => depth > this.#depth);
    if (next === undefined || (await this.readCut()).size === 0) return false;
    const before = this.#depth;
    this.#depth = next;
    await this.fetch().catch((error: unknown) => {
      this.#depth = before;
      throw error;
    });
    return true;
  }

  /** The commits at which it ends, and of which so nobody can say what they changed. */
  async readCut(): Promise<ReadonlySet<string>> {
    const text = await readFile(join(this.#options.folder, 'shallow'), 'utf8').catch(() => '');
    return new Set(text.split('\n').filter((line) => line !== ''));
  }

  /** Ends what goes on. */
  close(): void {
    this.#end.abort();
  }

  async #open(): Promise<void> {
    if (this.#isOpen) return;
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of ['shallow', 'packed-refs', 'HEAD', 'config', 'gc.pid', tipRef]) {
      await rm(join(folder, `${name}.lock`), { force: true });
    }
    const { exitCode, stderr } = await this.#ask(['init', '--bare', '--quiet', '--template=']);
    if (exitCode !== 0) {
      throw new RolebookError('unavailable', `the clone \`${folder}\` cannot be made: ${stderr.trim().slice(0, 300)}`);
    }
    this.#isOpen = true;
  }

  #fetchOnce(): Promise<GitAnswer> {
    const { address, ref } = this.#options;
    const how = ['--quiet', '--force', '--no-tags', '--no-write-fetch-head', '--update-shallow', '--filter=blob:none'];
    // What is filtered has to come from somebody with a name.
    return this.#ask(
      ['fetch', ...how, `--depth=${this.#depth}`, '--', remoteName, `+${ref}:${tipRef}`],
      [`remote.${remoteName}.url=${address.url}`],
    );
  }

  #ask(args: readonly string[], settings: readonly string[] = []): Promise<GitAnswer> {
    const how = { timeoutMs: limits.gitFetchMs, signal: this.#end.signal };
    return askRemote(this.#options, [...settings.flatMap((setting) => ['-c', setting]), ...args], how);
  }
}

const tipRef = 'refs/rolebook/tip';
const remoteName = 'rolebook';

/** How many commits of the branch are kept: the first, and the next where older ones are asked for. */
const depths = [200, 2000, 10_000] as const;
