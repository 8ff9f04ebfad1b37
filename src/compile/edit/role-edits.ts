import { findRole, type Workspace } from '../../policy/policy-set.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { listOf, type RoleEntry } from '../file/entries.ts';
import type { Grantable } from '../file/grant-table.ts';
import { quote } from '../words/describe-value.ts';
import { changeGrants, expand, expandBeyond, expandReachable } from './change-grants.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { grantedWords } from './granted-words.ts';
import { listChanges } from './list-changes.ts';
import { memberRoleChanges } from './member-edits.ts';
import {
  RefusedEdit,
  type ChangeRole,
  type CreateRole,
  type DeleteRole,
  type DuplicateRole,
  type RenameRole,
} from './policy-edit.ts';
import { testRoleChanges } from './test-edits.ts';
import type { YamlChange } from './yaml-change.ts';

export function createRole(ground: EditGround, edit: CreateRole): FileChange[] {
  const workspace = ground.workspace(edit.workspace);
  ground.requireFree(workspace, edit.role);
  const { title, description, grants, without, denies } = edit;
  const parents = edit.extends ?? [];
  for (const parent of parents) ground.role(workspace, parent);
  for (const words of [grants, without, denies]) expand(words, ground.table);
  const [only] = parents;
  const entry = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(parents.length === 0 ? {} : { extends: parents.length === 1 ? (only ?? '') : parents }),
    ...withoutEmpty({ grants, without, denies }),
  };
  return [putIn(ground, workspace, 'roles', edit.role, entry)];
}

export function duplicateRole(ground: EditGround, edit: DuplicateRole): FileChange[] {
  const { workspace: id, from, role, description } = edit;
  const model = ground.role(ground.workspace(id), from);
  const title = edit.title ?? `${model.title} (copy)`;
  const start = {
    edit: 'role.create',
    workspace: id,
    role,
    title,
    ...(description === undefined ? {} : { description }),
  } as const;
  if (edit.as === 'extension') return createRole(ground, { ...start, extends: [from] });
  const { baseline, table, unreachable } = ground;
  const beyond = (words: readonly string[]): string[] =>
    words.filter((word) => [...expand([word], table)].some((one) => !baseline.has(one) && !unreachable.has(one)));
  return createRole(ground, {
    ...start,
    grants: beyond(grantedWords(model, 'allow')),
    denies: grantedWords(model, 'deny'),
  });
}

export function changeRole(ground: EditGround, edit: ChangeRole): FileChange[] {
  const workspace = ground.workspace(edit.workspace);
  ground.ownRole(workspace, edit.role);
  const { file } = workspace.position;
  const path = ['roles', edit.role];
  const entry = entryOf(ground, workspace, edit.role);
  const parents = listOf(entry.extends).flatMap((id) => findRole(ground.policy, workspace, id) ?? []);
  const union = (effect: 'allow' | 'deny'): ReadonlySet<Grantable> =>
    new Set(parents.flatMap((parent) => [...ground.grantablesOf(parent, effect)]));
  const { table, baseline, unreachable } = ground;
  const disallow = expandBeyond(edit.role, edit.disallow, table, baseline);
  const wanted = { allow: expandReachable(edit.allow, table, unreachable), disallow };
  const around = { table, baseline, unreachable, inherited: union('allow'), denied: union('deny') };
  const lists = changeGrants(edit.role, entry, wanted, around);
  const changes: YamlChange[] = (['title', 'description'] as const).flatMap((key): YamlChange[] => {
    const value = edit[key];
    return value === undefined || value === entry[key] ? [] : [{ does: 'set', path: [...path, key], value }];
  });
  for (const key of ['grants', 'without', 'denies'] as const) {
    changes.push(...listChanges([...path, key], entry[key], lists[key] ?? []));
  }
  return changes.map((change) => ({ file, change }));
}

