import type { ErrorCode } from '../../policy/errors.ts';
import type { AskedChange, ChangeFilter } from './asked-change.ts';
import type { ChangeWriting } from './change-keeper.ts';
import type { FolderChanges } from './folder-changes.ts';
import { tellAnswer } from './told-judgement.ts';

/** The folder of the thread, and the way it writes. */
export interface ThreadData {
  readonly root: string;
  readonly writing: ChangeWriting;
}

/** The work that the thread of changes is asked for. */
export type ThreadWork =
  | { readonly call: 'prepare' }
  | { readonly call: 'ask'; readonly change: AskedChange }
  | { readonly call: 'list'; readonly filter: ChangeFilter };

/** Does what the thread was asked for. */
export async function doChangeWork(changes: FolderChanges, work: ThreadWork): Promise<unknown> {
  if (work.call === 'ask') return tellAnswer(await changes.ask(work.change));
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
