import type { ErrorCode } from '../../policy/errors.ts';
import type { AskedChange, ChangeFilter } from './asked-change.ts';

/** The work that the thread of changes is asked for. */
export type ThreadWork =
  | { readonly call: 'prepare' }
  | { readonly call: 'ask'; readonly change: AskedChange }
  | { readonly call: 'list'; readonly filter: ChangeFilter };

export interface ThreadCall {
  readonly id: number;
  readonly work: ThreadWork;
}

/** What the thread says. */
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
