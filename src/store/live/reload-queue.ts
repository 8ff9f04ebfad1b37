import { limits } from '../../policy/limits.ts';
import { comparePositions } from '../../policy/position.ts';
import { firstProblems } from '../../policy/problem-list.ts';
import { ListenerSet } from './listener-set.ts';
import type { LookFailure, ReloadOutcome, ReloadTrigger, SourceLooks } from './policy-source.ts';
import { noProblems, type FoundProblems } from './prepare-policy.ts';

/** The outcome of a look at a source. */
export type Verdict = Pick<
  ReloadOutcome,
  'outcome' | 'problems' | 'problemCounts' | 'error' | 'sourceFault' | 'isUntrusted' | 'isRefused' | 'overBudget'
>;

/** Verdict with as many of the problems as are told. */
export function verdictOf(outcome: Verdict['outcome'], found: FoundProblems, error?: string): Verdict {
  const problems = firstProblems(found.problems, limits.toldProblems);
  return { outcome, problems, problemCounts: found.problemCounts, error };
}

export function failure(found: FoundProblems, error: string | undefined): Verdict {
  return verdictOf('failed', found, error);
}

export const unchanged = verdictOf('unchanged', noProblems);

/** Whether nobody waits for the outcome by name: a poll comes every other second. */
export function isAutomatic(trigger: ReloadTrigger): boolean {
  return trigger === 'files' || trigger === 'news' || trigger === 'poll';
}

const byExplicitness: readonly ReloadTrigger[] = ['poll', 'files', 'news', 'signal', 'request', 'start'];

/** Of two reloads that become one, what is told of it. */
export function moreExplicit(left: ReloadTrigger, right: ReloadTrigger): ReloadTrigger {
  return byExplicitness.indexOf(left) < byExplicitness.indexOf(right) ? right : left;
}

export interface ReloadQueueOptions<Scope> {
  /** Looks at the source, and makes live what is there. Never rejects. */
  readonly look: (trigger: ReloadTrigger, scope: Scope) => Promise<Verdict>;
  /** Of two reloads that become one, where both look. */
  readonly merge: (left: Scope, right: Scope) => Scope;
  /** The revision that is live. */
  readonly revision: () => string | undefined;
  readonly now: () => number;
}

interface Waiting<Scope> {
  trigger: ReloadTrigger;
  scope: Scope;
  readonly outcome: Promise<ReloadOutcome>;
}

/**
 * Queue of reloads. One runs at a time; a call made meanwhile gets the next one, which all such calls share, so that what
 * was written before a call is always read after it. One that nobody asked for by name and that finds nothing new is
 * silent.
 */
export class ReloadQueue<Scope> {
  readonly #options: ReloadQueueOptions<Scope>;
  readonly #reloads = new ListenerSet<ReloadOutcome>('a reload listener');
  readonly #looked = new ListenerSet<ReloadOutcome>('a listener of looks');
  #last: ReloadOutcome | undefined;
  #latest: Promise<unknown> = Promise.resolve();
  #waiting: Waiting<Scope> | undefined;
  #isLooking = false;
  #looks: SourceLooks = { lastReachedMs: undefined, lastNewsMs: undefined, failing: undefined };
  #isClosed = false;

  constructor(options: ReloadQueueOptions<Scope>) {
    this.#options = options;
  }

  /** The last reload that had something to say. */
  get last(): ReloadOutcome | undefined {
    return this.#last;
  }

  get looks(): SourceLooks {
    return this.#looks;
  }

  /** Whether a reload goes on or waits. */
  get isBusy(): boolean {
    return this.#isLooking || this.#waiting !== undefined;
  }

  /** Resolves when what was asked for up to now is over. */
  get idle(): Promise<unknown> {
    return this.#latest;
  }

  /** Calls `listener` after every reload that had something to say; returns what ends that. */
  onReload(listener: (outcome: ReloadOutcome) => void): () => void {
    return this.#reloads.add(listener);
  }

  /** Calls `listener` after every look, also one that had nothing to say; returns what ends that. */
  onLook(listener: (found: ReloadOutcome) => void): () => void {
    return this.#looked.add(listener);
  }

