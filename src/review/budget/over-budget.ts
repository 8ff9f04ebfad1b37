import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { isBeyond, type MaxChanged } from './max-changed.ts';
import { describeWeighing, type RequestWeighing } from './weigh-requests.ts';

/** A policy that answers more requests otherwise than may be. */
export interface OverBudget {
  readonly revision: string;
  /** The whole of it: two policies with the same revision are found within a minute. */
  readonly digest: string;
  /** As it was written: `1%`. */
  readonly maxChanged: string;
  readonly weighing: RequestWeighing;
}

/** Everything that a change is judged by before it is written. */
export interface BudgetGround {
  readonly maxChanged: MaxChanged;
  /** Those that were answered last, as far as that is known. */
  readonly requests: readonly EnforceRequest[];
  /** Why some of them are not known; undefined: these are all. */
  readonly missing: string | undefined;
  /** The policy that waits to be accepted: what builds upon it would be kept back, too. */
  readonly waiting: OverBudget | undefined;
  /** Digests of policies that somebody accepted. */
  readonly accepted: readonly string[];
}

/** The policy if it is beyond its share; too few requests say nothing. */
export function overBudgetOf(
  { revision, digest }: Pick<PolicySet, 'revision' | 'digest'>,
  maxChanged: MaxChanged,
  weighing: RequestWeighing,
): OverBudget | undefined {
  const { compared, denied, allowed } = weighing;
  if (compared < limits.budget.least || !isBeyond(maxChanged, denied + allowed, compared)) return undefined;
  return { revision, digest, maxChanged: maxChanged.text, weighing };
}

/** Says why a policy is kept back, as one sentence. */
export function describeOverBudget({ revision, maxChanged, weighing }: Omit<OverBudget, 'digest'>): string {
  return `policy ${revision} changes more than the ${maxChanged} that may change at once: ${describeWeighing(weighing)}`;
}
