import type { AskedEdit } from '../../../review/changes/asked-edit.ts';

/** An edit in words, as a commit says in its first line what it does. */
export function wordsOfEdit(edit: AskedEdit): string {
  const at = placeOf(edit);
  switch (edit.edit) {
    case 'role.create':
      return `create role ${edit.role} in ${at}`;
    case 'role.duplicate':
      return `create role ${edit.role} from ${edit.from} in ${at}`;
    case 'role.change':
      return `change role ${edit.role} in ${at}`;
    case 'role.rename':
      return `rename role ${edit.role} to ${edit.to} in ${at}`;
    case 'role.delete':
      return `delete role ${edit.role} in ${at}`;
    case 'member.set':
      return `make ${edit.subject} ${edit.roles.map(({ role }) => role).join(', ')} in ${at}`;
    case 'member.remove':
      return `remove ${edit.subject} from ${at}`;
    case 'group.set':
      return `set group ${edit.group} of ${at}`;
    case 'group.rename':
      return `rename group ${edit.group} to ${edit.to} in ${at}`;
    case 'group.remove':
      return `remove group ${edit.group} of ${at}`;
    case 'workspace.create':
    case 'organization.create':
      return `create ${at}`;
    case 'organization.change':
      return `change ${at}`;
    case 'workspace.rename':
      return `rename ${at} to ${edit.to}`;
    case 'permission.rename':
      return `rename permission ${edit.permission} to ${edit.to}`;
    case 'test.expect':
      return `expect otherwise in ${edit.file}`;
    case 'test.leave':
      return `take ${edit.subject} out of ${edit.file}`;
    case 'waiver.add':
      return `accept ${edit.check}`;
    case 'waiver.end':
      return `accept ${edit.check} no more`;
  }
}

function placeOf(edit: AskedEdit): string {
  const { workspace, organization } = edit as { readonly workspace?: string; readonly organization?: string };
  if (workspace !== undefined) return `workspace ${workspace}`;
  return organization === undefined ? 'the policy' : `organization ${organization}`;
}
