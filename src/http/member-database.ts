import type { DatabaseState } from '../policy/runtime-member.ts';
import type { RuntimeMemberships } from '../review/member-roles.ts';
import type { Judge, MemberChangeRequest, MemberChangeResult } from '../store/database/member-change.ts';

/** The database that a policy comes from, as requests use it. */
export interface MemberDatabase {
  /** How far what is live here has come; undefined before anything is. */
  readonly state: DatabaseState | undefined;
  readonly members: RuntimeMemberships;
  /** Whether what is live here comes to be at least as new, within that time. */
  waitFor(sequence: number, waitMs: number): Promise<boolean>;
  /** Changes a membership, if the judge does not refuse it; live here once it resolves. */
  change(request: MemberChangeRequest, judge: Judge): Promise<MemberChangeResult>;
}