  ask(trigger: ReloadTrigger, scope: Scope): Promise<ReloadOutcome> {
    if (this.#waiting) {
      this.#waiting.trigger = moreExplicit(this.#waiting.trigger, trigger);
      this.#waiting.scope = this.#options.merge(this.#waiting.scope, scope);
      return this.#waiting.outcome;
    }
    const outcome = this.#latest.then(() => {
      const merged = this.#waiting ?? { trigger, scope };
      this.#waiting = undefined;
      return this.#run(merged.trigger, merged.scope);
    });
    this.#waiting = { trigger, scope, outcome };
    this.#latest = outcome;
    return outcome;
  }

  /** For a look beside the reloads that began at `atMs` and found the source as the last one did. */
  noteSame(last: ReloadOutcome, atMs: number): ReloadOutcome {
    // What was news then is none now.
    const outcome = last.outcome === 'loaded' ? 'unchanged' : last.outcome;
    this.#noteLook({ ...last, outcome, trigger: 'poll', at: new Date(atMs), durationMs: 0 });
    return last;
  }

  /** News that came without a reload, as changes of memberships do. */
  noteNews(atMs: number): void {
    this.#looks = { ...this.#looks, lastNewsMs: atMs };
  }

  /** What decides was good at these times, in another process. */
  noteKept(reachedMs: number | undefined, newsMs: number | undefined): void {
    this.#looks = { ...this.#looks, lastReachedMs: reachedMs, lastNewsMs: newsMs };
  }

  /** From now on nobody is told anything. */
  close(): void {
    this.#isClosed = true;
  }

  async #run(trigger: ReloadTrigger, scope: Scope): Promise<ReloadOutcome> {
    const { look, now, revision } = this.#options;
    const at = new Date(now());
    const startedMs = performance.now();
    const last = this.#last;
    this.#isLooking = true;
    const verdict = await look(trigger, scope);
    this.#isLooking = false;
    const durationMs = Math.round(performance.now() - startedMs);
    const found = { ...verdict, at, trigger, durationMs, revision: revision() };
    if (this.#isClosed) return found;
    this.#noteLook(found);
    const isOld = last && (isSameFailure(verdict, last) || isSameSuccess(verdict, last));
    if (isOld && isAutomatic(trigger)) return last;
    this.#last = found;
    this.#reloads.tell(found);
    return found;
  }

  #noteLook(found: ReloadOutcome): void {
    const atMs = found.at.getTime();
    const { lastNewsMs, failing } = this.#looks;
    this.#looks =
      found.outcome === 'failed'
        ? {
            ...this.#looks,
            failing: { sinceMs: failing?.sinceMs ?? atMs, error: found.error },
            lastFailure: { atMs, kind: kindOf(found), error: found.error },
          }
        : {
            ...this.#looks,
            lastReachedMs: atMs,
            lastNewsMs: found.outcome === 'loaded' ? atMs : lastNewsMs,
            failing: undefined,
          };
    this.#looked.tell(found);
  }
}

function kindOf({ sourceFault, isUntrusted, isRefused, overBudget, problemCounts }: Verdict): LookFailure['kind'] {
  if (isUntrusted === true) return 'untrusted';
  if (isRefused === true) return 'refused';
  if (overBudget !== undefined) return 'over-budget';
  if (sourceFault?.code === 'configuration') return 'configuration';
  return sourceFault === undefined && problemCounts.errors > 0 ? 'problems' : 'unavailable';
}

/** Whether a reload failed for the very reason that is known. */
export function isSameFailure(next: Verdict, last: ReloadOutcome): boolean {
  if (next.outcome !== 'failed' || last.outcome !== 'failed') return false;
  if (next.error !== undefined || last.error !== undefined) return next.error === last.error;
  return saysTheSame(next, last);
}

function saysTheSame(next: Verdict, last: Verdict): boolean {
  if (next.problems === last.problems) return true;
  const { errors, warnings } = next.problemCounts;
  if (errors !== last.problemCounts.errors || warnings !== last.problemCounts.warnings) return false;
  return next.problems.every((problem, index) => {
    const other = last.problems[index];
    return other?.code === problem.code && other.message === problem.message && !comparePositions(problem, other);
  });
}

/** Whether a reload found, without a failure before it, what is live already. */
export function isSameSuccess(next: Pick<ReloadOutcome, 'outcome'>, last: ReloadOutcome): boolean {
  return next.outcome === 'unchanged' && last.outcome !== 'failed';
}
