import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { writeFaultOf } from './cache-file.ts';
import { keyOf, type CachedPolicy, type CacheKeeperId, type Keeping, type PolicyCache } from './policy-cache.ts';
import { processClock } from '../../process-clock.ts';

export interface CacheKeeperOptions {
  readonly cache: PolicyCache;
  /** Of the machine; what another one keeps cannot be asked whether it lives. */
  readonly host: string;
  /** What is live, all of one moment; undefined before there is something. */
  readonly snapshot: () => CachedPolicy | undefined;
  /** How far it is, without collecting all the rest. */
  readonly progress: () => { readonly state: DatabaseState; readonly lastWordMs: number } | undefined;
  /** Told when writing begins to fail, why, and when it is well again. */
  readonly onFault?: (fault: string | undefined) => void;
  readonly now?: () => number;
}

/** How a cache stands, for people. */
export interface CacheReport {
  readonly folder: string;
  /** The state it would start from; undefined: nothing was written yet by this process. */
  readonly sequence: number | undefined;
  readonly writtenAtMs: number | undefined;
  /** `other`: another process that shares the folder writes it. */
  readonly keeper: 'this' | 'other';
  readonly fault: string | undefined;
}

/**
 * Keeps a cache as good as what is live: a publication is written whole, memberships that changed beside it, and now and
 * then that the database still says the same. It is never in the way of a decision, and what fails is tried again.
 */
export class CacheKeeper {
  readonly #options: CacheKeeperOptions;
  readonly #now: () => number;
  readonly #keeper: CacheKeeperId;
  readonly #closing = new AbortController();
  /** What changed since the policy was written whole. */
  readonly #changed = new Map<string, RuntimeMember>();
  #isWholeDue = true;
  #isChangeDue = false;
  /** The policy that this process wrote last. */
  #writing: string | undefined;
  #written: { readonly state: DatabaseState; readonly lastWordMs: number; readonly atMs: number } | undefined;
  #hasOtherKeeper = false;
  #fault: string | undefined;
  #wake: () => void = () => undefined;
  readonly #ended: Promise<void>;

  constructor(options: CacheKeeperOptions) {
    this.#options = options;
    this.#now = options.now ?? processClock.now;
    this.#keeper = { id: randomBytes(8).toString('hex'), host: options.host, pid: process.pid };
    this.#ended = this.#keep();
  }

  get report(): CacheReport {
    const { cache } = this.#options;
    return {
      folder: cache.folder,
      sequence: this.#written?.state.sequence,
      writtenAtMs: this.#written?.atMs,
      keeper: this.#hasOtherKeeper ? 'other' : 'this',
      fault: this.#fault,
    };
  }

  /** Another policy is live, or all memberships were read again. */
  noteWhole(): void {
    this.#isWholeDue = true;
    this.#wake();
  }

  noteMember(member: RuntimeMember): void {
    this.#changed.set(keyOf(member), member);
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
    await this.#handOver();
  }

  #untilDue(): Promise<void> {
    const isDue = this.#fault === undefined && !this.#hasOtherKeeper && (this.#isWholeDue || this.#isChangeDue);
    if (isDue || this.#closing.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limits.cacheBeatMs);
      timer.unref();
      this.#wake = () => {
        // What failed a moment ago, or is another's to do, waits for its beat.
        if ((this.#fault !== undefined || this.#hasOtherKeeper) && !this.#closing.signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #write(): Promise<void> {
    try {
      const progress = this.#options.progress();
      if (progress === undefined || !this.#isNews(progress.lastWordMs)) return;
      await this.#lookAround(progress.lastWordMs);
      if (this.#hasOtherKeeper) return;
      if (this.#isWholeDue || this.#writing === undefined || this.#areManyChanges()) await this.#writeWhole();
      else await this.#writeChanges(this.#writing);
      this.#note(undefined);
    } catch (error) {
      this.#note(writeFaultOf(error));
    }
  }

  #isNews(lastWordMs: number): boolean {
    return this.#isWholeDue || this.#isChangeDue || lastWordMs !== this.#written?.lastWordMs;
  }

  // Whoever shares the folder hears the same from the database, so one of them writes. When it hears nothing any more,
  // or has ended, another takes over; when two do so at once, the one whose name is found later stays.
  async #lookAround(ownWordMs: number): Promise<void> {
    const found = await this.#options.cache.readKeeping();
    const isOurs = found?.keeper?.id === this.#keeper.id;
    if (!isOurs || found.writing !== this.#writing) this.#writing = undefined;
    this.#hasOtherKeeper =
      found !== undefined && !isOurs && (isNewer(found, ownWordMs, this.#now()) || this.#isAtWork(found));
    // What the other one writes meanwhile is not known here.
    if (this.#hasOtherKeeper) this.#isWholeDue = true;
  }

  #isAtWork({ keeper, lastWordMs }: Keeping): boolean {
    if (keeper === undefined) return false;
    if (keeper.host === this.#keeper.host && !isRunning(keeper.pid)) return false;
    return Math.abs(this.#now() - lastWordMs) <= limits.cacheSilenceMs;
  }

  async #writeWhole(): Promise<void> {
    const policy = this.#options.snapshot();
    if (policy === undefined) return;
    this.#isWholeDue = false;
    this.#isChangeDue = false;
    this.#changed.clear();
    try {
      this.#writing = await this.#options.cache.writePolicy(policy, this.#keeper);
      this.#noteWritten(policy);
    } catch (error) {
      this.#isWholeDue = true;
      throw error;
    }
  }

  async #writeChanges(writing: string): Promise<void> {
    const progress = this.#options.progress();
    if (progress === undefined) return;
    this.#isChangeDue = false;
    const { state, lastWordMs } = progress;
    try {
      const changes = { members: [...this.#changed.values()], state, lastWordMs };
      await this.#options.cache.writeChanges(changes, writing, this.#keeper);
      this.#noteWritten(changes);
    } catch (error) {
      this.#isChangeDue = true;
      throw error;
    }
  }

  #noteWritten({ state, lastWordMs }: { readonly state: DatabaseState; readonly lastWordMs: number }): void {
    this.#written = { state, lastWordMs, atMs: this.#now() };
  }

  #areManyChanges(): boolean {
    return this.#changed.size > limits.cacheChanges;
  }

  // So that a sidecar that is started again need not wait until this one seems to be gone.
  async #handOver(): Promise<void> {
    const progress = this.#written;
    if (this.#writing === undefined || progress === undefined || this.#hasOtherKeeper) return;
    const changes = { members: [...this.#changed.values()], state: progress.state, lastWordMs: progress.lastWordMs };
    if (this.#isChangeDue || this.#isWholeDue) return;
    await this.#options.cache.writeChanges(changes, this.#writing, undefined).catch(() => undefined);
  }

  #note(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    try {
      this.#options.onFault?.(fault);
    } catch (error) {
      process.emitWarning(`a listener of the cache failed: ${messageOf(error)}`);
    }
  }
}

// What was heard in a time to come was heard before the clock was set back.
function isNewer({ lastWordMs }: Keeping, ownWordMs: number, nowMs: number): boolean {
  return lastWordMs > ownWordMs && lastWordMs <= nowMs;
}

// Asking takes no signal; a process of another user answers that it may not be asked.
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
