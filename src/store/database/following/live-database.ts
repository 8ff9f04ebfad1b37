import { setTimeout as pause } from 'node:timers/promises';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { messageOf } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { Revision } from '../../../policy/text/revision-text.ts';
import type { DatabaseState } from '../../../policy/runtime-member.ts';
import type { FollowedPolicy, NextPolicy, ReloadOutcome, ReloadTrigger } from '../../live/policy-source.ts';
import { keptFault } from '../../live/kept-fault.ts';
import { noProblems, PolicyPreparer } from '../../live/prepare-policy.ts';
import { failure, isAutomatic, ReloadQueue, unchanged, verdictOf, type Verdict } from '../../live/reload-queue.ts';
import { sourceFailure } from '../../live/source-failure.ts';
import type { CachedPolicy, KeptPolicy } from '../cache/policy-cache.ts';
import { processClock } from '../../process-clock.ts';
import { changeLiveMember, removeLiveSubject } from './change-live-member.ts';
import type { LiveChange } from './change-surroundings.ts';
import { DatabaseConnection } from '../connection/database-connection.ts';
import { DatabaseRevisions } from './database-revisions.ts';
import { describeSource, type DatabaseSource } from './database-source.ts';
import type { DatabaseUrl } from '../database-url.ts';
import type { LiveDatabaseOptions } from './live-database-options.ts';
import { judgeKept, keepBack, type KeptRelease } from './kept-release.ts';
import { LiveState, type Applied } from './live-state.ts';
import type { MemberChangeRequest, MemberChangeResult } from '../members/member-change.ts';
import type { SubjectRemovalRequest, SubjectRemovalResult } from '../members/remove-subject.ts';
import { prepareRelease } from './prepare-release.ts';
import { readUpdate, type DatabaseUpdate, type ReleaseUpdate } from './read-update.ts';
import { nothingPublished, ReleaseFiles } from '../releases/release-files.ts';
import { ReleaseNews } from '../connection/release-news.ts';
import type { ReadFile } from '../releases/release.ts';
import { isRefusal } from '../database-fault.ts';

/**
 * The policy of a database and the memberships in it, as far as this process knows. It follows the history of the
 * database in its order: a publication is swapped in whole, memberships between two publications are changed one by
 * one. Whatever goes wrong, the last good state stays.
 */
export class LiveDatabase implements FollowedPolicy {
  readonly connection: DatabaseConnection;
  readonly #options: LiveDatabaseOptions;
  readonly #now: () => number;
  readonly #files: ReleaseFiles;
  readonly #preparer = new PolicyPreparer();
  readonly #reloads: ReloadQueue<undefined>;
  readonly #live = new LiveState();
  readonly #revisions: DatabaseRevisions;
  /** What is published and changes too much; undefined also while it is judged. */
  #kept: KeptRelease | undefined;
  #news: ReleaseNews | undefined;
  /** Files that were found bad; a clock alone does not have them judged again. */
  #judged: { readonly files: readonly ReadFile[]; readonly verdict: Verdict } | undefined;
  #lastWordMs: number | undefined;
  #isFromCache = false;
  /** Why the database could not be read the last time. */
  #fault: Error | undefined;

