// What the sidecar answers, as far as the pages read it. /openapi.json has the whole of it.

export interface Subject {
  readonly type: string;
  readonly id: string;
}

/** By a link, at a provider, or by a proxy. */
export type SignInWay = 'try' | 'openid' | 'proxy';

export interface Session {
  readonly way: SignInWay;
  readonly actor?: Subject;
  /** Left out where a proxy signs people in. */
  readonly endsAt?: string;
  readonly signOutUrl?: string;
  readonly takesChanges: boolean;
  /** Where changes may be written; the first where nobody says which. */
  readonly writes: readonly ChangeMode[];
  /** Whether they may look at the sidecars themselves. */
  readonly isOperator: boolean;
  /** Whether there is a review of past decisions to look at. */
  readonly hasReview: boolean;
  readonly revision: string;
}

export type ChangeMode = 'files' | 'commit' | 'propose' | 'database';

export interface ActorChoice {
  readonly subject: Subject;
  readonly roles: readonly string[];
  readonly workspace?: string;
  readonly title?: string;
  readonly organization?: string;
}

export interface Permission {
  readonly permission: string;
  readonly title: string;
  readonly caution?: string;
  readonly spans: 'workspace' | 'organization';
  readonly scopes: readonly string[];
  readonly requires: readonly string[];
  readonly controls?: 'members' | 'roles';
  readonly plans?: readonly string[];
}

export interface Category {
  readonly category: string;
  readonly permissions: readonly Permission[];
}

export interface Catalog {
  readonly categories: readonly Category[];
  readonly defaultRole?: string;
  readonly baseline: readonly string[];
  readonly escalation: 'allow' | 'prevent';
  readonly customRoles: { readonly plans?: readonly string[] };
  readonly subjectTypes: readonly string[];
}

export interface GivenRole {
  readonly role: string;
  readonly title: string;
  readonly source: 'git' | 'database';
  readonly spans: string;
  readonly time: 'holds' | 'begins' | 'ended' | 'waits';
  readonly group?: string;
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface Workspace {
  readonly workspace: string;
  readonly title: string;
  readonly organization?: string;
  readonly roles?: readonly GivenRole[];
}

export interface Role {
  readonly role: string;
  readonly title: string;
  readonly description?: string;
  readonly builtIn: boolean;
  readonly organization?: string;
  readonly spans: 'workspace' | 'organization' | 'memberships' | 'everything';
  readonly extends: readonly string[];
  readonly grants: readonly string[];
  readonly denies: readonly string[];
  readonly holders?: number | string;
  readonly holderCount?: number;
  readonly firstHolders?: readonly Subject[];
}

export interface Roles {
  readonly plan?: string;
  readonly customRoles: boolean;
  readonly roles: readonly Role[];
}

export type CellState =
  | 'own'
  | 'inherited'
  | 'everybody'
  | 'none'
  | 'taken-out'
  | 'cannot'
  | 'denied'
  | 'off-plan'
  | 'no-request';

export interface Cell {
  readonly permission: string;
  readonly scope?: string;
  readonly decision: boolean;
  readonly state: CellState;
  readonly from?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface Person {
  readonly subject: Subject;
  readonly name?: string;
  readonly roles: readonly GivenRole[];
}

export interface WrittenRole {
  readonly file: string;
  readonly line: number;
  readonly extends: readonly string[];
  readonly grants: readonly string[];
  readonly without: readonly string[];
  readonly denies?: readonly string[];
}

export interface RoleInFull {
  readonly role: string;
  readonly title: string;
  readonly description?: string;
  readonly builtIn: boolean;
  readonly definedBy?: string;
  readonly spans: Role['spans'];
  readonly etag: string;
  readonly written: WrittenRole;
  readonly cells: readonly Cell[];
  readonly holderCount: number;
  readonly holders: readonly Person[];
  readonly next?: string;
}

export interface People {
  readonly count: number;
  readonly people: readonly Person[];
  readonly next?: string;
}

export interface HeldPermission {
  readonly permission: string;
  readonly title: string;
  readonly category: string;
  readonly decision: boolean;
  readonly scopes?: Readonly<Record<string, boolean>>;
  readonly movedTo?: unknown;
}

export interface Permissions {
  readonly roles: readonly { readonly role: string; readonly title: string }[];
  readonly controls: readonly ('members' | 'roles')[];
  readonly permissions: readonly HeldPermission[];
}

export interface AllowedPermission {
  readonly permission: string;
  readonly title: string;
  readonly category: string;
  readonly everybody: boolean;
  readonly scopes?: Readonly<Record<string, boolean>>;
  readonly roles: readonly {
    readonly role: string;
    readonly scopes?: readonly string[];
    readonly file?: string;
    readonly line?: number;
  }[];
}

export interface AccessPlace {
  readonly workspace?: string;
  readonly organization?: string;
  readonly title?: string;
  readonly roles: readonly GivenRole[];
  readonly groups?: readonly { readonly group: string; readonly source: 'git' | 'database' }[];
  readonly permissions?: readonly AllowedPermission[];
}

export interface SubjectAccess {
  readonly subject: Subject;
  readonly places: readonly AccessPlace[];
}
