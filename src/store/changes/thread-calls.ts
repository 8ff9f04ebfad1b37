import type { ErrorCode } from '../../policy/errors.ts';
import type { AskedChange, ChangeAnswer, ChangeFilter, ChangeList } from './asked-change.ts';
import { requestsOf, takeRequests, type HandedRequests, type HandedList } from './handed-requests.ts';
import { tellAnswer } from './told-judgement.ts';

/** The work that the thread of changes is asked for. */
export type ThreadWork =
  | { readonly call: 'prepare' }
  /** `live`: the commit that decides where it is asked for, if there is one. */
  | {
      readonly call: 'ask';
      readonly change: AskedChange;
      readonly live?: string | undefined;
      /** The requests of its budget, where they were handed over before. */
      readonly handed?: HandedList | undefined;
    }
  /** Requests for the budget of a change that is asked next. */
  | ({ readonly call: 'takeRequests' } & HandedRequests)
  /** A change that was made before and is asked for again. */
  | { readonly call: 'find'; readonly change: AskedChange; readonly live?: string | undefined }
  | { readonly call: 'list'; readonly filter: ChangeFilter };

/** The changes that a thread judges and writes. */
export interface ThreadedChanges {
  /** Reads and compiles what is there, so that the first change need not wait for it. */
  prepare(): Promise<void>;
  noteLive?(commit: string): void;
  ask(change: AskedChange): Promise<ChangeAnswer>;
  find?(change: AskedChange): Promise<ChangeAnswer | undefined>;
  list(filter: ChangeFilter): Promise<ChangeList>;
}

/** Does what the thread was asked for. */
export async function doChangeWork(changes: ThreadedChanges, work: ThreadWork): Promise<unknown> {
  if (work.call === 'ask') {
    if (work.live !== undefined) changes.noteLive?.(work.live);
    const { change, handed } = work;
    const { budget } = change;
    if (!budget || !handed) return tellAnswer(await changes.ask(change));
    const requests = requestsOf(changes, handed);
    return tellAnswer(await changes.ask({ ...change, budget: { ...budget, requests } }));
  }
  if (work.call === 'takeRequests') return takeRequests(changes, work);
  if (work.call === 'find') {
    if (work.live !== undefined) changes.noteLive?.(work.live);
    const found = await changes.find?.(work.change);
    return found && tellAnswer(found);
  }
  if (work.call === 'list') return changes.list(work.filter);
  return changes.prepare();
}

export interface ThreadCall {
  readonly id: number;
  readonly work: ThreadWork;
}

/** The words of the thread. */
export type ThreadAnswer =
  /** Files take their places from now on. */
  | { readonly kind: 'writing' }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'failed';
      readonly id: number;
      /** Undefined: nobody foresaw it. */
      readonly code: ErrorCode | undefined;
      readonly message: string;
      readonly help: string | undefined;
    };
