import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { RuntimeAssignment } from '../../src/policy/runtime-member.ts';
import type { AskedEdit } from '../../src/review/changes/asked-edit.ts';
import type { AskedChange, ChangeAnswer, ToldAnswer } from '../../src/store/changes/asked-change.ts';
import { DatabaseChanges } from '../../src/store/database/changes/database-changes.ts';
import { DatabaseConnection } from '../../src/store/database/connection/database-connection.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import type { Database } from '../../src/store/database/database.ts';
import {
  publishRelease,
  type Publication,
  type PublishOutcome,
} from '../../src/store/database/releases/publish-release.ts';
import { ReleaseFiles } from '../../src/store/database/releases/release-files.ts';
import { change, request } from './opened-databases.ts';

export const rolesYaml = `permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
  People:
    people:manage: { title: Manage people, controls: members }
    role:manage: { title: Manage roles, controls: roles }
roles:
  member: { grants: [doc:read] }
  admin: { grants: ["*"] }
defaultRole: member
`;
export const supportYaml = `# Support.
workspace: support
roles:
  # Writes.
  writer: { extends: member, grants: [doc:edit] }   # for now
members:
  ana: admin
  bo: writer
  cy: member
`;
export const changedTexts: Readonly<Record<string, string>> = {
  'roles.yaml': rolesYaml,
  'policies/support.yaml': supportYaml,
  'policies/sales.yaml': 'workspace: sales\nmembers: { ana: admin }\n',
};

/** Publishes texts as `rolebook publish` does, from a folder that says which changes it has. */
export async function publishTexts(
  database: Database,
  texts: Readonly<Record<string, string>>,
  more: Partial<Publication> = {},
): Promise<PublishOutcome> {
  const files = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy, problems } = compilePolicy(files, Date.now());
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  const publication = { policy, files, commit: undefined, author: 'git', now: Date.now, pulled: [], ...more };
  return publishRelease(database, publication);
}

/** What is published by now, by path. */
export async function publishedTexts(database: Database): Promise<Record<string, string>> {
  const files = await new ReleaseFiles(database).read();
  return Object.fromEntries(files.map(({ path, content }) => [path, new TextDecoder().decode(content)]));
}

/** Gives somebody roles at run time, as a sidecar does it for an application. */
export async function giveAtRunTime(
  database: Database,
  id: string,
  roles: readonly (string | RuntimeAssignment)[],
): Promise<void> {
  const { policy } = compilePolicy(await new ReleaseFiles(database).read(), Date.now());
  if (!policy) assert.fail('what is published does not compile');
  await change(database, policy, request(id, roles, { atMs: Date.now() }));
}

export function connectionTo(text: string): DatabaseConnection {
  return new DatabaseConnection(new DatabaseUrl(text, '--database'), '/');
}

export function changesOf(connection: DatabaseConnection, now?: () => number): DatabaseChanges {
  return new DatabaseChanges(connection, now ? { now } : {});
}

/** A change that Ana asks for. */
export function asked(edits: readonly AskedEdit[], more: Partial<AskedChange> = {}): AskedChange {
  return {
    what: { kind: 'edits', edits },
    actor: { type: 'user', id: 'ana' },
    reason: undefined,
    caller: { name: 'settings', organizations: undefined, mayProvision: false },
    idempotency: undefined,
    isPreview: false,
    ...more,
  };
}

export function reverting(change: string, more: Partial<AskedChange> = {}): AskedChange {
  return asked([], { what: { kind: 'revert', change }, ...more });
}

export function idOf(answer: ChangeAnswer | ToldAnswer): string {
  return answer.kind === 'written' ? answer.head.change : assert.fail(JSON.stringify(answer));
}

export function codeOf(answer: ChangeAnswer | ToldAnswer): string {
  return answer.kind === 'refused' ? answer.refusal.code : assert.fail(JSON.stringify(answer));
}

export const allow: AskedEdit = { edit: 'role.change', workspace: 'support', role: 'writer', allow: ['people:manage'] };
export const give = (subject: string, role: string): AskedEdit => ({
  edit: 'member.set',
  workspace: 'support',
  subject,
  roles: [{ role }],
});
export const allChanges = { limit: 100, organizations: undefined };
