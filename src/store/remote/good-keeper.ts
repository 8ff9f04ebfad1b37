import { createHash } from 'node:crypto';
import { limits } from '../../policy/limits.ts';
import { readCacheFile, writeCacheFile, writeFaultOf } from '../database/cache/cache-file.ts';
import { openCacheKey } from '../database/cache/cache-key.ts';
import type { RemoteClone } from './remote-clone.ts';

/** A commit that was live, and when the repository elsewhere said last that this is how it is. */
export interface GoodCommit {
  readonly commit: string;
  readonly heardMs: number;
  /** When it became live. */
  readonly newsMs: number;
}

/** The same as it was kept; a commit whose time is in doubt has none. */
export type KeptCommit = Pick<GoodCommit, 'commit'> & Partial<GoodCommit>;

export interface GoodKeeperOptions {
  /** Beside the clone: what was good of it begins like this. */
  readonly path: string;
  readonly now: () => number;
  /** Told why the time cannot be used that was kept. */
  readonly onDoubt?: (reason: string) => void;
  /** Told when it cannot be kept, why, and when it can be again. */
  readonly onFault?: (reason: string | undefined) => void;
}

/**
 * Keeper of what was good last, for a start without the repository elsewhere: the commit in the clone, and beside it when
 * it was heard. A file is replaced whole, and signed as those of a database's cache are; what is in doubt counts as not known.
 */
export class GoodKeeper {
  readonly #clone: RemoteClone;
  readonly #options: GoodKeeperOptions;
  readonly #path: string;
  #kept: (GoodCommit & { readonly generation: number }) | undefined;
  #wanted: GoodCommit | undefined;
  #writing: Promise<void> | undefined;
  #fault: string | undefined;

  constructor(clone: RemoteClone, options: GoodKeeperOptions) {
    this.#clone = clone;
    this.#options = options;
    this.#path = `${options.path}.word`;
  }

  /** What was kept; undefined: no commit. */
  async read(): Promise<KeptCommit | undefined> {
    const commit = await this.#clone.lastGood();
    if (commit === undefined) return undefined;
    const word = await this.#readWord(commit);
    if (typeof word === 'object') return word;
    this.#options.onDoubt?.(word);
    return { commit };
  }

  /** Keeps it, at once where it is another commit, and every few seconds where it is the same. */
  note(good: GoodCommit): void {
    this.#wanted = good;
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Resolves when all is kept that is to be. */
  async whenKept(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let good = this.#wanted; good !== undefined; good = this.#wanted) {
      this.#wanted = undefined;
      if (this.#isKept(good)) continue;
      try {
        // A time is of its commit alone, so this order can make it unknown, and not too late.
        const { generation } = this.#clone;
        if (!this.#isNoted(good)) await this.#clone.noteGood(good.commit);
        const text = JSON.stringify({ of: this.#identity, ...good });
        await writeCacheFile(this.#path, [Buffer.from(text)], await this.#openKey());
        this.#kept = { ...good, generation };
        this.#tell(undefined);
      } catch (error) {
        this.#tell(writeFaultOf(error));
      }
    }
  }

  #isKept(good: GoodCommit): boolean {
    const laterMs = good.heardMs - (this.#kept?.heardMs ?? 0);
    return this.#isNoted(good) && laterMs >= 0 && laterMs < limits.cacheBeatMs;
  }

  #isNoted({ commit }: GoodCommit): boolean {
    return this.#kept?.commit === commit && this.#kept.generation === this.#clone.generation;
  }

  async #readWord(commit: string): Promise<GoodCommit | string> {
    const found = await readCacheFile(this.#path, () => this.#openKey());
    if (found === undefined) return `there is no \`${this.#path}\``;
    if ('fault' in found) return `\`${this.#path}\` ${found.fault}`;
    // Signed, so it is as this or another version wrote it.
    const { of, ...word } = JSON.parse(found.toString('utf8')) as GoodCommit & { readonly of: string };
    if (of !== this.#identity || word.commit !== commit) return `\`${this.#path}\` is of another commit`;
    if (!Number.isFinite(word.heardMs) || !Number.isFinite(word.newsMs)) return `\`${this.#path}\` has no time`;
    if (word.heardMs > this.#options.now() + limits.clockSlackMs) {
      return `\`${this.#path}\` is of a time to come: the clock was set back`;
    }
    return word;
  }

  get #identity(): string {
    return createHash('sha256').update(this.#clone.identity).digest('hex');
  }

  #openKey(): ReturnType<typeof openCacheKey> {
    return openCacheKey(`${this.#options.path}.key`);
  }

  #tell(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#options.onFault?.(fault);
  }
}
