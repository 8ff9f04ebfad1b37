import type { DatabaseState, Place, RuntimeAssignment, RuntimeMember } from '../../../policy/runtime-member.ts';
import type { ChangeFault } from '../../../review/members/assignment-rules.ts';
import type { Predecessor } from '../../../review/members/change-question.ts';
import type { SubjectId } from '../../../policy/subject.ts';

/** The change that somebody asks for. */
export interface MemberChangeRequest {
  readonly place: Place;
  readonly subject: SubjectId;
  /** All that the subject is to hold here from now on; none: the membership ends. */
  readonly assignments: readonly RuntimeAssignment[];
  readonly actor: SubjectId;
  /** Who hands over roles with `holders` to the subject, in the same transaction. */
  readonly inPlaceOf?: Predecessor | undefined;
  /** The organizations that the caller may change something in; undefined: all. */
  readonly within?: ReadonlySet<string> | undefined;
  /** Why, for the history. */
  readonly reason?: string | undefined;
  readonly precondition?: Precondition | undefined;
  readonly idempotency?: Idempotency | undefined;
}

/** `match`: the membership is there and has one of these tags; `none`: there is no membership. */
export type Precondition =
  | { readonly kind: 'match'; readonly tags: readonly string[] | 'any' }
  | { readonly kind: 'none' };

/** The same key with the same digest is the same request once more. */
export interface Idempotency {
  readonly key: string;
  /** Over all that makes the request what it is. */
  readonly digest: string;
}

export interface MemberChangeResult {
  /** Whom the change was about, as the request named it then. */
  readonly subject: SubjectId;
  readonly before: RuntimeMember | undefined;
  readonly after: RuntimeMember | undefined;
  /** Who handed over, and what is kept of them from then on; without assignments: nothing. */
  readonly replaced?: RuntimeMember | undefined;
  /** Of the database after the change; with `unchanged` as it was found. */
  readonly state: DatabaseState;
  /** Of the policy that was the published one then, as people are shown it. */
  readonly revision: string;
  /** `repeated`: the request was answered before, and all the rest is what it was answered then. */
  readonly outcome: 'changed' | 'unchanged' | 'repeated';
}

/** A row `g, subject, role, workspace` for Casbin, without its `g`. */
export type GroupingRule = readonly [subject: string, role: string, workspace: string];

/** Rows of what YAML gives a subject that were published, and hold no more, and those that hold again. */
export interface WrittenRules {
  readonly gone: readonly GroupingRule[];
  readonly back: readonly GroupingRule[];
}

/** A membership as it is to be kept. */
export interface JudgedMember {
  readonly assignments: readonly RuntimeAssignment[];
  /** The rows that the membership becomes for Casbin, at the time of the change. */
  readonly gRows: readonly GroupingRule[];
  readonly written?: WrittenRules | undefined;
  /** It is told in the history although nothing changes here: elsewhere another policy decides, which gives more still. */
  readonly isTold?: boolean | undefined;
}

/** The judge's word: what is to be written of the subject, and in a handover of who hands over. */
export interface Judgement extends Omit<JudgedMember, 'assignments'> {
  /** Undefined: as they were asked for. */
  readonly assignments?: readonly RuntimeAssignment[] | undefined;
  readonly replaced?: (JudgedMember & { readonly subject: SubjectId }) | undefined;
  /** The rows of memberships from now on that stay as they are: of those in a group that is the member, and of the same people. */
  readonly others?: readonly { readonly member: RuntimeMember; readonly gRows: readonly GroupingRule[] }[] | undefined;
}

/**
 * The judge of a change, asked inside the transaction, on what holds then, whether the change may be made. It throws to
 * refuse, and what it throws comes out of `changeMember` as it is.
 */
export type Judge = (before: RuntimeMember | undefined) => Judgement;

/** The changes since a state. */
export interface MissedChanges {
  /** The state these lead to. */
  readonly state: DatabaseState;
  /** The last value of each membership that changed; without assignments: it ended. */
  readonly members: readonly RuntimeMember[];
  /** Whether something was published, too. */
  readonly hasRelease: boolean;
}

export interface MemberChangeHooks {
  /** What the asking process knows of. */
  readonly since: DatabaseState;
  /**
   * Told what happened since, before the judge is asked, when something did. `unknown`: the state is not in this
   * database's history. It throws to give up; what it throws comes out of `changeMember` as it is.
   */
  readonly onMissed: (changes: MissedChanges | 'unknown') => void;
  readonly judge: Judge;
  /** The membership as it decides, where that is not as the database has it; a precondition may speak of either. */
  readonly deciding?: (() => RuntimeMember | undefined) | undefined;
}

/** The judge's refusal of a change that somebody asked for. Nothing was written. */
export class MemberChangeDenied extends Error {
  readonly fault: ChangeFault;

  constructor(fault: ChangeFault) {
    super(fault.message);
    this.name = 'MemberChangeDenied';
    this.fault = fault;
  }
}

export type MemberChangeFault = 'precondition-failed' | 'idempotency-key-reused';

/** The reason why the database did not take a change that somebody asked for. Nothing was written. */
export class MemberChangeRefused extends Error {
  readonly fault: MemberChangeFault;
  /** The membership as it is. */
  readonly current: RuntimeMember | undefined;

  constructor(fault: MemberChangeFault, message: string, current?: RuntimeMember) {
    super(message);
    this.name = 'MemberChangeRefused';
    this.fault = fault;
    this.current = current;
  }
}
