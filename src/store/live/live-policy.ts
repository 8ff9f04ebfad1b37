import type { CompileProgress, CompileResult } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { CasbinEngine } from '../../engine/casbin-engine.ts';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { firstProblems, type ProblemCounts } from '../../policy/problem-list.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import { mergeChanged, type ChangedPaths } from '../folder/changed-paths.ts';
import { CommitReader } from '../git/commit-reader.ts';
import { SlicedCompiler } from './compile-in-slices.ts';
import { FileRevisions } from './file-revisions.ts';
import type { PolicyDirectory } from '../folder/policy-directory.ts';
import { countPolicyInSteps, type PolicyCounts } from './policy-counts.ts';
import type { FollowedPolicy, Release, RevisionStand } from './policy-source.ts';
import { processClock } from '../process-clock.ts';
import { isSameFailure, ReloadHistory } from './reload-history.ts';
import { runInSlices } from '../turns.ts';

/** What decides right now. */
export interface LoadedPolicy {
  readonly engine: CasbinEngine;
  readonly revision: string;
  /** Found out beside the reload, so it may come a moment later than the rest. */
  readonly commit: string | undefined;
  readonly loadedAt: Date;
  readonly counts: PolicyCounts;
}

/** `news`: the database told of it. */
export type ReloadTrigger = 'start' | 'files' | 'news' | 'poll' | 'signal' | 'request';

export interface ReloadOutcome {
  readonly outcome: 'loaded' | 'unchanged' | 'failed';
  readonly at: Date;
  readonly trigger: ReloadTrigger;
  readonly durationMs: number;
  /** The revision that is live after it. */
  readonly revision: string | undefined;
  /** What is wrong in the files; warnings too, which keep no policy from going live. */
  readonly problems: readonly Problem[];
  /** How many there are; no more than `limits.toldProblems` are listed. */
  readonly problemCounts: ProblemCounts;
  /** Why it failed, when the files are not at fault or could not be read at all. */
  readonly error: string | undefined;
  /** Whether the source could not be asked at all: it may be well, and so may what it holds. */
  readonly isUnavailable?: boolean;
}

export interface LivePolicyOptions {
  readonly now?: () => number;
  /** Told now and then while a compilation goes on. */
  readonly onProgress?: (progress: CompileProgress) => void;
  /** Waited for before another policy becomes live. If it fails the last good one stays. */
  readonly beforeLive?: (release: Release) => Promise<void>;
}

export type Verdict = Pick<ReloadOutcome, 'outcome' | 'problems' | 'problemCounts' | 'error' | 'isUnavailable'>;

/** The one policy that is live. It is swapped whole; whatever goes wrong, the last good one stays. */
export class LivePolicy implements FollowedPolicy {
  readonly #directory: PolicyDirectory;
  readonly #now: () => number;
  readonly #onProgress: (progress: CompileProgress) => void;
  readonly #beforeLive: (release: Release) => Promise<void>;
  readonly #commits: CommitReader;
  readonly #compiler = new SlicedCompiler();
  readonly #reloads = new ReloadHistory();
  readonly #revisions: FileRevisions;
  #current: LoadedPolicy | undefined;
  /** The files of the last reload that came to a verdict on them. */
  #judged: readonly SourceFile[] | undefined;
  #latest: Promise<unknown> = Promise.resolve();
  #commitReads = 0;
  #commitReading: Promise<void> = Promise.resolve();
  #commitReadAtMs = 0;
  #waiting: { trigger: ReloadTrigger; changed: ChangedPaths; readonly outcome: Promise<ReloadOutcome> } | undefined;

