import { CasbinEngine } from '../../engine/casbin-engine.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import { describeOverBudget, overBudgetOf, type BudgetGround } from '../../review/budget/over-budget.ts';
import { weighRequests } from '../../review/budget/weigh-requests.ts';
import type { ChangeRefusal } from './asked-change.ts';

/** A change of files that was judged: what decides before it, and after it. */
export interface WeighedChange {
  readonly live: PolicySet;
  readonly after: PolicySet;
  /** Members at run time, who are the same before and after it. */
  readonly given: Iterable<RuntimeMember>;
  readonly nowMs: number;
}

/** Why a change is more than may change at once; undefined: it is not, or nobody asks. */
export async function weighChange(
  budget: BudgetGround | undefined,
  { live, after, given, nowMs }: WeighedChange,
): Promise<ChangeRefusal | undefined> {
  if (!budget || after.digest === live.digest || budget.accepted.includes(after.digest)) return undefined;
  const { waiting, requests, maxChanged } = budget;
  if (waiting) {
    const message = `${describeOverBudget(waiting)}; it waits to be accepted, and what builds upon it would not go live`;
    return refusal(message, 'accept it, or put back what it changed');
  }
  const members = new RuntimeMembers(given);
  const before = await CasbinEngine.create(live, members);
  const steps = weighRequests(before, await CasbinEngine.create(after, members), requests, nowMs);
  let step = steps.next();
  // Nobody waits in this thread but whoever asked.
  while (step.done !== true) step = steps.next();
  const over = overBudgetOf(after, maxChanged, step.value);
  if (!over) return undefined;
  const help = `an operator may accept revision ${over.revision}; then send the change again`;
  return { ...refusal(`${describeOverBudget(over)}; nothing was written`, help), over };
}

function refusal(message: string, help: string): ChangeRefusal {
  return { kind: 'conflict', code: 'over-budget', message, help };
}
