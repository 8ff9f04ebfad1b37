import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { ChangeFault } from '../../review/members/assignment-rules.ts';
import {
  MemberChangeDenied,
  MemberChangeRefused,
  type MemberChangeFault,
  type MemberChangeResult,
} from '../../store/database/members/member-change.ts';
import { packFailure, unpackFailure, type PassedFailure } from './passed-failure.ts';

/** The end that a change of a membership came to, as one process tells another: errors would lose what they carry. */
export type PassedChange<Result = MemberChangeResult> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'denied'; readonly fault: ChangeFault }
  | {
      readonly kind: 'refused';
      readonly fault: MemberChangeFault;
      readonly message: string;
      readonly current: RuntimeMember | undefined;
    }
  | PassedFailure;

/** What a change came to, for another process. */
export async function packChange<Result>(changing: Promise<Result>): Promise<PassedChange<Result>> {
  try {
    return { kind: 'done', result: await changing };
  } catch (error) {
    if (error instanceof MemberChangeDenied) return { kind: 'denied', fault: error.fault };
    if (error instanceof MemberChangeRefused) {
      const { fault, message, current } = error;
      return { kind: 'refused', fault, message, current };
    }
    return packFailure(error);
  }
}

/** The same in the other process; throws what was thrown there. */
export function unpackChange<Result>(passed: PassedChange<Result>): Result {
  if (passed.kind === 'done') return passed.result;
  if (passed.kind === 'denied') throw new MemberChangeDenied(passed.fault);
  if (passed.kind === 'refused') throw new MemberChangeRefused(passed.fault, passed.message, passed.current);
  throw unpackFailure(passed);
}
