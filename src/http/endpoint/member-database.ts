import type { RuntimeMemberships } from '../../review/members/member-roles.ts';
import type { MemberChangeRequest, MemberChangeResult } from '../../store/database/members/member-change.ts';

/** The database that a policy comes from, as requests use it. */
export interface MemberDatabase {
  readonly members: RuntimeMemberships;
  /** Changes a membership, if it may be changed by the time that this clock tells then; live here once it resolves. */
  change(request: MemberChangeRequest, now: () => number): Promise<MemberChangeResult>;
}
