import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { processClock } from '../../process-clock.ts';
import { writeFaultOf } from './cache-file.ts';
import type { CacheLock, LockHolder } from './cache-lock.ts';
import { memberKeyOf, type CachedPolicy, type PolicyCache } from './policy-cache.ts';

export interface CacheKeeperOptions {
  readonly cache: PolicyCache;
  /** Whoever holds it writes the cache; the others read it. */
  readonly lock: CacheLock;
  /** What is live, all of one moment; undefined before there is something. */
  readonly snapshot: () => CachedPolicy | undefined;
  /** How far it is, without collecting all the rest. */
  readonly progress: () => CacheProgress | undefined;
  /** Told when writing begins to fail, why, and when it is well again. */
  readonly onFault?: (fault: string | undefined) => void;
  /** Told when another process is found to write the cache, and when this one does after all. */
  readonly onWriter?: (writer: CacheWriter) => void;
  readonly now?: () => number;
}

/** The point that something has reached: of which state, and when the database said that it is so. */
export interface CacheProgress {
  readonly state: DatabaseState;
  readonly lastWordMs: number;
}

/** The process that writes a cache: this one, or another, which may not have said who it is. */
export type CacheWriter =
  | { readonly kind: 'this' }
  | { readonly kind: 'other'; readonly holder: LockHolder | undefined };

/** The state of a cache, for people. */
export interface CacheReport {
  readonly folder: string;
  /** The state it would start from; undefined: nothing was written yet by this process. */
  readonly sequence: number | undefined;
  readonly writtenAtMs: number | undefined;
  /** `other`: another process that shares the folder writes it. */
  readonly keeper: CacheWriter['kind'];
  readonly fault: string | undefined;
}

/**
 * The writer of a cache, which keeps it as good as what is live: a publication is written whole, memberships that
 * changed beside it, and now and then that the database still says the same. It is never in the way of a decision, and
 * what fails is tried again.
 */
export class CacheKeeper {
  readonly #options: CacheKeeperOptions;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  /** What changed since the policy was written whole. */
  readonly #changed = new Map<string, RuntimeMember>();
  #isWholeDue = true;
  #isChangeDue = false;
  /** The policy that this process wrote last. */
  #writing: string | undefined;
  #written: (CacheProgress & { readonly atMs: number }) | undefined;
  #writer: CacheWriter = { kind: 'this' };
  #fault: string | undefined;
  #wake: () => void = () => undefined;
  readonly #ended: Promise<void>;

  constructor(options: CacheKeeperOptions) {
    this.#options = options;
    this.#now = options.now ?? processClock.now;
    this.#ended = this.#keep();
  }

  get report(): CacheReport {
    const { cache } = this.#options;
    return {
      folder: cache.folder,
      sequence: this.#written?.state.sequence,
      writtenAtMs: this.#written?.atMs,
      keeper: this.#writer.kind,
      fault: this.#fault,
    };
  }

  /** Another policy is live, or all memberships were read again. */
  noteWhole(): void {
    this.#isWholeDue = true;
    this.#wake();
  }

  noteMember(member: RuntimeMember): void {
    this.#changed.set(memberKeyOf(member), member);
    this.#isChangeDue = true;
    this.#wake();
  }

  /** Writes what is due, and leaves the cache to whoever comes next. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#ended;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#untilDue();
      await this.#write();
      await pause(limits.cachePauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
    await this.#write();
    await this.#options.lock.release();
  }

  // What failed a moment ago, or is another's to do, waits for its beat.
  get #mustWait(): boolean {
    return (this.#fault !== undefined || this.#writer.kind === 'other') && !this.#closing.signal.aborted;
  }

  #untilDue(): Promise<void> {
    const isDue = !this.#mustWait && (this.#isWholeDue || this.#isChangeDue);
    if (isDue || this.#closing.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limits.cacheBeatMs);
      timer.unref();
      this.#wake = () => {
        if (this.#mustWait) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #write(): Promise<void> {
    const { cache, lock, progress } = this.#options;
    try {
      const current = progress();
      if (current === undefined || this.#now() - current.lastWordMs > limits.cacheSilenceMs) {
        // Somebody else may still hear the database.
        await lock.release();
        return;
      }
      if (!this.#isNews(current.lastWordMs) || !(await this.#holdsLock())) return;
      const found = await cache.readWritten();
      if (found === undefined || found.writing !== this.#writing) {
        this.#isWholeDue = true;
        // Never what was heard long ago in the place of what another heard since; but in a time to come nobody heard
        // anything, so the clock was set back.
        if (found && found.lastWordMs > current.lastWordMs && found.lastWordMs <= this.#now()) return;
      }
      if (this.#isWholeDue || this.#writing === undefined || this.#areManyChanges()) await this.#writeWhole();
      else await this.#writeChanges(this.#writing);
      this.#noteFault(undefined);
    } catch (error) {
      if (error instanceof LockLost) return;
      this.#noteFault(writeFaultOf(error));
    }
  }

  #isNews(lastWordMs: number): boolean {
    return this.#isWholeDue || this.#isChangeDue || lastWordMs !== this.#written?.lastWordMs;
  }

  async #holdsLock(): Promise<boolean> {
    const outcome = await this.#options.lock.hold();
    const writer: CacheWriter = outcome.isHeld ? { kind: 'this' } : { kind: 'other', holder: outcome.holder };
    const isAnother = writer.kind !== this.#writer.kind;
    this.#writer = writer;
    // What the other one writes meanwhile is not known here.
    if (!outcome.isHeld) this.#isWholeDue = true;
    if (isAnother) tell(() => this.#options.onWriter?.(writer));
    return outcome.isHeld;
  }

  async #writeWhole(): Promise<void> {
    const policy = this.#options.snapshot();
    if (policy === undefined) return;
    this.#isWholeDue = false;
    this.#isChangeDue = false;
    this.#changed.clear();
    try {
      this.#writing = await this.#options.cache.writePolicy(policy, () => this.#confirm());
      this.#noteWritten(policy);
    } catch (error) {
      this.#isWholeDue = true;
      throw error;
    }
  }

  async #writeChanges(writing: string): Promise<void> {
    // Asked anew: it goes with the changes of this very moment.
    const progress = this.#options.progress();
    if (progress === undefined) return;
    this.#isChangeDue = false;
    const { state, lastWordMs } = progress;
    try {
      const changes = { members: [...this.#changed.values()], state, lastWordMs };
      await this.#options.cache.writeChanges(changes, writing, () => this.#confirm());
      this.#noteWritten(changes);
    } catch (error) {
      this.#isChangeDue = true;
      throw error;
    }
  }

  // A process that stood still while it wrote wakes with a file that is older than what another has written since.
  async #confirm(): Promise<void> {
    if (!(await this.#options.lock.isHeld())) throw new LockLost();
  }

  #noteWritten({ state, lastWordMs }: CacheProgress): void {
    this.#written = { state, lastWordMs, atMs: this.#now() };
  }

  #areManyChanges(): boolean {
    return this.#changed.size > limits.cacheChanges;
  }

  #noteFault(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    tell(() => this.#options.onFault?.(fault));
  }
}

/** The end of a writing that came too late; the next one looks who writes now. */
class LockLost extends Error {}

function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    process.emitWarning(`a listener of the cache failed: ${messageOf(error)}`);
  }
}
