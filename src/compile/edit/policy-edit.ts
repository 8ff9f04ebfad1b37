import type { RoleSpan } from '../../policy/role.ts';
import type { FindingWord } from '../file/entries.ts';
import type { JsonObject } from '../../policy/text/json.ts';

/** An edit of a policy, as a person or a program asks for it: what is to be, not how the text gets there. */
export type PolicyEdit =
  | CreateRole
  | DuplicateRole
  | ChangeRole
  | RenameRole
  | DeleteRole
  | SetMember
  | RemoveMember
  | SetGroup
  | RenameGroup
  | RemoveGroup
  | CreateWorkspace
  | RenameWorkspace
  | CreateOrganization
  | ChangeOrganization
  | RenamePermission
  | ExpectInTest
  | LeaveTest
  | AddWaiver
  | EndWaiver;

/** The place in which an edit is made: a workspace, or an organization. */
export type EditedPlace =
  | { readonly workspace: string; readonly organization?: undefined }
  | { readonly organization: string; readonly workspace?: undefined };

/** How far a role of a company may span. */
export const companySpans = ['workspace', 'organization', 'memberships'] as const satisfies readonly RoleSpan[];

export type CompanySpan = (typeof companySpans)[number];

export type CreateRole = EditedPlace & {
  readonly edit: 'role.create';
  readonly role: string;
  readonly title?: string;
  readonly description?: string;
  /** Of a company's role alone; undefined: `workspace`. */
  readonly spans?: CompanySpan;
  readonly extends?: readonly string[];
  readonly grants?: readonly string[];
  readonly without?: readonly string[];
  readonly denies?: readonly string[];
};

export type DuplicateRole = EditedPlace & {
  readonly edit: 'role.duplicate';
  /** A built-in role or one that the place sees. */
  readonly from: string;
  readonly role: string;
  readonly title?: string;
  readonly description?: string;
  /** Of a company's role alone; undefined: as far as the other. */
  readonly spans?: CompanySpan;
  /** `copy`: all that it gives now, spelled out. `extension`: it follows that role as it changes. */
  readonly as: 'copy' | 'extension';
};

export type ChangeRole = EditedPlace & {
  readonly edit: 'role.change';
  readonly role: string;
  readonly title?: string;
  readonly description?: string;
  /** What it is to give when this is done, and what not: `permission`, `permission@scope` or a wildcard of them. */
  readonly allow?: readonly string[];
  readonly disallow?: readonly string[];
  /** All the roles that it is to follow; undefined: those that it follows. */
  readonly extends?: readonly string[];
  /** Wildcards that are to stand among its grants: what they mean it gives, also what is added to the catalog later. */
  readonly always?: readonly string[];
  /** Wildcards that are not to: each grant by a wildcard that means some of this is spelled out as it is today. */
  readonly spelled?: readonly string[];
};

export type RenameRole = EditedPlace & {
  readonly edit: 'role.rename';
  readonly role: string;
  readonly to: string;
};

export type DeleteRole = EditedPlace & {
  readonly edit: 'role.delete';
  readonly role: string;
  /** The role that its holders get; undefined: the default role. */
  readonly to?: string;
};

/** A role that a member is to hold; times as they are written in YAML. */
export interface HeldRoleEntry {
  readonly role: string;
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
}

export type SetMember = EditedPlace & {
  readonly edit: 'member.set';
  /** As it is written in YAML: `id`, or `type:id`. */
  readonly subject: string;
  /** All that it is to hold there. */
  readonly roles: readonly HeldRoleEntry[];
};

export type RemoveMember = EditedPlace & {
  readonly edit: 'member.remove';
  readonly subject: string;
};

/** Somebody, and all that they hold at a place. */
export type FirstMember = Pick<SetMember, 'subject' | 'roles'>;

export interface SetGroup {
  readonly edit: 'group.set';
  readonly organization: string;
  readonly group: string;
  /** All who are to be in it, as they are written in YAML. */
  readonly subjects: readonly string[];
}

