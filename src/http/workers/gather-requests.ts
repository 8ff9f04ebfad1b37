import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { Slot } from './worker-pool.ts';

/**
 * What all workers were asked last, an even share of each. One that does not answer in time is left out: what a policy
 * changes is judged by the requests of the others.
 */
export async function gatherRequests(slots: readonly Slot[]): Promise<EnforceRequest[]> {
  const most = Math.ceil(limits.budget.requests / Math.max(1, slots.length));
  const workers = slots.flatMap(({ worker }) => (worker?.isListening ? [worker] : []));
  const told = workers.map((worker) => worker.tellRequests(most).catch(() => []));
  return (await Promise.all(told)).flat();
}