  constructor(url: DatabaseUrl, options: LiveDatabaseOptions) {
    this.#options = options;
    this.#now = options.now ?? processClock.now;
    this.connection = new DatabaseConnection(url, options.cwd);
    this.#files = new ReleaseFiles(this.connection);
    this.#revisions = new DatabaseRevisions(this.connection, this.#live, () => this.catchUp());
    this.#reloads = new ReloadQueue({
      look: (trigger) => this.#look(trigger),
      merge: () => undefined,
      revision: () => this.current?.revision,
      now: this.#now,
    });
    if (options.onLook) this.#reloads.onLook(options.onLook);
  }

  get current(): FollowedPolicy['current'] {
    return this.#live.current;
  }

  get lastReload(): ReloadOutcome | undefined {
    return this.#reloads.last;
  }

  get looks(): FollowedPolicy['looks'] {
    return this.#reloads.looks;
  }

  get missingHolders(): FollowedPolicy['missingHolders'] {
    return this.#live.missingHolders;
  }

  /** The database could not be read, or what was published last is no good, so what decides may be older. */
  get isStale(): boolean {
    return this.current !== undefined && this.#reloads.last?.outcome === 'failed';
  }

  /** The memberships that decide now. */
  get members(): RuntimeMembers {
    return this.#live.members;
  }

  /** How far in the history of the database this is. */
  get state(): DatabaseState | undefined {
    return this.#live.state;
  }

  /** Whether all that the database held at a sequence is live, or it is a membership beyond a release that is kept back. */
  hasReached(sequence: number): boolean {
    if (sequence <= (this.state?.sequence ?? 0)) return true;
    const kept = this.#kept;
    return kept !== undefined && sequence > kept.lastOfRelease && sequence <= (this.#live.ahead?.sequence ?? 0);
  }

  /** When the database said last that this is how it is, in the time of this process. */
  get lastWordMs(): number | undefined {
    return this.#lastWordMs;
  }

  get source(): DatabaseSource {
    return describeSource(this.connection, this.#live, this.#lastWordMs, this.#isFromCache);
  }

  onReload(listener: (outcome: ReloadOutcome) => void): () => void {
    return this.#reloads.onReload(listener);
  }

  onLook(listener: (found: ReloadOutcome) => void): () => void {
    return this.#reloads.onLook(listener);
  }

  /** Calls `listener` in the very turn in which something became live; returns what ends that. */
  onApplied(listener: (applied: Applied) => void): () => void {
    return this.#live.onApplied(listener);
  }

  /** The same for another process, with what it takes to follow it. */
  whole(): NextPolicy | undefined {
    return this.#live.whole();
  }

  /** All that is live, of this moment; undefined before something is. */
  snapshot(): CachedPolicy | undefined {
    return this.#live.snapshot(this.#lastWordMs ?? 0);
  }

  /**
   * Follows the database from now on, and resolves after the first look. Rejects only when there is nothing to decide
   * with and waiting would not help, as when the database refuses the user.
   */
  async start(): Promise<void> {
    const { url } = this.connection;
    const first = this.#reloads.ask('start', undefined);
    this.#news = new ReleaseNews(url, (event) => void this.#reloads.ask(event, undefined), this.#options.pollMs);
    await first;
    const fault = this.#fault;
    if (this.current || !isRefusal(fault)) return;
    await this.close();
    throw fault;
  }

  /** From now on only what is asked for by name is looked at. */
  stopFollowing(): void {
    this.#news?.close();
  }

  async close(): Promise<void> {
    this.#reloads.close();
    this.stopFollowing();
    // A server that says nothing is not waited for.
    const ended = Promise.all([this.connection.close(), this.#reloads.idle]);
    await Promise.race([ended, pause(limits.databaseCloseMs, undefined, { ref: false })]);
  }

  /** Looks at the database now, and makes live what is there. Never rejects. */
  reload(trigger: 'signal' | 'request'): Promise<ReloadOutcome> {
    return this.#reloads.ask(trigger, undefined);
  }

  /** The same, for who need not know how it went. */
  async catchUp(): Promise<void> {
    await this.#reloads.ask('poll', undefined);
  }

  reach(wanted: Revision, waitMs: number): ReturnType<FollowedPolicy['reach']> {
    return this.#revisions.reach(wanted, waitMs);
  }

  /**
   * Changes a membership in the database, and here before it resolves. Whether it may be is judged when everything that
   * happened before is live here, by this clock. Rejects with `MemberChangeDenied`, and with what `changeMember` does.
   */
  change(request: MemberChangeRequest, now: () => number = this.#now): Promise<MemberChangeResult> {
    return this.#write(changeLiveMember, request, now);
  }

  /** Ends all memberships of a subject, in the same way: all of them, or none. */
  removeSubject(request: SubjectRemovalRequest, now: () => number = this.#now): Promise<SubjectRemovalResult> {
    return this.#write(removeLiveSubject, request, now);
  }

  #write<Request, Result>(change: LiveChange<Request, Result>, request: Request, now: () => number): Promise<Result> {
    // Who waits for a settings page should not wait for a server that is known not to answer.
    if (this.#fault) return Promise.reject(this.#fault);
    const { connection } = this;
    const surroundings = { connection, live: this.#live, kept: () => this.#kept, catchUp: () => this.catchUp() };
    return change(surroundings, request, now, this.#options.writeFaults);
  }

  async #look(trigger: ReloadTrigger): Promise<Verdict> {
    const verdict = await this.#update(trigger);
    if (trigger === 'start' && !this.current && this.#options.kept) await this.#startFromKept(this.#options.kept);
    return verdict;
  }

  async #update(trigger: ReloadTrigger): Promise<Verdict> {
    let update: DatabaseUpdate | undefined;
    // The answer is of some moment after this.
    const askedAtMs = this.#now();
    try {
      const known = {
        since: (this.#kept?.published ?? this.#live).state,
        isAhead: this.#live.ahead !== undefined,
        files: this.#files,
        judged: isAutomatic(trigger) && !this.#kept ? this.#judged?.files : undefined,
      };
      update = await this.connection.read((manager, onAnswer) => readUpdate(manager, known, onAnswer));
      if (!update) throw nothingPublished(this.connection);
      this.#fault = undefined;
    } catch (error) {
      this.#fault = error instanceof Error ? error : new Error(messageOf(error));
      return sourceFailure(error);
    }
    try {
      const verdict = await this.#apply(update, askedAtMs, trigger);
      if (verdict.outcome === 'failed') return verdict;
      this.#lastWordMs = askedAtMs;
      this.#isFromCache = false;
      return verdict;
    } catch (error) {
      // Whatever it was, the files are judged anew next time, and what is live stays.
      this.#judged = undefined;
      return failure(noProblems, messageOf(error));
    }
  }

  // Only when the database does not say how it is, which may be newer.
  async #startFromKept({ read, onUse }: KeptPolicy): Promise<void> {
    const kept = await read().catch(() => undefined);
    if (!kept) return;
    const update: ReleaseUpdate = { kind: 'whole', given: undefined, lastOfRelease: 0, ...kept };
    const fault = await keptFault(this.#goLive(update, kept.judgedAtMs, kept.lastWordMs));
    // In the turn in which it became live.
    this.#isFromCache = fault === undefined;
    if (this.#isFromCache) this.#reloads.noteKept((this.#lastWordMs = kept.lastWordMs), undefined);
    onUse(kept, fault);
  }

  async #apply(update: DatabaseUpdate, askedAtMs: number, trigger: ReloadTrigger): Promise<Verdict> {
    if (update.kind === 'judged') return this.#judged?.verdict ?? unchanged;
    const kept = this.#kept;
    if (update.kind === 'members') {
      if (kept) kept.members.change(update.members, update.state);
      else this.#live.change(update);
      this.#reloads.noteNews(this.#now());
    }
    if (update.kind === 'none' || update.kind === 'members') {
      if (!kept) return unchanged;
      if (isAutomatic(trigger)) return kept.verdict;
      this.#kept = undefined;
      const verdict = await judgeKept(kept, this.#live, this.#options, this.#now);
      this.#kept = verdict.overBudget && { ...kept, verdict };
      return verdict;
    }
    const verdict = await this.#goLive(update, this.#options.judgementClock?.() ?? this.#now(), askedAtMs);
    this.#judged = verdict.outcome === 'failed' && !this.#kept ? { files: update.files, verdict } : undefined;
    return verdict;
  }

  async #goLive(update: ReleaseUpdate, judgedAtMs: number, heardAtMs: number): Promise<Verdict> {
    const { kind, release, files, members: changed, state, given, lastOfRelease } = update;
    const { budget, beforeLive, onProgress, onCutMembers } = this.#options;
    // Memberships that change from here on wait until it is known what becomes of this one.
    this.#kept = undefined;
    const members = kind === 'release' ? this.members : new RuntimeMembers();
    const prepared = await prepareRelease(this.#preparer, update, members, judgedAtMs, onProgress);
    const { found } = prepared;
    if (prepared.kind !== 'ready') budget?.noteNone();
    if (prepared.kind === 'refused') return failure(found, prepared.fault);
    if (prepared.kind === 'known') return verdictOf('unchanged', found);
    const { policy } = prepared.ready.engine;
    const swapped = { kind, state, members: kind === 'whole' ? [] : changed };
    const ready = { ...prepared.ready, members, release, files, judgedAtMs, loadedAt: new Date(this.#now()) };
    const verdict = await budget?.judge({ live: this.current, policy, members: this.members, found });
    if (verdict) {
      this.#kept = await keepBack(this.#live, { ready, swapped, given, lastOfRelease, found, verdict, onCutMembers });
      return verdict;
    }
    const runtime = { epoch: this.#live.epoch + 1, kind, members: changed, state };
    await beforeLive?.({ files, digest: release.digest, judgedAtMs, heardAtMs, runtime });
    // Swap, never patch: a request sees one whole policy or the other, each with its memberships.
    this.#live.swap({ ...ready, loadedAt: new Date(this.#now()) }, swapped);
    return verdictOf('loaded', found);
  }
}
