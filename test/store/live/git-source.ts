import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followRemote, type FollowedRemote } from '../../../src/store/remote/follow-remote.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../../src/store/remote/remote-clone.ts';
import { RemoteFiles } from '../../../src/store/remote/remote-files.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import type { Edits, TestedSource } from './source-contract.ts';

/** A branch of a repository on a server that is followed, and all that may happen to one. */
export class GitSource implements TestedSource {
  readonly #caches: string[] = [];
  #policy: GitPolicy;
  #server: GitServer;
  #following: FollowedRemote | undefined;
  followed: LivePolicy;

  private constructor(policy: GitPolicy, server: GitServer, cache: string) {
    this.#policy = policy;
    this.#server = server;
    this.followed = this.#newLive(cache);
  }

  static async create(): Promise<GitSource> {
    const policy = await createGitPolicy();
    policy.commit();
    return new GitSource(policy, await startGitServer(join(policy.root, '.git')), await newCache());
  }

  get live(): LivePolicy {
    return this.followed;
  }

  start = async (): Promise<void> => {
    await this.followed.reload('start');
    this.#following = followRemote(this.followed, 50, 50);
  };

  /** On another machine, which has no clone yet. */
  restart = async (): Promise<void> => {
    await this.#following?.close();
    this.followed = this.#newLive(await newCache());
    await this.start();
  };

  publish = async (edits: Edits): Promise<void> => {
    await this.#write(edits);
    this.#policy.commit('publish');
  };

  break = async (): Promise<void> => {
    await this.#write({ 'policies/support.yaml': 'workspace: [support' });
    this.#policy.commit('break');
  };

  vanish = (): Promise<void> => rename(join(this.#policy.root, '.git'), join(this.#policy.root, 'gone'));

  empty = (): Promise<void> => {
    this.#policy.git('rm', '-r', '--quiet', '.');
    this.#policy.commit('empty');
    return Promise.resolve();
  };

  silence = (): Promise<void> => {
    this.#server.mood = 'silent';
    return Promise.resolve();
  };

  heal = async (): Promise<void> => {
    this.#server.mood = 'well';
    await rename(join(this.#policy.root, 'gone'), join(this.#policy.root, '.git')).catch(() => undefined);
    await this.publish({});
  };

  /** A branch of another history, pushed over the one that was there. */
  replace = async (edits: Edits): Promise<void> => {
    this.#policy.git('checkout', '--quiet', '--orphan', 'other');
    await this.#write(edits);
    this.#policy.commit('another history');
    this.#policy.git('branch', '--force', 'main', 'other');
  };

  /** A push that takes its time: the branch moves when all of it is there. */
  slow = async (edits: Edits): Promise<() => Promise<void>> => {
    this.#policy.git('checkout', '--quiet', '-b', 'next');
    await this.#write(edits);
    this.#policy.commit('slow');
    return () => {
      this.#policy.git('branch', '--force', 'main', 'next');
      return Promise.resolve();
    };
  };

  dispose = async (): Promise<void> => {
    await this.#following?.close();
    await this.#server.close();
    await this.#policy.dispose();
    for (const cache of this.#caches) await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  };

  #newLive(cache: string): LivePolicy {
    this.#caches.push(cache);
    const address = parseRemoteAddress(this.#server.url, '--git');
    const folder = join(cache, 'clone');
    const options = { address, ref: 'refs/heads/main', prefix: '', credentials: {}, folder, timeoutMs: 2000 };
    return new LivePolicy(new RemoteFiles(new RemoteClone(options), { ...options, now: Date.now }));
  }

  async #write(edits: Edits): Promise<void> {
    for (const [path, text] of Object.entries({ ...smallPolicy(), ...edits })) await this.#policy.write(path, text);
  }
}

function newCache(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rolebook-clone-'));
}