/** Renames a role with all that names it; memberships at run time follow by what `retired` says. */
export function renameRole(ground: EditGround, edit: RenameRole): FileChange[] {
  const workspace = ground.workspace(edit.workspace);
  ground.ownRole(workspace, edit.role);
  ground.requireFree(workspace, edit.to);
  const { file } = workspace.position;
  const here = (change: YamlChange): FileChange => ({ file, change });
  return [
    ...extendingChanges(ground, workspace, edit.role, edit.to).map(here),
    ...retiredChanges(ground, workspace, edit.role, edit.to).map(here),
    ...memberRoleChanges(ground, workspace, edit.role, edit.to).map(here),
    here({ does: 'rename', path: ['roles', edit.role], to: edit.to }),
    putIn(ground, workspace, 'retired', edit.role, edit.to),
    ...testRoleChanges(ground, workspace.id, edit.role, edit.to),
  ];
}

/** Deletes a role: its holders get another, and its id is retired. */
export function deleteRole(ground: EditGround, edit: DeleteRole): FileChange[] {
  const workspace = ground.workspace(edit.workspace);
  ground.ownRole(workspace, edit.role);
  const heir = heirOf(ground, workspace, edit);
  const { file } = workspace.position;
  const extending = [...workspace.roles.values()].filter((role) => role.extends.includes(edit.role));
  if (extending.length > 0) {
    const names = extending.map(({ id }) => quote(id)).join(', ');
    const message = `role ${quote(edit.role)} is extended by ${names}`;
    throw new RefusedEdit('extended-role', message, 'have them extend another role first, or delete them');
  }
  const here = (change: YamlChange): FileChange => ({ file, change });
  return [
    ...retiredChanges(ground, workspace, edit.role, heir).map(here),
    ...memberRoleChanges(ground, workspace, edit.role, heir).map(here),
    here({ does: 'remove', path: ['roles', edit.role] }),
    putIn(ground, workspace, 'retired', edit.role, heir),
    ...testRoleChanges(ground, workspace.id, edit.role, undefined),
  ];
}

function heirOf(ground: EditGround, workspace: Workspace, { role, to }: DeleteRole): string {
  const heir = to ?? ground.policy.catalog.defaultRole?.id;
  if (heir === undefined) {
    throw new RefusedEdit(
      'unknown-role',
      `nothing says which role the holders of ${quote(role)} get`,
      'name one, or set `defaultRole` in roles.yaml',
    );
  }
  if (heir === role)
    throw new RefusedEdit('contradiction', `the holders of ${quote(role)} cannot get that very role`, 'name another');
  const { spans } = ground.role(workspace, heir);
  if (spans === 'workspace') return heir;
  throw new RefusedEdit(
    'unknown-role',
    `role ${quote(heir)} cannot be given in one workspace`,
    'name a role of this workspace',
  );
}

function entryOf(ground: EditGround, { position }: Workspace, role: string): RoleEntry {
  const { roles } = ground.data(position.file);
  const entry = isJsonObject(roles) ? roles[role] : undefined;
  return isJsonObject(entry) ? entry : {};
}

function extendingChanges(ground: EditGround, workspace: Workspace, role: string, to: string): YamlChange[] {
  return [...workspace.roles.keys()].flatMap((id): YamlChange[] => {
    const { extends: parents } = entryOf(ground, workspace, id);
    const path = ['roles', id, 'extends'];
    if (typeof parents === 'string') return parents === role ? [{ does: 'set', path, value: to }] : [];
    return listOf(parents).flatMap((parent, index) =>
      parent === role ? [{ does: 'set' as const, path: [...path, index], value: to }] : [],
    );
  });
}

function retiredChanges(ground: EditGround, { position }: Workspace, role: string, to: string): YamlChange[] {
  const { retired } = ground.data(position.file);
  if (!isJsonObject(retired)) return [];
  return Object.entries(retired).flatMap(([id, heir]) =>
    heir === role ? [{ does: 'set' as const, path: ['retired', id], value: to }] : [],
  );
}

/** Puts an entry into a mapping at the top of a workspace's file, which need not be there. */
export function putIn(
  ground: EditGround,
  { position: { file } }: Workspace,
  top: string,
  key: string,
  value: JsonValue,
): FileChange {
  const mapping = ground.data(file)[top];
  const change: YamlChange = isJsonObject(mapping)
    ? { does: 'set', path: [top, key], value }
    : { does: 'set', path: [top], value: { [key]: value } };
  return { file, change };
}

function withoutEmpty(lists: Readonly<Record<string, readonly string[] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(lists).flatMap(([key, words]) => (words && words.length > 0 ? [[key, words]] : [])),
  );
}
