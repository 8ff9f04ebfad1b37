import type { RoleSpan } from '../../policy/role.ts';
import type { JsonObject, JsonValue } from '../../policy/text/json.ts';

// The files as written, once their schema holds. What they mean is in policy/: `Role` for `RoleEntry`, and so on.

export interface RolesFile {
  readonly subjectTypes?: readonly string[];
  readonly scopes?: Readonly<Record<string, ScopeEntry>>;
  readonly permissions: Readonly<Record<string, Readonly<Record<string, string | PermissionEntry>>>>;
  readonly baseline?: readonly string[];
  readonly roles: Readonly<Record<string, RoleEntry>>;
  readonly defaultRole?: string;
  readonly staff?: MemberEntries;
  readonly plans?: readonly string[];
  readonly organizationProperties?: JsonObject;
  readonly customRoles?: { readonly plans?: readonly string[]; readonly without?: readonly string[] };
  readonly exclusive?: readonly (readonly [string, string])[];
  readonly escalation?: 'allow' | 'prevent';
  readonly waive?: readonly WaiverEntry[];
}

export interface WaiverEntry extends Partial<Readonly<Record<FindingWord, string>>> {
  readonly check: string;
  readonly reason: string;
  readonly until: string;
}

/** The words that say what a finding is about. */
export const findingWords = ['organization', 'workspace', 'role', 'member', 'permission', 'scope', 'file'] as const;

export type FindingWord = (typeof findingWords)[number];

export interface ScopeEntry {
  readonly title?: string;
  readonly when?: Readonly<Record<string, JsonValue>>;
}

export interface PermissionEntry {
  readonly title: string;
  readonly description?: string;
  readonly scopes?: readonly string[];
  readonly requires?: readonly string[];
  readonly caution?: string;
  readonly controls?: 'members' | 'roles';
  readonly plans?: readonly string[];
  readonly was?: string | readonly string[];
  readonly spans?: 'workspace' | 'organization';
}

export interface RoleEntry {
  readonly title?: string;
  readonly description?: string;
  readonly extends?: string | readonly string[];
  readonly grants?: readonly string[];
  readonly without?: readonly string[];
  readonly denies?: readonly string[];
  readonly spans?: RoleSpan;
  /** `"1+"`: so many at least. */
  readonly holders?: number | string;
  readonly assigns?: readonly string[];
}

export interface OrganizationFile {
  readonly organization: string;
  readonly formerly?: string;
  readonly title?: string;
  readonly plan?: string;
  readonly properties?: JsonObject;
  readonly roles?: Readonly<Record<string, RoleEntry>>;
  readonly retired?: Readonly<Record<string, string>>;
  readonly members?: MemberEntries;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly formerGroups?: Readonly<Record<string, string>>;
}

export interface WorkspaceFile {
  readonly workspace: string;
  readonly formerly?: string;
  readonly title?: string;
  readonly roles?: Readonly<Record<string, RoleEntry>>;
  readonly retired?: Readonly<Record<string, string>>;
  readonly members?: MemberEntries;
}

export type MemberEntries = Readonly<Record<string, AssignmentEntries | MemberEntry>>;

export type AssignmentEntries = string | readonly (string | AssignmentEntry)[];

export interface MemberEntry {
  readonly roles: AssignmentEntries;
  readonly properties?: JsonObject;
}

export interface AssignmentEntry {
  readonly role: string;
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
}

export interface TestFile {
  readonly now?: string;
  readonly tests: readonly TestEntry[];
}

export interface TestEntry {
  readonly name: string;
  /** One of the two. */
  readonly workspace?: string;
  readonly organization?: string;
  readonly as: SubjectEntry | readonly SubjectEntry[];
  readonly with?: TestAttributes;
  readonly can?: readonly string[];
  readonly cannot?: readonly string[];
}

export interface TestAttributes {
  readonly resource?: JsonObject;
  readonly context?: JsonObject;
  readonly properties?: JsonObject;
  readonly organization?: { readonly properties: JsonObject };
}

export type SubjectEntry = string | { readonly role: string | readonly string[] };

export function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}
