import { messageOf, RolebookError } from '../../policy/errors.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { Slot } from './worker-pool.ts';

/**
 * What all workers were asked last, an even share of each. Rejects when one does not answer in time: it may have been
 * asked what the others were not. One that hangs is soon replaced, and a new one remembers nothing.
 */
export async function gatherRequests(slots: readonly Pick<Slot, 'worker'>[]): Promise<EnforceRequest[]> {
  const most = Math.ceil(limits.budget.requests / Math.max(1, slots.length));
  const workers = slots.flatMap(({ worker }) => (worker?.isListening ? [worker] : []));
  const told = workers.map((worker) =>
    worker.tellRequests(most).catch((cause: unknown) => {
      // That it ended while it was asked is as if it had not been there.
      if (worker.isLost) return [];
      const message = `worker ${worker.pid ?? ''} does not say what it was asked: ${messageOf(cause)}`;
      throw new RolebookError('unavailable', message, { cause });
    }),
  );
  return (await Promise.all(told)).flat();
}
