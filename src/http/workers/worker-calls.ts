import type { EndedSession } from '../sessions/session.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import type { Acceptance } from '../../store/live/change-budget.ts';
import type { MetricObject } from 'prom-client';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import type { AskedChange, ChangeFilter, ChangeList, ToldAnswer } from '../../store/changes/asked-change.ts';
import type { GivenFiles } from '../../store/live/given-policy.ts';
import type { FleetReading } from '../../store/database/following/fleet.ts';
import type { MemberChangeRequest } from '../../store/database/members/member-change.ts';
import type { SubjectRemovalRequest, SubjectRemovalResult } from '../../store/database/members/remove-subject.ts';
import type { PassedChange } from './passed-change.ts';
import type { PassedFailure } from './passed-failure.ts';
import type {
  MemberNews,
  NextPolicy,
  NextMembers,
  ReloadOutcome,
  RevisionStand,
  SourceStanding,
} from '../../store/live/policy-source.ts';
import type { Handlers, ProcessLink } from './process-link.ts';

/** The numbers that one process measured, as prom-client passes it on. */
export type MetricsReport = readonly MetricObject[];

/** The outcome of writing lines to the decision log. */
export interface DecisionsWritten {
  readonly bytesWritten: number;
  /** Undefined: everything was written. */
  readonly failure: string | undefined;
}

/** A reading of the fleet as one process tells another, or why there is none. */
export type PassedFleet = { readonly kind: 'done'; readonly reading: FleetReading } | PassedFailure;

/** The outcome of a change of the policy, as one process tells another. */
export type PassedPolicyChange = { readonly kind: 'done'; readonly answer: ToldAnswer } | PassedFailure;

export type PassedChangeList = { readonly kind: 'done'; readonly list: ChangeList } | PassedFailure;

/** The calls that the primary makes of a worker. */
export interface WorkerCalls {
  /** Some of the files of the next policy; one message may not hold them all. */
  takeFiles(files: GivenFiles): void;
  /** Memberships come next, which go live together with the policy that is prepared next. */
  beginMembers(next: Omit<NextMembers, 'members'>): void;
  takeMembers(members: readonly RuntimeMember[]): void;
  /** Change memberships under what is live, in one turn. */
  changeMembers(news: MemberNews): void;
  /** Compile them beside what is live. Fails unless they give the policy of this digest. */
  prepare(next: Pick<NextPolicy, 'digest' | 'judgedAtMs'>): void;
  /** Make it live. */
  swap(digest: string): void;
  /** The same of the second policy, which goes live by itself. */
  takeShadowFiles(files: GivenFiles): void;
  swapShadow(next: Pick<NextPolicy, 'digest' | 'judgedAtMs'>): void;
  /** How the source stands, after each look at it. */
  noteStanding(standing: SourceStanding): void;
  /** When the source of the policy was heard last. */
  noteWord(atMs: number): void;
  /** Be ready to take connections. */
  listen(): void;
  /** A connection comes with it. Answered by `noteTaken` where that is wanted. */
  takeConnection(wantsWord: boolean): void;
  /** Answered by `noteBeat`, with the same number. */
  beat(beat: number): void;
  readTokens(): void;
  /** Somebody signed out of the pages, at another worker. */
  endSession(ended: EndedSession): void;
  reportMetrics(): MetricsReport;
  /** So many of the requests that were answered last, at most. */
  tellRequests(most: number): readonly EnforceRequest[];
  /** Answer what is in flight, and end. Answered when it begins to. */
  stop(): void;
}

/** The calls that a worker makes of the primary. */
export interface PrimaryCalls {
  /** It can be asked now. */
  join(): void;
  /** So many connections were taken since it began. */
  noteTaken(taken: number): void;
  noteBeat(sign: { readonly beat: number; readonly taken: number }): void;
  /** It is still at work on what it was asked for. */
  noteProgress(): void;
  reload(): ReloadOutcome;
  /** Let a policy go live that changes too much. */
  acceptPolicy(policy: string): Acceptance;
  /** Whether what all workers answer from is at least as new. */
  reach(asked: { readonly wanted: Revision; readonly waitMs: number }): RevisionStand;
  /** Answered when all workers have it. */
  changeMember(request: MemberChangeRequest): PassedChange;
  /** Answered when all workers answer by it. */
  askChange(change: AskedChange): PassedPolicyChange;
  listChanges(filter: ChangeFilter): PassedChangeList;
  /** Somebody signed out of the pages. Answered when all workers know it. */
  endSession(ended: EndedSession): void;
  /** A hook told of a push. */
  hearPush(): void;
  removeSubject(request: SubjectRemovalRequest): PassedChange<SubjectRemovalResult>;
  readFleet(): PassedFleet;
  describePolicy(): object;
  reportMetrics(): string;
  writeDecisions(lines: Uint8Array): DecisionsWritten;
  /** To the shadow log. */
  writeDifferences(lines: Uint8Array): DecisionsWritten;
}

/** The link as the primary has it. */
export type LinkToWorker = ProcessLink<WorkerCalls, PrimaryCalls>;
export type PrimaryHandlers = Handlers<PrimaryCalls>;

/** The link as a worker has it. */
export type LinkToPrimary = ProcessLink<PrimaryCalls, WorkerCalls>;
export type WorkerHandlers = Handlers<WorkerCalls>;
