import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { AskedEdit } from '../../../../src/review/changes/asked-edit.ts';
import type {
  AskedChange,
  ChangeAnswer,
  ChangeRefusal,
  MadeChange,
} from '../../../../src/store/changes/asked-change.ts';
import { FolderChanges, type FolderChangesOptions } from '../../../../src/store/changes/folder/folder-changes.ts';
import { createGitPolicy, type GitPolicy } from '../../../support/git-policy.ts';

const rolesYaml = `permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
  People:
    people:manage: { title: Manage people, controls: members }
    role:manage: { title: Manage roles, controls: roles }
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
defaultRole: member
`;

export const support = `# Support.
workspace: support
roles:
  # Writes.
  writer: { extends: member, grants: [doc:edit] }   # for now
members:
  ana@acme.example: admin
  bo: writer
  cy: member
`;

export const committedFiles = {
  'README.md': 'Ours.\n',
  'access/roles.yaml': rolesYaml,
  'access/policies/support.yaml': support,
  'access/policies/sales.yaml': 'workspace: sales\nmembers:\n  ana@acme.example: admin\n',
};

export const file = 'access/policies/support.yaml';

/** A policy directory in a folder of a repository, whose changes are commits. */
export interface CommittedPolicy {
  readonly repository: GitPolicy;
  readonly root: string;
  readonly changes: FolderChanges;
  readonly read: (path?: string) => Promise<string>;
  /** `git status`, a line each, without a word where all is as it was committed. */
  readonly status: () => string;
  readonly another: (options?: FolderChangesOptions) => FolderChanges;
}

export const nowMs = Date.UTC(2026, 10, 20, 9);

export async function createCommittedPolicy(
  files: Record<string, string> = committedFiles,
  options: FolderChangesOptions = {},
): Promise<CommittedPolicy> {
  const repository = await createGitPolicy(files);
  repository.commit('First');
  const root = join(repository.root, 'access');
  const another = (more: FolderChangesOptions = {}): FolderChanges =>
    new FolderChanges(root, { now: () => nowMs, writing: { kind: 'commit' }, ...options, ...more });
  return {
    repository,
    root,
    changes: another(),
    another,
    read: (path = file) => readFile(join(repository.root, path), 'utf8'),
    status: () => repository.git('status', '--porcelain'),
  };
}

export const give: AskedEdit = {
  edit: 'member.set',
  workspace: 'support',
  subject: 'cy',
  roles: [{ role: 'writer' }],
};
export const allow: AskedEdit = {
  edit: 'role.change',
  workspace: 'support',
  role: 'writer',
  allow: ['people:manage'],
};
export const open: AskedEdit = { edit: 'workspace.create', workspace: 'mail' };

export function ask(edits: readonly AskedEdit[], more: Partial<AskedChange> = {}): AskedChange {
  return {
    what: { kind: 'edits', edits },
    actor: { type: 'user', id: 'ana@acme.example' },
    reason: undefined,
    caller: { name: 'settings', organizations: undefined, mayProvision: true },
    idempotency: undefined,
    isPreview: false,
    ...more,
  };
}

export function undo(change: string, more: Partial<AskedChange> = {}): AskedChange {
  return ask([], { what: { kind: 'revert', change }, ...more });
}

export function madeBy(answer: ChangeAnswer<unknown>): MadeChange {
  return answer.kind === 'written' ? answer.head : assert.fail(JSON.stringify(answer));
}

export function commitOf({ written }: Pick<MadeChange, 'written'>): string {
  return 'commit' in written ? written.commit : assert.fail('it is no commit');
}

export function refusalOf(answer: ChangeAnswer<unknown>): ChangeRefusal {
  return answer.kind === 'refused' ? answer.refusal : assert.fail(JSON.stringify(answer));
}
