import { logJudgement } from '../../../http/budget/budget-log.ts';
import type { Logger } from '../../../http/logging/log.ts';
import { ChangeBudget, type ChangeBudgetOptions } from '../../../store/live/change-budget.ts';
import type { BudgetOptions } from './budget-options.ts';

/** The change budget that the options name; undefined: none. */
export function openBudget(
  { maxChanged }: BudgetOptions,
  remembered: ChangeBudgetOptions['remembered'],
  log: Logger,
): ChangeBudget | undefined {
  if (maxChanged === undefined) return undefined;
  return new ChangeBudget({ maxChanged, remembered, onJudged: (judgement) => logJudgement(judgement, log) });
}
