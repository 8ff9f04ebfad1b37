import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import type { Position, Span } from '../../../policy/position.ts';

/** One of two policies that are compared, with the files it was compiled from: a cause is a line of them. */
export interface PolicySide {
  readonly policy: PolicySet;
  readonly files: readonly SourceFile[];
}

/** The meaning of a change of the policy for people: all of it, in plain data. */
export interface PolicyDifference {
  /** Every gain and loss, by workspace. */
  readonly changes: readonly AccessChange[];
  /** What the files say differently, told by itself: roles renamed, members moved, the catalog changed. */
  readonly notices: readonly Notice[];
}

/** Everybody in `subjects` gains, or loses, each of `permissions` in one workspace or company, for one cause. */
export interface AccessChange {
  readonly kind: 'gained' | 'lost';
  /** Its id; for what belongs to a company, `organization:` with the id of that. */
  readonly workspace: string;
  /** As they are written in YAML, sorted. */
  readonly subjects: readonly string[];
  /** `permission`, or `permission@scope`; `@self+team` is a request that is in both. In the order of the catalog. */
  readonly permissions: readonly string[];
  /** The first instant at which it differs; undefined: it does from now on. */
  readonly fromMs: number | undefined;
  /** The first instant at which it does not differ any more. */
  readonly untilMs: number | undefined;
  readonly cause: Cause;
}

export type CauseKind =
  | 'role-given'
  | 'role-taken'
  | 'role-deleted'
  | 'group-given'
  | 'group-taken'
  | 'group-joined'
  | 'group-left'
  | 'period-changed'
  | 'workspace-removed'
  | 'plan-changed'
  | 'organization-removed'
  | 'level-changed'
  | 'custom-roles-changed'
  | 'permission-added'
  | 'permission-removed'
  | 'scopes-changed'
  | 'baseline-added'
  | 'baseline-removed'
  | 'grant-added'
  | 'grant-removed'
  | 'extends-added'
  | 'extends-removed'
  | 'without-added'
  | 'without-removed'
  | 'deny-added'
  | 'deny-removed';

/** The reason of a change, with the line of YAML. */
export interface Cause extends Span {
  readonly kind: CauseKind;
  readonly role: string | undefined;
  /** Other roles, which the subjects hold and which follow that one by `extends`. */
  readonly through: readonly string[];
  /** One clause, with names in backticks: role `trainee` no longer takes it away. */
  readonly text: string;
  /** Whose line it is: what is gone has a line before only. */
  readonly side: 'before' | 'after';
  /** For a line of before: the line of after that stands nearest to it in meaning, where there is one. */
  readonly nearest: Position | undefined;
  /** When each subject has a line of its own, as with a membership: these, in the order of `subjects`. */
  readonly lines: readonly number[] | undefined;
}

export type NoticeKind =
  | 'permission-added'
  | 'permission-removed'
  | 'permission-changed'
  | 'permission-renamed'
  | 'permission-split'
  | 'permissions-merged'
  | 'scope-added'
  | 'scope-removed'
  | 'scope-renamed'
  | 'scope-changed'
  | 'baseline-changed'
  | 'exclusive-added'
  | 'exclusive-removed'
  | 'escalation-changed'
  | 'catalog-changed'
  | 'organization-added'
  | 'organization-removed'
  | 'organization-renamed'
  | 'plan-changed'
  | 'workspace-added'
  | 'workspace-removed'
  | 'workspace-renamed'
  | 'workspace-moved'
  | 'role-added'
  | 'role-removed'
  | 'role-renamed'
  | 'role-changed'
  | 'member-moved'
  | 'properties-changed'
  | 'runtime-moved'
  | 'runtime-ended'
  | 'runtime-taken-over'
  | 'runtime-returned'
  | 'runtime-agreed'
  | 'runtime-handed-over'
  | 'runtime-refused';

/** Something that the files say differently, whether or not it changes a decision by itself. */
export interface Notice {
  readonly kind: NoticeKind;
  /** One clause, with names in backticks. */
  readonly text: string;
  readonly workspace: string | undefined;
  readonly subjects: readonly string[];
  /**
   * Requests for these may be decided otherwise, though nobody gains or loses a scope: what a scope looks up has
   * changed, so the same request may now be in another one.
   */
  readonly mayDecideOtherwise: readonly string[];
  readonly position: Position | undefined;
  readonly side: 'before' | 'after';
}
