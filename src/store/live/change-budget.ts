import { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { RuntimeMembers } from '../../engine/runtime-members.ts';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { MaxChanged } from '../../review/budget/max-changed.ts';
import { MissingRequests } from '../../review/budget/missing-requests.ts';
import {
  describeOverBudget,
  overBudgetOf,
  type BudgetGround,
  type OverBudget,
} from '../../review/budget/over-budget.ts';
import { weighRequests, type RequestWeighing } from '../../review/budget/weigh-requests.ts';
import { processClock } from '../process-clock.ts';
import { runInSlices } from '../turns.ts';
import type { FollowedPolicy, LoadedPolicy, ReloadOutcome } from './policy-source.ts';
import type { FoundProblems } from './prepare-policy.ts';
import { failure, type Verdict } from './reload-queue.ts';

/**
 * `within`: it changes as little as it may. `accepted`: somebody let it go live, whatever it changes. `written`: it was
 * judged where it was written. `unjudged`: too few requests are remembered.
 */
export const budgetOutcomes = ['within', 'over', 'accepted', 'written', 'unjudged'] as const;

/** The last word of a budget on a policy. */
export interface BudgetJudgement {
  readonly at: Date;
  readonly revision: string;
  readonly outcome: (typeof budgetOutcomes)[number];
  /** How many requests were remembered. */
  readonly remembered: number;
  /** Undefined: nothing was decided again. */
  readonly weighing: RequestWeighing | undefined;
}

export interface ChangeBudgetOptions {
  readonly maxChanged: MaxChanged;
  /** The requests that were answered last, wherever they are remembered. Rejects where some cannot be had now, with those that can if it is a MissingRequests. */
  readonly remembered: () => Promise<readonly EnforceRequest[]>;
  readonly now?: () => number;
  /** Told of each judgement, also of those that keep nothing back. */
  readonly onJudged?: (judgement: BudgetJudgement) => void;
}

/** A policy that could take the place of what is live. */
export interface NextChange {
  /** Undefined: nothing is live yet. */
  readonly live: LoadedPolicy | undefined;
  readonly policy: PolicySet;
  /** Those that decide now together with the live one; they are no part of what is judged. */
  readonly members?: RuntimeMembers | undefined;
  readonly found: FoundProblems;
}

/** The outcome of accepting a revision: `live` after that reload, or `allowed` to be written when it is asked for again. */
export type Acceptance =
  | { readonly kind: 'reloaded'; readonly reload: ReloadOutcome }
  | { readonly kind: 'allowed' }
  | { readonly kind: 'already-live' }
  | { readonly kind: 'not-waiting'; readonly waiting: string | undefined };

/**
 * The share of remembered requests that a new policy may answer otherwise. One that changes more does not go live until
 * somebody accepts it; what was accepted is remembered by this process alone.
 */
export class ChangeBudget {
  readonly #options: ChangeBudgetOptions;
  readonly #counts: Record<BudgetJudgement['outcome'], number> = {
    ...{ within: 0, over: 0, accepted: 0, written: 0, unjudged: 0 },
  };
  #last: BudgetJudgement | undefined;
  #waiting: OverBudget | undefined;
  /** Digests of policies that may go live: what somebody accepted, until something goes live. */
  readonly #accepted = new Set<string>();
  /** Changes that were not written, by digest, the last ones last. */
  readonly #refused = new Map<string, OverBudget>();
  /** Digest of a policy that was judged before it was written. */
  #written: string | undefined;

  constructor(options: ChangeBudgetOptions) {
    this.#options = options;
  }

  get maxChanged(): string {
    return this.#options.maxChanged.text;
  }

  /** The policy that is kept back now. */
  get waiting(): OverBudget | undefined {
    return this.#waiting;
  }

  /** Changes that were not written, the newest first. */
  get refused(): readonly OverBudget[] {
    return [...this.#refused.values()].reverse();
  }

  get last(): BudgetJudgement | undefined {
    return this.#last;
  }

  /** How many judgements there were of each outcome. */
  get counts(): Readonly<Record<BudgetJudgement['outcome'], number>> {
    return this.#counts;
  }

  /** To be told when what was looked at is not judged, because it is live already or no good: what waited is no more. */
  noteNone(): void {
    this.#waiting = undefined;
  }

  /** Judges a policy that is ready to go live; undefined: it may. What waited is told until this has an outcome. */
  async judge(next: NextChange): Promise<Verdict | undefined> {
    const over = await this.#judge(next);
    this.#waiting = over;
    if (over)
      return { ...failure(next.found, `${describeOverBudget(over)}; it waits to be accepted`), overBudget: over };
    return undefined;
  }

  async #judge({ live, policy, members }: NextChange): Promise<OverBudget | undefined> {
    const { digest } = policy;
    const written = this.#written;
    this.#written = undefined;
    if (live === undefined || live.engine.policy.digest === digest) return undefined;
    const passes = this.#accepted.has(digest) ? 'accepted' : digest === written ? 'written' : undefined;
    if (passes) {
      this.#accepted.clear();
      this.#note(policy, passes, 0);
      return undefined;
    }
    const requests = await this.#remembered();
    if (requests.length < limits.budget.least) {
      this.#note(policy, 'unjudged', requests.length);
      return undefined;
    }
    const after = await CasbinEngine.create(policy, members);
    const steps = weighRequests(live.engine, after, requests, this.#now());
    const weighing = await runInSlices(steps);
    const overBudget = overBudgetOf(policy, this.#options.maxChanged, weighing);
    this.#note(policy, overBudget ? 'over' : 'within', requests.length, weighing);
    if (!overBudget) this.#accepted.clear();
    return overBudget;
  }

  /** Everything that a change is judged by where it is written, which says itself what of it is missing. */
  async ground(): Promise<BudgetGround> {
    const { maxChanged } = this.#options;
    const accepted = [...this.#accepted];
    const found = await this.#options.remembered().then(
      (requests) => ({ requests, missing: undefined }),
      (cause: unknown) => ({
        requests: cause instanceof MissingRequests ? cause.known : [],
        missing: describeMissing(cause),
      }),
    );
    return { maxChanged, ...found, waiting: this.#waiting, accepted };
  }

  /** To be told of a change that was not written, so that it can be accepted. */
  noteRefused(over: OverBudget): void {
    this.#refused.delete(over.digest);
    this.#refused.set(over.digest, over);
    const [oldest] = this.#refused.keys();
    if (oldest !== undefined && this.#refused.size > limits.budget.refused) this.#refused.delete(oldest);
  }

  /** To be told of a policy that was judged and written: it is not judged a second time. */
  noteWritten(digest: string): void {
    this.#written = digest;
  }

  /** Lets a policy of this revision go live, if it waits for that, or be written. `policy`: its twelve digits. */
  async accept(policy: string, live: Pick<FollowedPolicy, 'current' | 'reload'>): Promise<Acceptance> {
    const waiting = this.#waiting;
    if (waiting?.revision === policy) {
      this.#accepted.add(waiting.digest);
      return { kind: 'reloaded', reload: await live.reload('request') };
    }
    if (live.current?.engine.policy.revision === policy) return { kind: 'already-live' };
    const refused = [...this.#refused.values()].filter(({ revision }) => revision === policy);
    // Of two with one name nobody knows which one is meant.
    const [one] = refused;
    if (one === undefined || refused.length > 1) return { kind: 'not-waiting', waiting: waiting?.revision };
    this.#refused.delete(one.digest);
    this.#accepted.add(one.digest);
    return { kind: 'allowed' };
  }

  #note(
    { revision }: PolicySet,
    outcome: BudgetJudgement['outcome'],
    remembered: number,
    weighing?: RequestWeighing,
  ): void {
    this.#last = { at: new Date(this.#now()), revision, outcome, remembered, weighing };
    this.#counts[outcome] += 1;
    this.#options.onJudged?.(this.#last);
  }

  // What cannot be had now is had later: nobody knows what the policy changes, so it does not go live, and is looked at again.
  #remembered(): Promise<readonly EnforceRequest[]> {
    return this.#options.remembered().catch((cause: unknown) => {
      const help = 'it is judged again at the next look';
      throw new RolebookError('unavailable', describeMissing(cause), { cause, help });
    });
  }

  #now(): number {
    return (this.#options.now ?? processClock.now)();
  }
}

function describeMissing(cause: unknown): string {
  return `nobody knows what the policy changes: ${messageOf(cause)}`;
}
