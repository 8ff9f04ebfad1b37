import { listOfRole, type Role } from '../../policy/role.ts';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';
import { quote } from '../words/describe-value.ts';
import { expand } from './change-grants.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { describeEditPlace, ownRoles, reachOf, type EditPlace } from './edit-place.ts';
import { grantedWords } from './granted-words.ts';
import { memberRoleChanges } from './member-edits.ts';
import {
  RefusedEdit,
  type CompanySpan,
  type CreateRole,
  type DeleteRole,
  type DuplicateRole,
  type RenameRole,
} from './policy-edit.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';
import { testRoleChanges } from './test-edits.ts';
import { waiverChanges } from './waiver-changes.ts';

export function createRole(ground: EditGround, edit: CreateRole): FileChange[] {
  const place = ground.place(edit);
  ground.requireFree(place, edit.role);
  const { title, description, spans = 'workspace', grants, without, denies } = edit;
  if (place.kind === 'workspace' && spans !== 'workspace') {
    const message = `a role of a workspace cannot span ${spans === 'memberships' ? spans : 'the organization'}`;
    throw new RefusedEdit('contradiction', message, 'make it a role of the organization: `--organization`');
  }
  const parents = edit.extends ?? [];
  for (const parent of parents) ground.role(place, parent);
  for (const words of [grants, without, denies]) expand(words, ground.table);
  const [only] = parents;
  const entry = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(spans === 'workspace' ? {} : { spans }),
    ...(parents.length === 0 ? {} : { extends: parents.length === 1 ? (only ?? '') : parents }),
    ...withoutEmpty({ grants, without, denies }),
  };
  return [ground.putIn(place.file, 'roles', edit.role, entry)];
}

export function duplicateRole(ground: EditGround, edit: DuplicateRole): FileChange[] {
  const { from, role, description } = edit;
  const place = ground.place(edit);
  const model = ground.role(place, from);
  const title = edit.title ?? `${model.title} (copy)`;
  const spans = edit.spans ?? (place.kind === 'organization' ? spanLike(model) : 'workspace');
  const start = {
    edit: 'role.create',
    ...(edit.workspace === undefined ? { organization: edit.organization } : { workspace: edit.workspace }),
    role,
    title,
    spans,
    ...(description === undefined ? {} : { description }),
  } as const;
  if (edit.as === 'extension') return createRole(ground, { ...start, extends: [from] });
  const { baseline, table } = ground;
  const unreachable = ground.unreachable(spans);
  const beyond = (words: readonly string[]): string[] =>
    words.filter((word) => [...expand([word], table)].some((one) => !baseline.has(one) && !unreachable.has(one)));
  return createRole(ground, {
    ...start,
    grants: beyond(grantedWords(model, 'allow')),
    denies: grantedWords(model, 'deny'),
  });
}

// Nobody becomes staff by a copy.
function spanLike({ spans }: Role): CompanySpan {
  return spans === 'everything' ? 'workspace' : spans;
}

/** Renames a role with all that names it; memberships at run time follow by what `retired` says. */
export function renameRole(ground: EditGround, edit: RenameRole): FileChange[] {
  const { role, to } = edit;
  const place = ground.place(edit);
  ground.ownRole(place, role);
  ground.requireFree(place, to);
  const reach = reachOf(ground.policy, place);
  const rename = (word: string): string | undefined => (word === role ? to : undefined);
  return [
    ...reach.flatMap((at) => [
      ...namingChanges(ground, at, rename),
      ...retiredChanges(ground, at, role, to),
      ...membersOf(ground, at, role, to),
    ]),
    { file: place.file, change: { does: 'rename', path: ['roles', role], to } },
    ground.putIn(place.file, 'retired', role, to),
    ...testRoleChanges(ground, reach, role, to),
    ...reach.flatMap(({ kind, id }) => waiverChanges(ground, 'role', rename, { [kind]: id })),
  ];
}

/** Deletes a role: its holders get another, and its id is retired. */
export function deleteRole(ground: EditGround, edit: DeleteRole): FileChange[] {
  const { role } = edit;
  const place = ground.place(edit);
  ground.ownRole(place, role);
  const heir = heirOf(ground, place, edit);
  const reach = reachOf(ground.policy, place);
  const extending = reach.flatMap((at) =>
    [...ownRoles(at).values()].filter(({ extends: parents }) => parents.includes(role)).map(({ id }) => ({ at, id })),
  );
  if (extending.length > 0) {
    const names = extending.map(({ at, id }) =>
      at === place ? quote(id) : `${quote(id)} of ${describeEditPlace(at)}`,
    );
    const message = `role ${quote(role)} is extended by ${names.join(', ')}`;
    throw new RefusedEdit('extended-role', message, 'have them extend another role first, or delete them');
  }
  return [
    ...reach.flatMap((at) => [
      ...assignsChanges(ground, at, role),
      ...retiredChanges(ground, at, role, heir),
      ...membersOf(ground, at, role, heir),
    ]),
    { file: place.file, change: { does: 'remove', path: ['roles', role] } },
    ground.putIn(place.file, 'retired', role, heir),
    ...testRoleChanges(ground, reach, role, undefined),
  ];
}

function heirOf(ground: EditGround, place: EditPlace, { role, to }: DeleteRole): string {
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
  const list = listOfRole(ground.ownRole(place, role));
  if (listOfRole(ground.role(place, heir)) === list) return heir;
  const [message, help] =
    list === 'workspace'
      ? [`role ${quote(heir)} cannot be given in one workspace`, `name a role of ${describeEditPlace(place)}`]
      : [`role ${quote(heir)} cannot be given in the organization`, 'name a role that spans it'];
  throw new RefusedEdit('unknown-role', message, help);
}

/** What the roles of a place say of another one. */
function namingChanges(
  ground: EditGround,
  { file }: EditPlace,
  rename: (word: string) => string | undefined,
): FileChange[] {
  return mappingsIn(['roles'], ground.data(file)['roles']).flatMap(([path, entry]) =>
    ['extends', 'assigns'].flatMap((key) =>
      renamedWords([...path, key], entry[key], rename).map((change) => ({ file, change })),
    ),
  );
}

// Nobody hands out what is no more. An empty list stays: without it they would hand out anything.
function assignsChanges(ground: EditGround, { file }: EditPlace, role: string): FileChange[] {
  return mappingsIn(['roles'], ground.data(file)['roles']).flatMap(([path, { assigns }]) => {
    const named = Array.isArray(assigns) ? assigns.indexOf(role) : -1;
    return named < 0 ? [] : [{ file, change: { does: 'remove' as const, path: [...path, 'assigns', named] } }];
  });
}

function retiredChanges(ground: EditGround, { file }: EditPlace, role: string, to: string): FileChange[] {
  const { retired } = ground.data(file);
  if (!isJsonObject(retired)) return [];
  return Object.entries(retired).flatMap(([id, heir]) =>
    heir === role ? [{ file, change: { does: 'set' as const, path: ['retired', id], value: to } }] : [],
  );
}

function membersOf(ground: EditGround, place: EditPlace, role: string, to: string): FileChange[] {
  return memberRoleChanges(ground, place, role, to).map((change) => ({ file: place.file, change }));
}

function withoutEmpty(lists: Readonly<Record<string, readonly string[] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(lists).flatMap(([key, words]) => (words && words.length > 0 ? [[key, words]] : [])),
  );
}
