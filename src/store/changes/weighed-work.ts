import type { ChangeBudget } from '../live/change-budget.ts';
import type { ToldAnswer } from './asked-change.ts';
import type { ChangeWork } from './change-worker.ts';
import type { ThreadWork } from './thread-calls.ts';

/** The work of a thread of changes, which is given what a change budget is judged by, and whose answers the budget is told of. */
export function weighedWork(work: ChangeWork, budget: ChangeBudget | undefined): ChangeWork {
  if (budget === undefined) return work;
  return {
    call: async (wanted: ThreadWork) => {
      if (wanted.call !== 'ask') return work.call(wanted);
      const change = { ...wanted.change, budget: await budget.ground() };
      const answer = (await work.call({ ...wanted, change })) as ToldAnswer;
      if (answer.kind === 'refused' && answer.refusal.over) budget.noteRefused(answer.refusal.over);
      if (answer.kind === 'written' && answer.weighed !== undefined) budget.noteWritten(answer.weighed);
      return answer;
    },
    close: () => work.close(),
  };
}
