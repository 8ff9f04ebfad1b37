import { messageOf } from '../../policy/errors.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import { MissingRequests } from '../../review/budget/missing-requests.ts';
import type { Slot } from './worker-pool.ts';

/**
 * What all workers were asked last, an even share of each. Rejects with a MissingRequests when one does not answer in time:
 * it may have been asked what the others were not. One that hangs is soon replaced, and a new one remembers nothing.
 */
export async function gatherRequests(slots: readonly Pick<Slot, 'worker'>[]): Promise<EnforceRequest[]> {
  const most = Math.ceil(limits.budget.requests / Math.max(1, slots.length));
  const workers = slots.flatMap(({ worker }) => (worker?.isListening ? [worker] : []));
  const silent: { readonly message: string; readonly cause: unknown }[] = [];
  const told = workers.map((worker) =>
    worker.tellRequests(most).catch((cause: unknown) => {
      const message = `worker ${worker.pid ?? ''} does not say what it was asked: ${messageOf(cause)}`;
      // That it ended while it was asked is as if it had not been there.
      if (!worker.isLost) silent.push({ message, cause });
      return [];
    }),
  );
  const known = (await Promise.all(told)).flat();
  const [one] = silent;
  if (one) throw new MissingRequests(one.message, known, one.cause);
  return known;
}
