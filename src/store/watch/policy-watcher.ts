import { resolve } from 'node:path';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { mergeChanged, type ChangedPaths } from '../folder/changed-paths.ts';
import { errorCodeOf } from '../folder/file-fault.ts';
import { FolderWatches } from './folder-watches.ts';
import { waitForGit } from '../git/git-lock.ts';
import { inOrder } from '../turns.ts';
import { planWatches } from './watch-plan.ts';

/**
 * A listener that is told that files may have changed, and which. When it returns a promise, what comes next of its
 * kind waits for it: an event never waits for a poll.
 */
export type ChangeListener = (trigger: 'files' | 'poll', changed: ChangedPaths) => unknown;

export interface WatchOptions {
  /** How long nothing may happen before a burst of changes counts as over. */
  readonly debounceMs?: number;
  /** How long a burst may keep a change waiting. */
  readonly longestDelayMs?: number;
  /** How often to ask without an event; 0 for never. Default: by what the file systems are known to tell. */
  readonly pollMs?: number | undefined;
  /** What cannot be watched; polling goes on. */
  readonly onError?: (error: Error) => unknown;
}

/**
 * How long to wait between two looks at the files: at least so long, and so many times as long as the last one took.
 */
interface Rhythm {
  readonly pollMs: number;
  readonly pauses: number;
}

const whereTheyMayNotBe: Rhythm = { pollMs: 2000, pauses: 8 };
const whereChangesAreTold: Rhythm = { pollMs: 15_000, pauses: 60 };

/**
 * A watcher that calls back when files of a policy directory may have changed: soon after an event, and now and then
 * without one.
 */
export class PolicyWatcher {
  readonly #root: string;
  readonly #onChange: ChangeListener;
  readonly #options: Required<Omit<WatchOptions, 'pollMs'>>;
  readonly #pollMs: number | undefined;
  readonly #watches: FolderWatches;
  readonly #reported = new Set<string>();
  /** Everything it does, one after the other, but for polls. */
  readonly #inOrder = inOrder();
  #polling: Promise<void> = Promise.resolve();
  #burstTimer: NodeJS.Timeout | undefined;
  #burstStartMs: number | undefined;
  /** What the events since the last call named. */
  #changed: ChangedPaths = new Set();
  #pollTimer: NodeJS.Timeout | undefined;
  #isPlanOld = true;
  /** How often it was planned what to watch. */
  #plans = 0;
  #isClosed = false;

