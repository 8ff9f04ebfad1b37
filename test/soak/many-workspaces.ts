import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const resources = ['doc', 'tag', 'view', 'rule', 'team', 'report', 'inbox', 'contact', 'template', 'sequence'];
const actions = ['read', 'create', 'edit', 'archive', 'delete', 'share'];
export const permissionIds = resources.flatMap((resource) => actions.map((action) => `${resource}:${action}`));

/** Writes a policy of many workspaces: 60 permissions, 8 custom roles of 6 grants each, and some members. */
export async function writeManyWorkspaces(root: string, count: number, membersEach: number): Promise<void> {
  const permissions = Object.fromEntries(permissionIds.map((id) => [id, `May ${id}`]));
  const roles = {
    permissions: { Things: permissions },
    roles: { member: { grants: ['doc:read'] }, admin: { grants: ['*'] } },
  };
  await mkdir(join(root, 'policies'), { recursive: true });
  await writeFile(join(root, 'roles.yaml'), JSON.stringify(roles));
  for (let index = 0; index < count; index += 1) {
    await writeFile(join(root, 'policies', `ws-${index}.yaml`), workspaceYaml(index, membersEach));
  }
}

function workspaceYaml(index: number, membersEach: number): string {
  const lines = [`workspace: ws-${index}`, 'roles:'];
  for (let role = 0; role < 8; role += 1) {
    lines.push(`  role-${role}:`, '    extends: member', '    grants:');
    for (let grant = 0; grant < 6; grant += 1) {
      // Never the first permission of a resource, so that nothing is granted twice.
      lines.push(`      - ${permissionIds[(index + role * 7 + grant * 11) % permissionIds.length] ?? ''}`);
    }
  }
  lines.push('members:');
  for (let member = 0; member < membersEach; member += 1)
    lines.push(`  user-${index}-${member}@acme.example: role-${member % 8}`);
  return `${lines.join('\n')}\n`;
}
