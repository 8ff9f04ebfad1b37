import type { CompileProgress } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { messageOf } from '../../policy/errors.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import type { MissingHolders } from '../../review/members/holder-rules.ts';
import { mergeChanged, type ChangedPaths } from '../folder/changed-paths.ts';
import { CommitReader } from '../git/commit-reader.ts';
import type { CommitTeller, FilesReader, KeptFiles } from './files-reader.ts';
import { processClock } from '../process-clock.ts';
import type { ChangeBudget } from './change-budget.ts';
import { FileRevisions, type LiveCommit } from './file-revisions.ts';
import { keptFault } from './kept-fault.ts';
import { type HolderGround, KnownShortage } from './known-shortage.ts';
import type {
  FollowedPolicy,
  LoadedPolicy,
  NextPolicy,
  ReloadOutcome,
  ReloadTrigger,
  RevisionStand,
  SourceLooks,
  SourceReport,
} from './policy-source.ts';
import { noProblems, PolicyPreparer } from './prepare-policy.ts';
import { failure, isAutomatic, ReloadQueue, unchanged, verdictOf, type Verdict } from './reload-queue.ts';
import { sourceFailure } from './source-failure.ts';

export interface LivePolicyOptions {
  readonly now?: () => number;
  /** The clock that files are judged by, where that is another. */
  readonly judgementClock?: (() => number) | undefined;
  /** Told now and then while a compilation goes on. */
  readonly onProgress?: (progress: CompileProgress) => void;
  /** Waited for before another policy becomes live. If it fails the last good one stays. */
  readonly beforeLive?: (next: NextPolicy) => Promise<void>;
  /** What a policy may change at once; undefined: whatever it changes goes live. */
  readonly budget?: ChangeBudget | undefined;
  /** Told when what was kept decides, and when that was heard, or why it cannot. */
  readonly onKept?: (heardMs: number | undefined, fault: string | undefined) => void;
}

/** The one policy that is live. It is swapped whole; whatever goes wrong, the last good one stays. */
export class LivePolicy implements FollowedPolicy {
  readonly #reader: FilesReader;
  readonly #options: LivePolicyOptions;
  readonly #now: () => number;
  readonly #commits: CommitTeller;
  readonly #preparer = new PolicyPreparer();
  readonly #reloads: ReloadQueue<ChangedPaths>;
  readonly #revisions: FileRevisions;
  readonly #shortage = new KnownShortage();
  #shortPlaces: HolderGround['shortPlaces'] = [];
  #current: LoadedPolicy | undefined;
  /** Nothing good was read since the start, and what was kept decides. */
  #isFromCache = false;
  /** The files of the last reload that came to a verdict on them. */
  #judged: readonly SourceFile[] | undefined;
  /** Resolves when files may be read. */
  #held: Promise<void> = Promise.resolve();
  #commitReads = 0;
  #commitReading: Promise<void> = Promise.resolve();
  #commitReadAtMs = 0;

