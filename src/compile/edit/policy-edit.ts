/** An edit of a policy, as a person or a program asks for it: what is to be, not how the text gets there. */
export type PolicyEdit =
  CreateRole | DuplicateRole | ChangeRole | RenameRole | DeleteRole | SetMember | RemoveMember | ExpectInTest;

export interface CreateRole {
  readonly edit: 'role.create';
  readonly workspace: string;
  readonly role: string;
  readonly title?: string;
  readonly description?: string;
  readonly extends?: readonly string[];
  readonly grants?: readonly string[];
  readonly without?: readonly string[];
  readonly denies?: readonly string[];
}

export interface DuplicateRole {
  readonly edit: 'role.duplicate';
  readonly workspace: string;
  /** A built-in role or one of the workspace. */
  readonly from: string;
  readonly role: string;
  readonly title?: string;
  readonly description?: string;
  /** `copy`: all that it gives now, spelled out. `extension`: it follows that role as it changes. */
  readonly as: 'copy' | 'extension';
}

export interface ChangeRole {
  readonly edit: 'role.change';
  readonly workspace: string;
  readonly role: string;
  readonly title?: string;
  readonly description?: string;
  /** What it is to give when this is done, and what not: `permission`, `permission@scope` or a wildcard of them. */
  readonly allow?: readonly string[];
  readonly disallow?: readonly string[];
}

export interface RenameRole {
  readonly edit: 'role.rename';
  readonly workspace: string;
  readonly role: string;
  readonly to: string;
}

export interface DeleteRole {
  readonly edit: 'role.delete';
  readonly workspace: string;
  readonly role: string;
  /** The role that its holders get; undefined: the default role. */
  readonly to?: string;
}

/** A role that a member is to hold; times as they are written in YAML. */
export interface HeldRoleEntry {
  readonly role: string;
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
}

export interface SetMember {
  readonly edit: 'member.set';
  readonly workspace: string;
  /** As it is written in YAML: `id`, or `type:id`. */
  readonly subject: string;
  /** All that it is to hold there. */
  readonly roles: readonly HeldRoleEntry[];
}

export interface RemoveMember {
  readonly edit: 'member.remove';
  readonly workspace: string;
  readonly subject: string;
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

export type RefusedEditCode =
  | 'unknown-workspace'
  | 'unknown-role'
  | 'unknown-member'
  | 'unknown-permission'
  | 'unknown-test'
  | 'role-exists'
  | 'retired-role'
  | 'built-in-role'
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

  constructor(code: RefusedEditCode, message: string, help?: string) {
    super(message);
    this.name = 'RefusedEdit';
    this.code = code;
    this.help = help;
  }
}
