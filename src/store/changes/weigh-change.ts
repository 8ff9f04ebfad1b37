import { CasbinEngine } from '../../engine/casbin-engine.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import { describeOverBudget, overBudgetOf, type BudgetGround } from '../../review/budget/over-budget.ts';
import { weighRequests } from '../../review/budget/weigh-requests.ts';
import { givesNothing } from '../../review/diff/compare/gives-nothing.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { ChangeRefusal } from './asked-change.ts';

/** A change of files that was judged: what decides before it, and after it. */
export interface WeighedChange {
  readonly live: PolicySet;
  readonly after: PolicySet;
  /** Members at run time, who are the same before and after it. */
  readonly given: Iterable<RuntimeMember>;
  readonly nowMs: number;
  readonly judged: Pick<JudgedEdits, 'effect'>;
}

/**
 * Why a change is more than may change at once; undefined: it is not, or nobody asks. Throws where that is not known, unless
 * it gives nothing to anybody: who takes something away does not wait for a process that is silent.
 */
export async function weighChange(
  budget: BudgetGround | undefined,
  { live, after, given, nowMs, judged }: WeighedChange,
): Promise<ChangeRefusal | undefined> {
  if (!budget || after.digest === live.digest || budget.accepted.includes(after.digest)) return undefined;
  const { waiting, requests, missing, maxChanged } = budget;
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
  if (!over) {
    if (missing === undefined || givesNothing(judged.effect)) return undefined;
    throw new RolebookError('unavailable', missing, { help: 'nothing was written; send the change again' });
  }
  const help = `an operator may accept revision ${over.revision}; then send the change again`;
  return { ...refusal(`${describeOverBudget(over)}; nothing was written`, help), over };
}

function refusal(message: string, help: string): ChangeRefusal {
  return { kind: 'conflict', code: 'over-budget', message, help };
}
