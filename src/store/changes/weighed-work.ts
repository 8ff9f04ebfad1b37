import { handedAtOnce } from './handed-requests.ts';
import type { ChangeBudget } from '../live/change-budget.ts';
import type { ToldAnswer } from './asked-change.ts';
import type { ChangeWork } from './change-worker.ts';
import type { ThreadWork } from './thread-calls.ts';

/** The work of a thread of changes, which is given what a change budget is judged by, and whose answers the budget is told of. */
export function weighedWork(work: ChangeWork, budget: ChangeBudget | undefined): ChangeWork {
  if (budget === undefined) return work;
  let handovers = 0;
  return {
    call: async (wanted: ThreadWork) => {
      if (wanted.call !== 'ask') return work.call(wanted);
      const { requests, ...ground } = await budget.ground();
      handovers += 1;
      const handed = { handover: handovers, count: requests.length };
      for (let first = 0; first < requests.length; first += handedAtOnce) {
        const part = requests.slice(first, first + handedAtOnce);
        await work.call({ call: 'takeRequests', handover: handed.handover, requests: part });
      }
      const change = { ...wanted.change, budget: { ...ground, requests: [] } };
      const answer = (await work.call({ ...wanted, change, handed })) as ToldAnswer;
      if (answer.kind === 'refused' && answer.refusal.over) budget.noteRefused(answer.refusal.over);
      if (answer.kind === 'written' && answer.weighed !== undefined) budget.noteWritten(answer.weighed);
      return answer;
    },
    close: () => work.close(),
  };
}