  constructor(reader: FilesReader, options: LivePolicyOptions = {}) {
    this.#reader = reader;
    this.#options = options;
    this.#now = options.now ?? processClock.now;
    this.#commits = reader.commits ?? new CommitReader(reader.root);
    const readLive = async (): Promise<LiveCommit> => {
      await this.#commitReading;
      const { revision, commit } = this.#current ?? {};
      return { revision, commit };
    };
    this.#revisions = new FileRevisions(this.#commits, readLive, () => this.reload('news'));
    this.#reloads = new ReloadQueue({
      look: (trigger, changed) => this.#replace(trigger, changed),
      merge: mergeChanged,
      revision: () => this.#current?.revision,
      now: this.#now,
    });
  }

  get current(): LoadedPolicy | undefined {
    return this.#current;
  }

  /** Facts about where it comes from; undefined: from a folder. */
  get source(): SourceReport | undefined {
    const { report } = this.#reader;
    return report && { ...report, isFromCache: this.#isFromCache };
  }

  get lastReload(): ReloadOutcome | undefined {
    return this.#reloads.last;
  }

  get looks(): SourceLooks {
    return this.#reloads.looks;
  }

  /** By the files alone: there are no other members. */
  get missingHolders(): readonly MissingHolders[] {
    if (!this.#current) return [];
    const { policy } = this.#current.engine;
    return this.#shortage.of({ policy, shortPlaces: this.#shortPlaces, members: nobody, state: undefined });
  }

  /** The last reload failed, so what decides is older than the files. */
  get isStale(): boolean {
    return this.#current !== undefined && this.#reloads.last?.outcome === 'failed';
  }

  onReload(listener: (outcome: ReloadOutcome) => void): () => void {
    return this.#reloads.onReload(listener);
  }

  onLook(listener: (found: ReloadOutcome) => void): () => void {
    return this.#reloads.onLook(listener);
  }

  /**
   * Reads the files and makes them live, as the queue of reloads has it. Never rejects. `changed` names all that may have
   * changed since the last reload, if somebody watched.
   */
  reload(trigger: ReloadTrigger, changed: ChangedPaths = 'anything'): Promise<ReloadOutcome> {
    if (trigger === 'poll' && changed === 'anything' && this.#judged) return this.#poll();
    return this.#reloads.ask(trigger, changed);
  }

  /** By the files that were live here, and the commits that the live one builds upon. */
  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand> {
    return this.#revisions.reach(wanted, waitMs);
  }

  /** A policy that was here is known by its revision, although another one became live before anybody looked. */
  notePassed(revision: string): void {
    this.#revisions.note(revision);
  }

  /** Has reloads wait while files are being written; the result ends that. */
  holdReloads(): () => void {
    let release = (): void => undefined;
    this.#held = new Promise((resolve) => (release = resolve));
    return release;
  }

  // Looks beside the reloads, so that an edit never waits until ten thousand files were looked at.
  async #poll(): Promise<ReloadOutcome> {
    const atMs = this.#now();
    const changed = await this.#reader.findChanged('deciding').catch(() => 'anything' as const);
    const { last } = this.#reloads;
    // While a reload goes on, what was found is nothing new to it, and yet nobody knows whether that is any good.
    const isNew = changed === 'anything' || changed.size > 0 || this.#reloads.isBusy;
    if (isNew || !last) return this.#reloads.ask('poll', changed);
    if (last.outcome !== 'failed') this.#noteGood(this.#judged, 'unchanged');
    void this.#pollCommit();
    return this.#reloads.noteSame(last, atMs);
  }

  async #replace(trigger: ReloadTrigger, changed: ChangedPaths): Promise<Verdict> {
    const verdict = await this.#look(trigger, changed);
    if (verdict.outcome !== 'failed') this.#isFromCache = false;
    else if (trigger === 'start' && !this.#current) await this.#startFromKept();
    return verdict;
  }

  async #look(trigger: ReloadTrigger, changed: ChangedPaths): Promise<Verdict> {
    try {
      await this.#held;
      const files = await this.#reader.read('deciding', changed);
      const { last } = this.#reloads;
      if (last && files === this.#judged && isAutomatic(trigger)) {
        void this.#pollCommit();
        if (last.outcome === 'failed') return last;
        this.#noteGood(files, 'unchanged');
        return unchanged;
      }
      const verdict = await this.#goLive(files);
      this.#judged = files;
      if (verdict.outcome === 'failed') return verdict;
      this.#noteGood(files, verdict.outcome);
      void this.#readCommit(files);
      return verdict;
    } catch (error) {
      // Whatever it was, the files are judged anew next time, and what is live stays.
      this.#judged = undefined;
      return this.#reader.report ? sourceFailure(error) : failure(noProblems, messageOf(error));
    }
  }

  #noteGood(files: readonly SourceFile[] | undefined, outcome: 'loaded' | 'unchanged'): void {
    if (files !== undefined) this.#reader.noteGood?.(files, outcome);
  }

  async #startFromKept(): Promise<void> {
    let kept: KeptFiles | undefined;
    try {
      kept = await this.#reader.readKept?.();
    } catch (cause) {
      this.#options.onKept?.(undefined, messageOf(cause));
    }
    if (!kept) return;
    const fault = await keptFault(this.#goLive(kept.files, kept.heardMs ?? null));
    this.#isFromCache = fault === undefined;
    if (this.#isFromCache) {
      this.#reloads.noteKept(kept.heardMs, kept.newsMs);
      void this.#readCommit(kept.files);
    }
    this.#options.onKept?.(kept.heardMs, fault);
  }

  async #goLive(files: readonly SourceFile[], heardAtMs?: number | null): Promise<Verdict> {
    const { onProgress, beforeLive, budget } = this.#options;
    const judgedAtMs = this.#options.judgementClock?.() ?? this.#now();
    const check = (policy: PolicySet): ReturnType<typeof checkPolicy> => checkPolicy(this.#current, policy);
    const prepared = await this.#preparer.prepare(files, judgedAtMs, { check, onProgress });
    const { kind, found } = prepared;
    if (kind !== 'ready') budget?.noteNone();
    if (kind === 'refused') return failure(found, prepared.fault);
    if (kind === 'known') return verdictOf('unchanged', found);
    const { engine, counts, shortPlaces } = prepared.ready;
    const { digest, revision } = engine.policy;
    const kept = await budget?.judge({ live: this.#current, policy: engine.policy, found });
    if (kept) return kept;
    await beforeLive?.({ files, digest, judgedAtMs, ...(heardAtMs !== undefined && { heardAtMs }) });
    // Swap, never patch: a request sees one whole policy or the other.
    this.#current = { engine, revision, commit: undefined, loadedAt: new Date(this.#now()), counts };
    this.#shortPlaces = shortPlaces;
    this.#revisions.note(revision);
    return verdictOf('loaded', found);
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

const nobody = new RuntimeMembers();

// HEAD moves without a policy file changing, when somebody commits what is already live.
const commitPollMs = 10_000;

const emptiedMessage = 'every workspace is gone from the files; the last good policy stays live until one is back';

function checkPolicy(live: LoadedPolicy | undefined, policy: PolicySet): 'wanted' | 'known' | { fault: string } {
  // Whole digests: two policies with the same twelve digits of a revision are found within a minute.
  if (live?.engine.policy.digest === policy.digest) return 'known';
  // A volume that is not mounted any more is an empty folder without a fault, and would deny everybody everything.
  const isEmptied = live !== undefined && live.counts.workspaces > 0 && policy.workspaces.size === 0;
  return isEmptied ? { fault: emptiedMessage } : 'wanted';
}