  constructor(directory: PolicyDirectory, options: LivePolicyOptions = {}) {
    this.#directory = directory;
    this.#commits = new CommitReader(directory.root);
    this.#revisions = new FileRevisions(this.#commits, async () => {
      await this.#commitReading;
      const { revision, commit } = this.#current ?? {};
      return { revision, commit };
    });
    this.#now = options.now ?? processClock.now;
    this.#onProgress = options.onProgress ?? (() => undefined);
    this.#beforeLive = options.beforeLive ?? (() => Promise.resolve());
  }

  get current(): LoadedPolicy | undefined {
    return this.#current;
  }

  get lastReload(): ReloadOutcome | undefined {
    return this.#reloads.last;
  }

  /** The last reload failed, so what decides is older than the files. */
  get isStale(): boolean {
    return this.#current !== undefined && this.#reloads.last?.outcome === 'failed';
  }

  /** Calls `listener` after every reload that had something to say; returns what ends that. */
  onReload(listener: (outcome: ReloadOutcome) => void): () => void {
    return this.#reloads.onReload(listener);
  }

  /**
   * Reads the files and makes them live. Never rejects. One reload runs at a time; a call made meanwhile gets the next
   * one, which all such calls share, so that what was written before a call is always read after it. `changed` names
   * all that may have changed since the last reload, if somebody watched.
   */
  reload(trigger: ReloadTrigger, changed: ChangedPaths = 'anything'): Promise<ReloadOutcome> {
    if (trigger === 'poll' && changed === 'anything' && this.#judged) return this.#poll();
    return this.#enqueue(trigger, changed);
  }

  /** By the files that were live here, and the commits that the live one builds upon. */
  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand> {
    return this.#revisions.reach(wanted, waitMs);
  }

  // Looks beside the reloads, so that an edit never waits until ten thousand files were looked at.
  async #poll(): Promise<ReloadOutcome> {
    const changed = await this.#directory.findChanged('deciding').catch(() => 'anything' as const);
    if (changed === 'anything' || changed.size > 0 || !this.#reloads.last) return this.#enqueue('poll', changed);
    void this.#pollCommit();
    return this.#reloads.last;
  }

  #enqueue(trigger: ReloadTrigger, changed: ChangedPaths): Promise<ReloadOutcome> {
    if (this.#waiting) {
      this.#waiting.trigger = moreExplicit(this.#waiting.trigger, trigger);
      this.#waiting.changed = mergeChanged(this.#waiting.changed, changed);
      return this.#waiting.outcome;
    }
    const outcome = this.#latest.then(() => {
      const merged = this.#waiting ?? { trigger, changed };
      this.#waiting = undefined;
      return this.#run(merged.trigger, merged.changed);
    });
    this.#waiting = { trigger, changed, outcome };
    this.#latest = outcome;
    return outcome;
  }

  async #run(trigger: ReloadTrigger, changed: ChangedPaths): Promise<ReloadOutcome> {
    const at = new Date(this.#now());
    const startedMs = performance.now();
    const last = this.#reloads.last;
    const verdict = await this.#replace(trigger, changed);
    // A poll, or an event, that finds what was found before has nothing to say.
    if (last && (verdict === last || (isAutomatic(trigger) && isSameFailure(verdict, last)))) return last;
    const { outcome, problems, problemCounts, error } = verdict;
    const durationMs = Math.round(performance.now() - startedMs);
    const revision = this.#current?.revision;
    const reload = { outcome, at, trigger, durationMs, revision, problems, problemCounts, error };
    this.#reloads.add(reload);
    return reload;
  }

  async #replace(trigger: ReloadTrigger, changed: ChangedPaths): Promise<Verdict> {
    try {
      const files = await this.#directory.read('deciding', changed);
      if (this.#reloads.last && files === this.#judged && isAutomatic(trigger)) {
        void this.#pollCommit();
        return this.#reloads.last;
      }
      const judgedAtMs = this.#now();
      const { policy, ...found } = await this.#compiler.compile(files, judgedAtMs, this.#onProgress);
      const verdict = policy
        ? await this.#accept(policy, { files, digest: policy.digest, judgedAtMs }, found)
        : failure(found, undefined);
      this.#judged = files;
      if (policy && verdict.outcome !== 'failed') void this.#readCommit(files);
      return verdict;
    } catch (error) {
      // Whatever it was, the files are judged anew next time, and what is live stays.
      this.#judged = undefined;
      return failure(noProblems, messageOf(error));
    }
  }

  async #accept(policy: PolicySet, release: Release, found: FoundProblems): Promise<Verdict> {
    const live = this.#current;
    // Whole digests: two policies with the same twelve digits of a revision are found within a minute.
    const isLive = live?.engine.policy.digest === policy.digest;
    if (!isLive) {
      // A volume that is not mounted any more is an empty folder without a fault, and would deny everybody everything.
      if (live && live.counts.workspaces > 0 && policy.workspaces.size === 0) return failure(found, emptiedMessage);
      const engine = await CasbinEngine.create(policy);
      const counts = await runInSlices(countPolicyInSteps(policy));
      await this.#beforeLive(release);
      // Swap, never patch: a request sees one whole policy or the other.
      this.#current = { engine, revision: policy.revision, commit: undefined, loadedAt: new Date(this.#now()), counts };
      this.#revisions.note(policy.revision);
    }
    return verdictOf(isLive ? 'unchanged' : 'loaded', found, undefined);
  }

  async #pollCommit(): Promise<void> {
    // It would be the commit of files that could not be loaded.
    if (this.isStale) return;
    if (performance.now() - this.#commitReadAtMs < commitPollMs) return;
    this.#commitReadAtMs = performance.now();
    if (this.#judged && (await this.#commits.mayHaveMoved())) await this.#readCommit(this.#judged);
  }

  // Beside the reload, never in its way: git may take its time.
  #readCommit(files: readonly SourceFile[]): Promise<void> {
    this.#commitReading = this.#takeCommit(files);
    return this.#commitReading;
  }

  async #takeCommit(files: readonly SourceFile[]): Promise<void> {
    this.#commitReads += 1;
    this.#commitReadAtMs = performance.now();
    const read = this.#commitReads;
    // Of the very files that decide, whatever became of those on disk since.
    const commit = await this.#commits.read(files);
    const isLatest = read === this.#commitReads;
    if (isLatest && this.#current && this.#current.commit !== commit) this.#current = { ...this.#current, commit };
  }
}

// HEAD moves without a policy file changing, when somebody commits what is already live.
const commitPollMs = 10_000;

const emptiedMessage = 'every workspace is gone from the files; the last good policy stays live until one is back';

type FoundProblems = Pick<CompileResult, 'problems' | 'problemCounts'>;

export const noProblems: FoundProblems = { problems: [], problemCounts: { errors: 0, warnings: 0 } };

/** With as many of the problems as are told. */
export function verdictOf(outcome: Verdict['outcome'], found: FoundProblems, error: string | undefined): Verdict {
  const problems = firstProblems(found.problems, limits.toldProblems);
  return { outcome, problems, problemCounts: found.problemCounts, error };
}

function failure(found: FoundProblems, error: string | undefined): Verdict {
  return verdictOf('failed', found, error);
}

// Nobody waits for the outcome of these by name, and a poll comes every other second.
function isAutomatic(trigger: ReloadTrigger): boolean {
  return trigger === 'files' || trigger === 'poll';
}

const byExplicitness: readonly ReloadTrigger[] = ['poll', 'files', 'news', 'signal', 'request', 'start'];

/** Of two reloads that become one, what is told of it. */
export function moreExplicit(left: ReloadTrigger, right: ReloadTrigger): ReloadTrigger {
  return byExplicitness.indexOf(left) < byExplicitness.indexOf(right) ? right : left;
}
