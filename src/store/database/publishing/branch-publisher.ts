import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { EntityManager } from 'typeorm';
import type { PublishedBranch, ReloadOutcome, ReloadTrigger, SourceLooks } from '../../live/policy-source.ts';
import { failure, isAutomatic, ReloadQueue, unchanged, verdictOf, type Verdict } from '../../live/reload-queue.ts';
import { noProblems } from '../../live/prepare-policy.ts';
import { sourceFailure } from '../../live/source-failure.ts';
import { processClock } from '../../process-clock.ts';
import type { RemoteClone } from '../../remote/remote-clone.ts';
import type { SignatureCheck } from '../../signatures/signature-check.ts';
import { isRefusal } from '../database-fault.ts';
import { readStanding, type BranchStanding, type FollowedBranch } from './branch-standing.ts';
import type { CommitOutcome, CommitWriter, PublishedCommit } from './commit-writer.ts';

export interface BranchPublisherOptions {
  readonly branch: FollowedBranch;
  readonly clone: Pick<RemoteClone, 'fetch' | 'fetchAnew' | 'repository' | 'close'>;
  /** Who must have signed a commit; undefined: nobody. */
  readonly signatures?: Pick<SignatureCheck, 'require'> | undefined;
  /** Runs something on one state of the database. */
  readonly read: <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;
  readonly writer: CommitWriter;
  readonly now?: () => number;
  /** How many memberships at run time somebody agreed to end. */
  readonly endMemberships?: number | undefined;
  /** Told of each commit that was published here. */
  readonly onPublished?: (published: PublishedCommit) => void;
}

/** A commit that was refused, and what the database had then. */
interface Refused {
  readonly commit: string;
  readonly state: string;
  readonly atMs: number;
  readonly verdict: Verdict;
}

/**
 * Publisher of the commits of a branch into a database, one of any number. Before it looks at the branch it reads what is
 * published, and it publishes only if that is so still: so what it found is newer than all that is there. Each commit is
 * published once, by whoever is first.
 */
export class BranchPublisher implements PublishedBranch {
  readonly #options: BranchPublisherOptions;
  readonly #now: () => number;
  readonly #reloads: ReloadQueue<undefined>;
  #commit: string | undefined;
  #lastWordMs: number | undefined;
  #refused: Refused | undefined;
  #isClosed = false;

  constructor(options: BranchPublisherOptions) {
    this.#options = options;
    this.#now = options.now ?? processClock.now;
    this.#reloads = new ReloadQueue({
      look: (trigger) => this.#look(trigger),
      merge: () => undefined,
      revision: () => undefined,
      now: this.#now,
    });
  }

  get branch(): FollowedBranch {
    return this.#options.branch;
  }

  get commit(): string | undefined {
    return this.#commit;
  }

  get lastWordMs(): number | undefined {
    return this.#lastWordMs;
  }

  get looks(): SourceLooks {
    return this.#reloads.looks;
  }

  get lastReload(): ReloadOutcome | undefined {
    return this.#reloads.last;
  }

  onReload(listener: (outcome: ReloadOutcome) => void): () => void {
    return this.#reloads.onReload(listener);
  }

  onLook(listener: (found: ReloadOutcome) => void): () => void {
    return this.#reloads.onLook(listener);
  }

  /** Looks at the branch now, and publishes what is there. Never rejects. */
  reload(trigger: ReloadTrigger): Promise<ReloadOutcome> {
    return this.#reloads.ask(trigger, undefined);
  }

  /** Ends what goes on: what is not published by then is published by another one, or after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#reloads.close();
    this.#options.clone.close();
    await this.#options.writer.close();
    await this.#reloads.idle;
  }

  async #look(trigger: ReloadTrigger): Promise<Verdict> {
    try {
      for (let turn = 0; turn < limits.publishTurns; turn += 1) {
        const verdict = await this.#publish(trigger);
        if (verdict !== 'overtaken') return verdict;
      }
      throw new RolebookError('unavailable', 'others publish to this database again and again; nothing was published');
    } catch (error) {
      return sourceFailure(error);
    }
  }

  async #publish(trigger: ReloadTrigger): Promise<Verdict | 'overtaken'> {
    const { read, branch, signatures, clone } = this.#options;
    // Before the branch is looked at: what is found there is newer than this.
    const reading = await read((manager) => readStanding(manager, branch)).catch((error: unknown) => ({ error }));
    const commit = await this.#fetch();
    // The repository was heard; the database was not.
    if ('error' in reading) throw reading.error;
    await signatures?.require(clone.repository, commit);
    if (commit === reading.commit) return this.#noteSame(commit);
    const known = this.#refused;
    if (known && isAutomatic(trigger) && this.#isKnown(known, commit, reading)) return known.verdict;
    const outcome = await this.#write(commit, reading).catch((error: unknown) => {
      // A database that is not set up for it is asked no more often than one that refuses the commit.
      if (isRefusal(error)) this.#remember(commit, reading, sourceFailure(error));
      throw error;
    });
    if (outcome.kind === 'overtaken') return 'overtaken';
    if (outcome.kind === 'unreadable') throw new RolebookError('unavailable', outcome.error);
    if (outcome.kind === 'refused') return this.#refuse(commit, reading, outcome);
    this.#refused = undefined;
    this.#commit = commit;
    this.#options.onPublished?.(outcome);
    return outcome.outcome === 'published' ? verdictOf('loaded', noProblems) : unchanged;
  }

  async #fetch(): Promise<string> {
    const atMs = this.#now();
    const commit = await this.#options.clone.fetch();
    this.#lastWordMs = atMs;
    return commit;
  }

  async #write(commit: string, before: BranchStanding): Promise<CommitOutcome> {
    const { clone, branch, endMemberships, writer } = this.#options;
    if (this.#isClosed) throw new RolebookError('unavailable', 'the branch is not followed any more');
    const found = { repository: clone.repository, commit, branch, before, endMemberships };
    const outcome = await writer.publish(found);
    if (outcome.kind !== 'unreadable') return outcome;
    // It was fetched whole: what cannot be read is damaged here. Another commit is for the next look.
    return (await clone.fetchAnew()) === commit ? writer.publish(found) : { kind: 'overtaken' };
  }

  #refuse(
    commit: string,
    before: BranchStanding,
    { error, found }: Extract<CommitOutcome, { readonly kind: 'refused' }>,
  ): Verdict {
    const isOfDatabase = found.problemCounts.errors === 0;
    const verdict: Verdict = { ...failure(found, error), ...(isOfDatabase && { isRefused: true as const }) };
    this.#remember(commit, before, verdict);
    return verdict;
  }

  #remember(commit: string, { state }: BranchStanding, verdict: Verdict): void {
    this.#refused = { commit, state: JSON.stringify(state), atMs: this.#now(), verdict };
  }

  // Somebody published it, here or elsewhere.
  #noteSame(commit: string): Verdict {
    this.#refused = undefined;
    if (this.#commit !== commit) this.#reloads.noteNews(this.#now());
    this.#commit = commit;
    return unchanged;
  }

  // Memberships change what is refused, and so does time, which is not waited for.
  #isKnown({ commit, state, atMs }: Refused, found: string, before: BranchStanding): boolean {
    const isSame = commit === found && state === JSON.stringify(before.state);
    return isSame && this.#now() - atMs < limits.refusedAgainMs;
  }
}
