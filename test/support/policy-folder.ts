import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A policy directory of its own in the system's temporary folder. */
export interface PolicyFolder {
  readonly root: string;
  /** Writes in place, as `echo > file` does; folders are made as needed. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** A file or a whole folder; what is not there is fine. */
  readonly remove: (path: string) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export async function createPolicyFolder(files: Record<string, string>): Promise<PolicyFolder> {
  const root = await mkdtemp(join(tmpdir(), 'rolebook-policy-'));
  const folder: PolicyFolder = {
    root,
    write: async (path, text) => {
      const file = join(root, path);
      await mkdir(dirname(file), { recursive: true });
      // Token files are among them, and those that others can write to are refused.
      await writeFile(file, text, { mode: 0o644 });
    },
    remove: (path) => rm(join(root, path), { recursive: true, force: true }),
    dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
  for (const [path, text] of Object.entries(files)) await folder.write(path, text);
  return folder;
}

/** The smallest policy that has one of everything; valid, without warnings. */
export function smallPolicy(): Record<string, string> {
  return {
    'model.conf': readFileSync(new URL('../../model.conf', import.meta.url), 'utf8'),
    'roles.yaml': rolesText,
    'policies/organization.yaml': organizationText,
    'policies/support.yaml': supportText,
  };
}

/** The same where who may create tags may change members, too. */
export function governedPolicy(): Record<string, string> {
  return { ...smallPolicy(), 'roles.yaml': govern(rolesText) };
}

export function govern(text: string): string {
  return text.replace('tag:create: Create tags', 'tag:create: { title: Create tags, controls: members }');
}

const rolesText = `scopes:
  personal:
    when: { resource.owner: $subject.id }
  shared: {}

permissions:
  Conversations:
    message:send:
      title: Send messages
      scopes: [personal, shared]
    comment:send: Send comments
    conversation:assign: Assign conversations
  Workspace:
    tag:create: Create tags
    analytics:view: See the analytics

baseline: ["message:send@personal"]

roles:
  member: { title: Standard access, grants: [comment:send, message:send] }
  workspace-admin: { title: Workspace admin, grants: ["*"] }
  company-admin: { title: Company admin, grants: ["*"], spans: organization }
defaultRole: member
`;

const organizationText = `organization: acme
members:
  olu@acme.example: company-admin
`;

const supportText = `workspace: support
title: Support
roles:
  team-lead:
    title: Team lead
    extends: member
    grants: [conversation:assign, "tag:*"]
  trainee:
    title: Trainee
    extends: member
    without: ["message:send@shared"]
members:
  ana@acme.example: team-lead
  bo@acme.example: trainee
  cy@acme.example: member
  wim@acme.example: workspace-admin
`;
