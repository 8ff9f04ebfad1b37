import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { followFiles } from '../../../src/store/live/follow-files.ts';
import { LivePolicy, type LivePolicyOptions } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import type { PolicyWatcher } from '../../../src/store/watch/policy-watcher.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import type { Edits, TestedSource } from './source-contract.ts';

/** A folder that is followed, and all that may happen to one. */
export class FolderSource implements TestedSource {
  readonly #outer: PolicyFolder;
  readonly #options: LivePolicyOptions;
  readonly #root: string;
  #watcher: PolicyWatcher | undefined;
  followed: LivePolicy;

  private constructor(outer: PolicyFolder, options: LivePolicyOptions) {
    this.#outer = outer;
    this.#options = options;
    this.#root = join(outer.root, 'policy');
    this.followed = this.#newLive();
  }

  static async create(options: LivePolicyOptions = {}): Promise<FolderSource> {
    const source = new FolderSource(await createPolicyFolder({}), options);
    await source.#write('policy', {});
    return source;
  }

  get live(): LivePolicy {
    return this.followed;
  }

  start = async (): Promise<void> => {
    const options = { root: this.#root, pollMs: 50, onUnwatched: () => undefined };
    this.#watcher = await followFiles(this.followed, options);
    await this.followed.reload('start');
  };

  restart = async (): Promise<void> => {
    await this.#watcher?.close();
    this.followed = this.#newLive();
    await this.start();
  };

  publish = (edits: Edits): Promise<void> => this.#write('policy', edits);
  break = (): Promise<void> => this.#outer.write('policy/policies/support.yaml', 'workspace: [support');
  vanish = (): Promise<void> => rename(this.#root, join(this.#outer.root, 'gone'));

  empty = async (): Promise<void> => {
    await this.#outer.remove('policy');
    await mkdir(this.#root);
  };

  /** A pipe that nobody writes to: who reads it as a file waits for ever. */
  silence = async (): Promise<void> => {
    await this.#outer.remove('policy/roles.yaml');
    execFileSync('mkfifo', [join(this.#root, 'roles.yaml')]);
  };

  heal = async (): Promise<void> => {
    await rm(this.#root, { recursive: true, force: true });
    await this.#write('policy', {});
  };

  replace = async (edits: Edits): Promise<void> => {
    await this.#write('next', edits);
    await rename(this.#root, join(this.#outer.root, 'gone'));
    await rename(join(this.#outer.root, 'next'), this.#root);
  };

  /** As `git checkout` writes: file by file, under its lock. */
  slow = async (edits: Edits): Promise<() => Promise<void>> => {
    const lock = join(this.#root, '.git/index.lock');
    execFileSync('git', ['init', '--quiet', this.#root]);
    await writeFile(lock, '');
    // Who began to look before goes on.
    await pause(300);
    await this.#write('policy', edits);
    return () => rm(lock);
  };

  dispose = async (): Promise<void> => {
    await this.#watcher?.close();
    await this.#outer.dispose();
  };

  #newLive(): LivePolicy {
    return new LivePolicy(new PolicyDirectory(this.#root), this.#options);
  }

  async #write(place: string, edits: Edits): Promise<void> {
    for (const [path, text] of Object.entries({ ...smallPolicy(), ...edits })) {
      await this.#outer.write(`${place}/${path}`, text);
    }
  }
}
