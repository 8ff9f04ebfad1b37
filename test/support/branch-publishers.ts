import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseConnection } from '../../src/store/database/connection/database-connection.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import type { Database } from '../../src/store/database/database.ts';
import { readReleases, type ListedRelease } from '../../src/store/database/releases/read-releases.ts';
import { BranchPublisher, type BranchPublisherOptions } from '../../src/store/database/publishing/branch-publisher.ts';
import { writerHere } from '../../src/store/database/publishing/commit-writer.ts';
import { parseRemoteAddress } from '../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../src/store/remote/remote-clone.ts';
import { createGitPolicy, type GitPolicy } from './git-policy.ts';
import { startGitServer, type GitServer } from './git-server.ts';

/** A repository behind a real git server, and publishers of its branch `main`. */
export class PublishedRepository {
  readonly policy: GitPolicy;
  readonly server: GitServer;
  readonly #folder: string;
  readonly #publishers: BranchPublisher[] = [];
  readonly #connections: DatabaseConnection[] = [];

  private constructor(policy: GitPolicy, server: GitServer, folder: string) {
    this.policy = policy;
    this.server = server;
    this.#folder = folder;
  }

  static async start(files?: Record<string, string>): Promise<PublishedRepository> {
    const policy = await createGitPolicy(files);
    const server = await startGitServer(join(policy.root, '.git'));
    return new PublishedRepository(policy, server, await mkdtemp(join(tmpdir(), 'rolebook-publishers-')));
  }

  /** A publisher as a process of its own would have it: its own clone, its own connections. */
  publisher(text: string, more: Partial<BranchPublisherOptions> = {}): BranchPublisher {
    const connection = new DatabaseConnection(new DatabaseUrl(text, '--database'), '/');
    this.#connections.push(connection);
    const address = parseRemoteAddress(this.server.url, '--git');
    const folder = join(this.#folder, String(this.#publishers.length));
    const ref = 'refs/heads/main';
    const publisher = new BranchPublisher({
      branch: { url: address.url, ref, path: '' },
      clone: new RemoteClone({ address, ref, prefix: '', credentials: {}, folder }),
      read: (work) => connection.read(work),
      writer: writerHere(() => connection.writer()),
      ...more,
    });
    this.#publishers.push(publisher);
    return publisher;
  }

  /** A path in the clone of one of them. */
  cloneOf(publisher: number, path: string): string {
    return join(this.#folder, String(publisher), path);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.close()));
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.server.close();
    await this.policy.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The releases, the oldest first. */
export async function releasesOf(database: Database): Promise<readonly ListedRelease[]> {
  return (await readReleases(database, 1000)).reverse();
}

/** Their commits. */
export async function commitsOf(database: Database): Promise<readonly (string | undefined)[]> {
  return (await releasesOf(database)).map(({ commit }) => commit);
}
