/** Somebody who asks. A string is an id of the first subject type, as it stands, even with a colon. */
export type Subject =
  | string
  | { readonly type: string; readonly id: string; readonly properties?: Readonly<Record<string, unknown>> };

/** A question for one decision. It names a `workspace`, or a company by `organization`. */
export interface Question<Permission extends string = string, Scope extends string = string> {
  readonly subject: Subject;
  readonly workspace?: string;
  readonly organization?: string;
  readonly permission: Permission;
  /** The scopes that the request is in; without it they are found from `when`. */
  readonly scope?: Scope | readonly Scope[];
  /** What `when` looks up. */
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** A decision, and the policy that it was made by. */
export interface Decision {
  readonly decision: boolean;
  /** The revision that was live, for the whole of a batch the same. */
  readonly revision: string;
  /** Why; only where `explain` was asked for. */
  readonly reason?: Reason;
}

/** Why a decision is as it is. */
export interface Reason {
  /** `granted` is the only one that allows. */
  readonly code: string;
  readonly message: string;
  readonly [more: string]: unknown;
}

/** What can be said with every call. */
export interface CallOptions {
  /** Gives the call up; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** For this call alone, in milliseconds. */
  readonly timeoutMs?: number;
  /** A revision that the answer must not be older than; undefined: that of the client's last change. */
  readonly minRevision?: string;
}

/** What can be said with a question. */
export interface DecisionOptions extends CallOptions {
  /** Asks for the reason, which costs more than the decision. */
  readonly explain?: boolean;
}

/** What can be said where something is read for a person. */
export interface ReadOptions extends CallOptions {
  /** Whoever it is read for: the answer has nothing that they may not know. Never what came from a browser. */
  readonly actor?: SubjectName;
}

/** Somebody by type and id; a string is an id of the first subject type. */
export type SubjectName = string | { readonly type: string; readonly id: string };

/** A workspace, or a company. */
export type Place =
  | { readonly workspace: string; readonly organization?: undefined }
  | { readonly organization: string; readonly workspace?: undefined };
