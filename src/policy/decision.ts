import type { JsonObject } from './text/json.ts';

/** The question of an application: may this subject do this, here? Checked before anything else sees it. */
export interface EnforceRequest {
  readonly subjectType: string;
  readonly subjectId: string;
  readonly subjectProperties?: JsonObject | undefined;
  /** Where it is asked: a workspace, or in its place an organization itself. */
  readonly workspace: string | undefined;
  readonly organization?: string | undefined;
  /** `resource:action`. */
  readonly permission: string;
  /** The scopes the application says the request is in; undefined: they are found from `when`. */
  readonly scopes?: readonly string[] | undefined;
  readonly resource?: JsonObject | undefined;
  readonly context?: JsonObject | undefined;
  /** In place of what the organization has set: for policy tests, never from a caller. */
  readonly organizationProperties?: JsonObject | undefined;
}

/** `granted` is the only one that allows. */
export type ReasonCode =
  | 'granted'
  | 'unknown-workspace'
  | 'unknown-organization'
  | 'not-a-member'
  | 'grant-expired'
  | 'grant-not-started'
  | 'unknown-permission'
  | 'wrong-span'
  | 'unknown-scope'
  | 'not-in-scope'
  | 'missing-attribute'
  | 'not-in-plan'
  | 'not-granted'
  | 'denied-by-role'
  | 'stale-policy'
  | 'error';

/** The reason of a decision. It tells about the asking subject and about roles, never about other subjects. */
export interface Reason {
  readonly code: ReasonCode;
  /** One sentence for a person. */
  readonly message: string;
  /** The role that granted or denied, or whose time is over or to come. */
  readonly role?: string;
  /** The group by which the subject holds that role; left out where it holds it itself. */
  readonly group?: string;
  /** The YAML line that granted or denied: path, line, column. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** For `not-granted`: the roles of the workspace that would allow it. */
  readonly rolesThatAllow?: readonly string[];
  /** How many there are, when those are only the first of them. */
  readonly rolesThatAllowCount?: number;
  /** For an unknown name: the nearest known one. */
  readonly didYouMean?: string;
  /** For `missing-attribute`: the paths of `when` that are missing, or whose values cannot be compared. */
  readonly paths?: readonly string[];
  /** When the source of the policy was heard last, RFC 3339, when that is longer ago than it may be. */
  readonly staleSince?: string;
}

export interface Decision {
  readonly decision: boolean;
  readonly reason: Reason;
}
