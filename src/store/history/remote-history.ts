import { setTimeout as pause } from 'node:timers/promises';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { ChangeFilter, ChangeHead, ChangeList } from '../changes/asked-change.ts';
import { pageOf } from '../changes/change-pages.ts';
import { CommitHistory } from '../changes/folder/commit-history.ts';
import type { SignatureCheck } from '../signatures/signature-check.ts';
import type { CommitStand } from '../live/files-reader.ts';
import { tellCommits, type ToldCommit } from '../signatures/told-commits.ts';
import { within } from '../within.ts';
import type { HistoryClone } from './history-clone.ts';

export interface RemoteHistoryOptions {
  /** The commit that decides; undefined: none does. */
  readonly live: () => string | undefined;
  /** By whom commits are to be signed. */
  readonly signatures?: SignatureCheck | undefined;
  /** How long somebody waits who asks. */
  readonly waitMs?: number;
}

/** The commits of the branch as they were found by one look that began then. */
interface Look {
  readonly begunMs: number;
  readonly tip: string;
}

/**
 * The commits that led to what decides, as changes: fetched when somebody asks for them, beside all else, and more of them
 * when older ones are asked for.
 */
export class RemoteHistory {
  readonly #clone: HistoryClone;
  readonly #options: RemoteHistoryOptions;
  #history = new CommitHistory();
  #told: { readonly digest: string; readonly commits: Map<string, ToldCommit> } = { digest: '', commits: new Map() };
  #latest: Promise<unknown> = Promise.resolve();
  #look: Look | undefined;
  /** Of commits that were asked about; anew after each look. */
  #ancestors = new Map<string, readonly string[]>();

  constructor(clone: HistoryClone, options: RemoteHistoryOptions) {
    this.#clone = clone;
    this.#options = options;
  }

  /** Rejects with a RolebookError where it takes too long, or cannot be found out; what was begun goes on. */
  async list(filter: ChangeFilter): Promise<ChangeList> {
    const listing = this.#inTurn(() => this.#list(filter));
    const { waitMs = limits.sourceAnswerMs } = this.#options;
    const found = await within(listing, waitMs);
    if (found === undefined) throw new RolebookError('unavailable', 'the history is being fetched', again);
    return found;
  }

  /** How a commit, of whose name there are twelve digits at least, stands to the live one. Rejects where the server is away. */
  findStand(commit: string, live: string): Promise<CommitStand> {
    const askedMs = performance.now();
    return this.#inTurn(() => this.#findStand(commit, live, askedMs));
  }

  async #findStand(commit: string, live: string, askedMs: number): Promise<CommitStand> {
    const isPassed = async (): Promise<boolean> => builds(await this.#readAncestors(live), commit);
    if (await isPassed()) return 'passed';
    const tip = await this.#lookAfter(askedMs);
    do {
      if (await isPassed()) return 'passed';
      if (builds(await this.#readAncestors(tip), commit)) return 'ahead';
    } while (await this.#deepenClone());
    return 'apart';
  }

  // One look answers all who asked before it began, so nobody can have many done.
  async #lookAfter(askedMs: number): Promise<string> {
    if (this.#look && this.#look.begunMs >= askedMs) return this.#look.tip;
    const restMs = this.#look ? this.#look.begunMs + betweenLooksMs - performance.now() : 0;
    if (restMs > 0) await pause(restMs);
    const begunMs = performance.now();
    const tip = await this.#clone.fetch();
    this.#ancestors.clear();
    this.#look = { begunMs, tip };
    return tip;
  }

  async #readAncestors(commit: string): Promise<readonly string[]> {
    const known = this.#ancestors.get(commit);
    if (known) return known;
    const found = await this.#clone.listAncestors(commit, limits.rememberedCommits);
    // What is not here may be after the next look, or after one of the history.
    if (found.length > 0) this.#ancestors.set(commit, found);
    if (this.#ancestors.size > mostRemembered) this.#ancestors.clear();
    return found;
  }

  async #deepenClone(): Promise<boolean> {
    if (!(await this.#clone.deepen())) return false;
    this.#ancestors.clear();
    return true;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#latest.then(work);
    this.#latest = result.catch(() => undefined);
    return result;
  }

  async #list(filter: ChangeFilter): Promise<ChangeList> {
    await this.#refresh();
    for (;;) {
      const cut = await this.#clone.readCut();
      const heads = this.#history.heads().filter(({ written }) => !('commit' in written && cut.has(written.commit)));
      const page = pageOf(heads, filter);
      if (page.next !== undefined || !(await this.#deepen())) {
        return { ...page, changes: await this.#describe(page.changes) };
      }
    }
  }

  async #refresh(): Promise<void> {
    const live = this.#options.live();
    if (live === undefined) throw new RolebookError('unavailable', 'no commit decides yet', again);
    let tip = live;
    if (!(await this.#clone.has(live))) {
      // After a forced push it may be gone, and while the server is away it may not be here yet: the history of what is
      // known is better than none.
      const newest = await this.#clone.fetch().catch(async (error: unknown) => {
        const known = await this.#clone.newest();
        if (known === undefined) throw error;
        return known;
      });
      if (!(await this.#clone.has(live))) tip = newest;
    }
    await this.#history.refresh(this.#clone.repository, tip);
  }

  // Where the server is away what is known is told.
  async #deepen(): Promise<boolean> {
    const { tip } = this.#history;
    if (tip === undefined || !(await this.#deepenClone().catch(() => false))) return false;
    this.#history = new CommitHistory();
    await this.#history.refresh(this.#clone.repository, tip);
    return true;
  }

  async #describe(heads: readonly ChangeHead[]): Promise<readonly ChangeHead[]> {
    const commits = heads.flatMap(({ written }) => ('commit' in written ? [written.commit] : []));
    // While nobody can say who may sign, nobody is known.
    const surroundings = await this.#options.signatures?.surroundings().catch(() => undefined);
    const digest = surroundings?.digest ?? '';
    if (this.#told.digest !== digest) this.#told = { digest, commits: new Map() };
    const { commits: told } = this.#told;
    const missing = commits.filter((commit) => !told.has(commit));
    for (const [commit, one] of await tellCommits(this.#clone.repository, missing, surroundings)) told.set(commit, one);
    return heads.map((head) => {
      const commit = 'commit' in head.written ? told.get(head.written.commit) : undefined;
      const request = this.#history.find(head.change)?.request?.key;
      return { ...head, ...commit, ...(request !== undefined && { request }) };
    });
  }
}

const again = { help: 'ask again in a moment' };

// Whoever names commits that there are not has the server asked no more often.
const betweenLooksMs = 1000;

// Of the live one and the newest, of some looks.
const mostRemembered = 8;

function builds(ancestors: readonly string[], commit: string): boolean {
  return ancestors.some((one) => one.startsWith(commit));
}
