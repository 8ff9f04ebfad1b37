import type { Reason } from '../policy/decision.ts';
import type { Problem } from '../policy/problem.ts';
import type { JsonObject } from '../policy/text/json.ts';

/** Somebody who asks: a string is an id of the first subject type, as it stands; other types come as an object. */
export type Subject = string | { readonly type: string; readonly id: string; readonly properties?: Attributes };

/** Attributes that the `when` of a scope may look up: plain data, as JSON has it. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A question of an application: may this subject do this, here? The same as `POST /v1/enforce` takes. */
export interface PolicyQuestion<Permission extends string = string, Scope extends string = string> {
  readonly subject: Subject;
  /** Where it is asked; in its place `organization`, for a permission that spans it. */
  readonly workspace?: string | undefined;
  readonly organization?: string | undefined;
  /** `resource:action`. */
  readonly permission: Permission;
  /** The scopes the request is in. Without it they are found from `when`, `resource` and `context`. */
  readonly scope?: Scope | readonly Scope[] | undefined;
  readonly resource?: Attributes | undefined;
  readonly context?: Attributes | undefined;
}

/** A decision with its reason, and the revision of the policy that made it. */
export interface ExplainedDecision {
  readonly decision: boolean;
  readonly reason: Reason;
  readonly revision: string;
}

/** A role that somebody holds. Times are RFC 3339; it holds before `until`. */
export interface RoleOfPerson {
  readonly role: string;
  readonly title: string;
  readonly from?: string;
  readonly until?: string;
  /** The group that holds it, of which the subject is one. */
  readonly group?: string;
}

/** A permission, and whether somebody has it. */
export interface PermissionState {
  readonly permission: string;
  readonly title: string;
  readonly category: string;
  /** Allowed in at least one scope. */
  readonly decision: boolean;
  /** Each scope by itself, where the permission has scopes. */
  readonly scopes?: Readonly<Record<string, boolean>>;
  /** What it has become, for a former id. */
  readonly movedTo?: readonly string[];
}

/** The permissions that a user interface shows or greys out for one subject at one place. */
export interface Permissions {
  readonly revision: string;
  readonly roles: readonly RoleOfPerson[];
  readonly permissions: readonly PermissionState[];
}

/** An outcome of a look at the source. Whatever it is, a good policy that was live before decides on. */
export interface Reload {
  /** `unchanged` is told only of a look that somebody asked for. */
  readonly outcome: 'loaded' | 'unchanged' | 'failed';
  /** The revision that decides now. */
  readonly revision: string;
  /** Why it failed; undefined where it did not, or where only the files have problems. */
  readonly error: string | undefined;
  /** What is wrong in the files, warnings too; of very many the first. */
  readonly problems: readonly Problem[];
}

/** A policy that decides in this process. */
export interface PolicyEngine<Permission extends string = string, Scope extends string = string> {
  /** Twelve digits of the policy that decides now. */
  readonly revision: string;
  /** The source could not be read the last time, or what is there is no good: what decides may be older. */
  readonly isStale: boolean;
  /** May this subject do this, here? Throws a RolebookError for what is no question, which is never an allow. */
  decide(question: PolicyQuestion<Permission, Scope>): boolean;
  /** The same decision with its reason. */
  explain(question: PolicyQuestion<Permission, Scope>): ExplainedDecision;
  /** All permissions of a workspace, or of a company itself, with the decision for a subject. */
  permissions(subject: Subject, place: string | { readonly organization: string }): Permissions;
  /** Looks at the source now. Never rejects. */
  reload(): Promise<Reload>;
  /** Ends it. Nothing is decided afterwards. */
  close(): Promise<void>;
}

export type { JsonObject, Problem, Reason };
