import type { RuntimeMemberships } from '../../review/members/member-roles.ts';
import type { Judge, MemberChangeRequest, MemberChangeResult } from '../../store/database/members/member-change.ts';

/** The database that a policy comes from, as requests use it. */
export interface MemberDatabase {
  readonly members: RuntimeMemberships;
  /** Changes a membership, if the judge does not refuse it; live here once it resolves. */
  change(request: MemberChangeRequest, judge: Judge): Promise<MemberChangeResult>;
}
