import type { EnforceRequest } from '../../policy/decision.ts';
import { RolebookError } from '../../policy/errors.ts';

/** The parts of a list that a thread is given before the call that they are for, which names them all. */
export interface HandedRequests {
  /** Tells lists apart. */
  readonly handover: number;
  readonly requests: readonly EnforceRequest[];
}

/** The name of a list that was handed over, and how long it is. */
export interface HandedList {
  readonly handover: number;
  readonly count: number;
}

/**
 * So many are copied at once. All of them in one message would take as long as hundreds of decisions, for which nobody
 * else has a turn.
 */
export const handedAtOnce = 500;

// Of each that makes changes in this thread.
const handed = new WeakMap<object, Map<number, EnforceRequest[]>>();

export function takeRequests(changes: object, { handover, requests }: HandedRequests): void {
  const lists = handed.get(changes) ?? new Map<number, EnforceRequest[]>();
  handed.set(changes, lists);
  const list = lists.get(handover);
  if (list) list.push(...requests);
  else lists.set(handover, [...requests]);
}

/** The whole list, which is forgotten then. Throws when a part is missing: nothing may be judged by a part. */
export function requestsOf(changes: object, { handover, count }: HandedList): readonly EnforceRequest[] {
  const list = handed.get(changes)?.get(handover) ?? [];
  handed.get(changes)?.delete(handover);
  if (list.length === count) return list;
  const help = 'send the change again';
  throw new RolebookError('unavailable', 'the requests to judge it by were lost; nothing was written', { help });
}