  /** Resolves when the watches stand; who reads the files only then misses no change. */
  static async start(root: string, onChange: ChangeListener, options: WatchOptions = {}): Promise<PolicyWatcher> {
    const watcher = new PolicyWatcher(root, onChange, options);
    // Once more as long as there is more to watch: a folder can come between the listing and the watch on its parent.
    for (let tries = 0; tries < 3 && (await watcher.#replan()); tries += 1);
    watcher.#schedulePoll(0);
    return watcher;
  }

  private constructor(root: string, onChange: ChangeListener, options: WatchOptions) {
    const { debounceMs = 25, longestDelayMs = 250, pollMs, onError = () => undefined } = options;
    this.#root = resolve(root);
    this.#onChange = onChange;
    this.#options = { debounceMs, longestDelayMs, onError };
    this.#pollMs = pollMs;
    this.#watches = new FolderWatches({
      onEvent: (what, changed) => this.#noteEvent(what, changed),
      onError: (folder, error) => this.#reportUnwatched(folder, error),
    });
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#burstTimer);
    clearTimeout(this.#pollTimer);
    this.#watches.close();
    await this.#polling;
    await this.#inOrder(() => Promise.resolve());
    this.#watches.close();
  }

  #noteEvent(what: 'content' | 'structure', changed: ChangedPaths): void {
    if (this.#isClosed) return;
    this.#changed = mergeChanged(this.#changed, changed);
    if (what === 'structure') this.#isPlanOld = true;
    const now = performance.now();
    this.#burstStartMs ??= now;
    const { debounceMs, longestDelayMs } = this.#options;
    const delayMs = Math.max(0, Math.min(debounceMs, this.#burstStartMs + longestDelayMs - now));
    clearTimeout(this.#burstTimer);
    this.#burstTimer = setTimeout(() => {
      this.#burstStartMs = undefined;
      void this.#enqueue(() => this.#handleBurst());
    }, delayMs).unref();
  }

  async #handleBurst(): Promise<void> {
    await waitForGit(this.#root);
    const changed = this.#changed;
    this.#changed = new Set();
    await this.#call('files', changed);
    // Watched only now, a new folder may have got its files before, so everything is looked at once more.
    if (this.#isPlanOld && (await this.#replan())) this.#noteEvent('structure', 'anything');
  }

  // Ten thousand files take a while to look at, a third of which is work; polling must stay a small part of the
  // sidecar's time, and smaller still where it is but a net that nothing is known to fall into.
  #schedulePoll(tookMs: number): void {
    if (this.#pollMs === 0 || this.#isClosed) return;
    const byFileSystem = this.#watches.tellsAll ? whereChangesAreTold : whereTheyMayNotBe;
    const { pollMs, pauses } =
      this.#pollMs === undefined ? byFileSystem : { ...whereTheyMayNotBe, pollMs: this.#pollMs };
    const delayMs = Math.max(pollMs, tookMs * pauses);
    this.#pollTimer = setTimeout(() => {
      this.#polling = this.#poll().catch(this.#reportFailure);
    }, delayMs).unref();
  }

  // Beside everything else, so that an edit does not wait for it.
  async #poll(): Promise<void> {
    let startedMs = performance.now();
    try {
      await waitForGit(this.#root);
      startedMs = performance.now();
      await this.#replanBeside();
      await this.#call('poll', 'anything');
    } finally {
      this.#schedulePoll(performance.now() - startedMs);
    }
  }

  async #call(trigger: 'files' | 'poll', changed: ChangedPaths): Promise<void> {
    if (this.#isClosed) return;
    await this.#onChange(trigger, changed);
  }

  async #replan(): Promise<boolean> {
    this.#isPlanOld = false;
    this.#plans += 1;
    const plan = await planWatches(this.#root);
    return this.#isClosed ? false : this.#watches.follow(plan);
  }

  async #replanBeside(): Promise<void> {
    const plans = this.#plans;
    const plan = await planWatches(this.#root);
    await this.#enqueue(async () => {
      // Whoever planned since has seen later than this plan did.
      if (plans === this.#plans && !this.#isClosed) await this.#watches.follow(plan);
    });
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    return this.#inOrder(work).catch(this.#reportFailure);
  }

  readonly #reportFailure = (error: unknown): void => {
    const message = `following the policy files failed: ${messageOf(error)}`;
    this.#report(message, new RolebookError('unavailable', message, { cause: error }));
  };

  #reportUnwatched(folder: string, error: unknown): void {
    const kind = errorCodeOf(error) ?? messageOf(error);
    const message = `changes in \`${folder}\` are noticed by polling only: ${messageOf(error)}`;
    this.#report(kind, new RolebookError('unavailable', message, { cause: error, ...watchHelp[kind] }));
  }

  // Once a kind of trouble: a thousand folders beyond a limit are one thing to tell, and polls come all the time.
  #report(kind: string, error: Error): void {
    if (this.#isClosed || this.#reported.has(kind)) return;
    this.#reported.add(kind);
    this.#options.onError(error);
  }
}

const watchHelp: Readonly<Record<string, { readonly help: string }>> = {
  ENOSPC: { help: 'raise `fs.inotify.max_user_watches` with sysctl' },
  EMFILE: { help: 'raise `fs.inotify.max_user_instances` with sysctl, or the limit of open files' },
};
