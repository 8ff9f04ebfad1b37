import type { Fleet } from '../../store/database/following/fleet.ts';
import type { ChangeDesk } from '../../store/changes/asked-change.ts';
import type { ReviewFile } from '../../store/decisions/review-file.ts';
import type { LoadedPolicy, PolicySource } from '../../store/live/policy-source.ts';
import type { AccessControl } from '../access/access-control.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { AuditLog } from '../logging/audit-log.ts';
import type { Ceilings } from '../ceilings/ceilings.ts';
import type { DecisionLog } from '../logging/decision-log.ts';
import type { Logger } from '../logging/log.ts';
import type { RememberedRequests } from '../budget/remembered-requests.ts';
import type { Acceptance } from '../../store/live/change-budget.ts';
import type { ShadowJudge } from '../shadow/shadow-judge.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Staleness } from '../../store/live/staleness.ts';
import type { RuntimeMemberships } from '../../review/members/member-roles.ts';
import type { MemberChangeRequest, MemberChangeResult } from '../../store/database/members/member-change.ts';
import type { SubjectRemovalRequest, SubjectRemovalResult } from '../../store/database/members/remove-subject.ts';

/** The things that are told of the whole sidecar, which may be several processes; whichever of them is asked. */
export interface WholeSidecar {
  describePolicy(): object | Promise<object>;
  reportMetrics(): Promise<string>;
}

/** The database that a policy comes from, as requests use it. */
export interface MemberDatabase {
  readonly members: RuntimeMemberships;
  /** Changes a membership, if it may be changed by the time that this clock tells then; live here once it resolves. */
  change(request: MemberChangeRequest, now: () => number): Promise<MemberChangeResult>;
  /** Ends all memberships of a subject, in the same way. */
  removeSubject(request: SubjectRemovalRequest, now: () => number): Promise<SubjectRemovalResult>;
}

/** The repository that a policy comes from, as a hook tells of it. */
export interface GitHook {
  /** A full name. */
  readonly ref: string;
  /** Read anew each time. Rejects with a RolebookError where there is none. */
  readSecret(): Promise<string>;
  /** Looks at the repository, as soon as it can. */
  hear(): void;
}

/** The desk where a policy is accepted that changes more than may change at once. */
export interface AcceptanceDesk {
  /** `policy`: the twelve digits of its revision. */
  accept(policy: string): Promise<Acceptance>;
}

/** The things that every route works with. */
export interface SidecarContext {
  readonly live: PolicySource;
  /** Where memberships are kept that are given at run time; undefined: nowhere. */
  readonly database?: MemberDatabase | undefined;
  /** Undefined: no hooks are taken. */
  readonly gitHook?: GitHook | undefined;
  /** Where the policy is changed; undefined: not here. */
  readonly changes?: ChangeDesk | undefined;
  /** What was changed where nothing is changed here; undefined: nobody knows. */
  readonly history?: Pick<ChangeDesk, 'list'> | undefined;
  /** A review of past decisions; undefined: there is none. It rejects with a BrokenReview. */
  readonly review?: Pick<ReviewFile, 'read'> | undefined;
  /** The sidecars of that database. */
  readonly fleet?: Pick<Fleet, 'tell'> | undefined;
  readonly access: AccessControl;
  /** Who is signed in to the pages; undefined: there are no pages here. */
  readonly sessions?: Sessions | undefined;
  readonly audit: AuditLog;
  readonly decisionLog: DecisionLog | undefined;
  /** What a second policy would have answered; undefined: there is none. */
  readonly shadow?: ShadowJudge | undefined;
  /** What was asked last, by which new policies are judged; undefined: none is. */
  readonly remembered?: RememberedRequests | undefined;
  /** Where a policy is accepted that changes too much; undefined: none is kept back. */
  readonly budget?: AcceptanceDesk | undefined;
  /** Of this process. */
  readonly metrics: Metrics;
  readonly ceilings: Ceilings;
  readonly whole: WholeSidecar;
  readonly log: Logger;
  readonly now: () => number;
  readonly staleness: Staleness;
  readonly lifecycle: { isStopping: boolean };
}

/**
 * The policy that is live at this moment. A route takes it once and answers from it alone, so that no answer mixes
 * two policies.
 */
export function currentPolicy(context: SidecarContext): LoadedPolicy {
  const { current } = context.live;
  if (current !== undefined) return current;
  throw new ApiProblem('no-policy', 'the policy files could not be loaded yet; GET /v1/policy says why', {
    headers: { 'Retry-After': '1' },
  });
}