export interface RenameGroup {
  readonly edit: 'group.rename';
  readonly organization: string;
  readonly group: string;
  readonly to: string;
}

export interface RemoveGroup {
  readonly edit: 'group.remove';
  readonly organization: string;
  readonly group: string;
}

export interface CreateWorkspace {
  readonly edit: 'workspace.create';
  readonly workspace: string;
  readonly title?: string;
  /** Undefined: the only one there is, or none. */
  readonly organization?: string;
  readonly members?: readonly FirstMember[];
}

export interface RenameWorkspace {
  readonly edit: 'workspace.rename';
  readonly workspace: string;
  readonly to: string;
}

export interface CreateOrganization {
  readonly edit: 'organization.create';
  readonly organization: string;
  readonly title?: string;
  readonly plan?: string;
  readonly properties?: JsonObject;
  readonly members?: readonly FirstMember[];
}

export interface ChangeOrganization {
  readonly edit: 'organization.change';
  readonly organization: string;
  readonly title?: string;
  readonly plan?: string;
  /** What is to be set; `null` sets it no more, and others stay. */
  readonly properties?: JsonObject;
}

/** Stands alone in a change: nobody gains or loses by it. */
export interface RenamePermission {
  readonly edit: 'permission.rename';
  readonly permission: string;
  readonly to: string;
  /** `was`: its former id goes on meaning it. `nothing`: only the files are changed. */
  readonly keeps: 'was' | 'nothing';
}

export interface ExpectInTest {
  readonly edit: 'test.expect';
  /** The file of the test, below the policy folder. */
  readonly file: string;
  /** The test's name. */
  readonly test: string;
  /** As it is written in the test: `permission`, `permission@scope` or a wildcard. */
  readonly permission: string;
  /** The list in which it is to stand. */
  readonly expect: 'can' | 'cannot';
}

/** Takes a subject out of the tests of a file that name it, and a test that names nobody else. */
export type LeaveTest = EditedPlace & {
  readonly edit: 'test.leave';
  readonly file: string;
  readonly subject: string;
};

/** A finding accepted, in the words of `waive` in roles.yaml. Nobody gains or loses anything by it. */
export interface AddWaiver {
  readonly edit: 'waiver.add';
  readonly check: string;
  readonly about: Readonly<Partial<Record<FindingWord, string>>>;
  readonly reason: string;
  /** A date or a time, as it is to be written. */
  readonly until: string;
}

/** A finding that is accepted no more: its line goes from `waive`, and the finding is back. */
export interface EndWaiver extends Pick<AddWaiver, 'check' | 'about'> {
  readonly edit: 'waiver.end';
}

export type RefusedEditCode =
  | 'unknown-workspace'
  | 'unknown-organization'
  | 'unknown-group'
  | 'unknown-role'
  | 'unknown-member'
  | 'unknown-permission'
  | 'unknown-test'
  | 'unknown-waiver'
  | 'bad-id'
  | 'role-exists'
  | 'place-exists'
  | 'permission-exists'
  | 'file-exists'
  | 'group-exists'
  | 'waiver-exists'
  | 'group-in-use'
  | 'place-in-use'
  | 'former-id-in-use'
  | 'decision-changed'
  | 'not-alone'
  | 'retired-role'
  | 'built-in-role'
  | 'role-of-organization'
  | 'extended-role'
  | 'baseline'
  | 'denied-by-parent'
  | 'out-of-reach'
  | 'contradiction'
  | 'unusual-layout';

/** An edit that cannot be made, and why; nothing is written. */
export class RefusedEdit extends Error {
  readonly code: RefusedEditCode;
  readonly help: string | undefined;
  /** Which of the edits it is, from 0, where several are made together. */
  readonly edit: number | undefined;

  constructor(code: RefusedEditCode, message: string, help?: string, edit?: number) {
    super(message);
    this.name = 'RefusedEdit';
    this.code = code;
    this.help = help;
    this.edit = edit;
  }
}
