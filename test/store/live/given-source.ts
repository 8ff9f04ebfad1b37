import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { GivenPolicy } from '../../../src/store/live/given-policy.ts';
import type { LivePolicy } from '../../../src/store/live/live-policy.ts';
import type { NextPolicy } from '../../../src/store/live/policy-source.ts';
import { FolderSource } from './folder-source.ts';
import type { Edits, TestedSource } from './source-contract.ts';

/** A process that is given its policy by another one, which follows a folder, in the two steps that workers know. */
export class GivenSource implements TestedSource {
  readonly #folder: FolderSource;
  readonly #giver: Giver;

  private constructor(folder: FolderSource, giver: Giver) {
    this.#folder = folder;
    this.#giver = giver;
  }

  static async create(): Promise<GivenSource> {
    const giver = new Giver();
    const folder = await FolderSource.create({ beforeLive: (release) => giver.give(release) });
    giver.follow(folder.followed);
    return new GivenSource(folder, giver);
  }

  get live(): GivenPolicy {
    return this.#giver.given;
  }

  get followed(): LivePolicy {
    return this.#folder.followed;
  }

  start = (): Promise<void> => this.#folder.start();

  /** The giver goes on with its worker's end: they live and die together. */
  restart = async (): Promise<void> => {
    this.#giver.begin();
    const restarting = this.#folder.restart();
    // The new one is there before the first look is over.
    await Promise.resolve();
    await restarting;
    this.#giver.follow(this.#folder.followed);
  };

  publish = (edits: Edits): Promise<void> => this.#folder.publish(edits);
  break = (): Promise<void> => this.#folder.break();
  vanish = (): Promise<void> => this.#folder.vanish();
  empty = (): Promise<void> => this.#folder.empty();
  silence = (): Promise<void> => this.#folder.silence();
  heal = (): Promise<void> => this.#folder.heal();
  replace = (edits: Edits): Promise<void> => this.#folder.replace(edits);

  /** It is prepared, and not to be made live yet. */
  slow = async (edits: Edits): Promise<() => Promise<void>> => {
    const release = this.#giver.hold();
    await this.#folder.publish(edits);
    return () => Promise.resolve(release());
  };

  dispose = async (): Promise<void> => {
    this.#giver.hold()();
    await this.#folder.dispose();
  };
}

/** What the primary of several workers does, for one of them. */
class Giver {
  given = this.#newGiven();
  #live: LivePolicy | undefined;
  #files: ReadonlyMap<string, SourceFile> = new Map();
  #held: Promise<void> = Promise.resolve();

  follow(live: LivePolicy): void {
    this.#live = live;
    live.onReload(() => {
      // One that has ended may still be at its last look, and says nothing of what came after it.
      if (this.#live !== live) return;
      this.given.noteStanding({ isStale: live.isStale, source: live.source, looks: live.looks });
    });
  }

  begin(): void {
    this.#live = undefined;
    this.given = this.#newGiven();
    this.#files = new Map();
  }

  /** Has everything wait before it becomes live, until the answer is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => (release = resolve));
    return release;
  }

  async give({ files, digest, judgedAtMs }: NextPolicy): Promise<void> {
    const next = new Map(files.map((file) => [file.path, file]));
    const removed = [...this.#files.keys()].filter((path) => !next.has(path));
    this.given.take({ changed: files.filter((file) => this.#files.get(file.path) !== file), removed });
    this.#files = next;
    await this.given.prepare({ digest, judgedAtMs });
    await this.#held;
    this.given.swap(digest);
  }

  #newGiven(): GivenPolicy {
    return new GivenPolicy({
      reload: () => this.#live?.reload('request') ?? Promise.reject(new Error('nobody reads the files')),
      reach: (wanted, waitMs) => Promise.resolve(this.#live?.reach(wanted, waitMs) ?? 'late'),
    });
  }
}
