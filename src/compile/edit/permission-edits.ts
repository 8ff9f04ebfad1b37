import { findPermissions } from '../../policy/catalog.ts';
import { isPermissionId } from '../../policy/ids.ts';
import type { Permission } from '../../policy/permission.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { classifyPath } from '../file/policy-files.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import { suggest } from '../words/suggest.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { RefusedEdit, type RenamePermission } from './policy-edit.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';
import { testWordChanges } from './test-edits.ts';
import { waiverChanges } from './waiver-changes.ts';

const catalogFile = 'roles.yaml';

/** Renames a permission with all that names it, in the catalog, in roles and in tests. */
export function renamePermission(ground: EditGround, edit: RenamePermission): FileChange[] {
  const { to, keeps } = edit;
  const permission = permissionOf(ground, edit.permission);
  if (!isPermissionId(to)) throw new RefusedEdit('bad-id', `${quote(to)} cannot be a permission`, '`resource:action`');
  const [known] = findPermissions(ground.policy.catalog, to);
  const isFormer = permission.was.length === 1 && permission.was[0] === to && keeps === 'was';
  if (known && !isFormer) throw taken(known, to);
  if (keeps === 'was' && permission.was.length > 0 && !isFormer) throw renamedBefore(permission);
  const rename = (word: string): string | undefined => {
    const [id, scope] = word.split('@');
    if (id !== permission.id) return undefined;
    return scope === undefined ? to : `${to}@${scope}`;
  };
  return [
    ...catalogChanges(ground, permission, to, keeps, rename),
    ...ground.paths
      .filter((path) => ['workspace', 'organization'].includes(classifyPath(path)))
      .flatMap((file) => roleChanges(ground, file, rename)),
    ...testWordChanges(ground, rename),
    ...waiverChanges(ground, 'permission', rename),
  ];
}

type Rename = (word: string) => string | undefined;

function catalogChanges(
  ground: EditGround,
  { id, category }: Permission,
  to: string,
  keeps: RenamePermission['keeps'],
  rename: Rename,
): FileChange[] {
  const data = ground.data(catalogFile);
  const entry = valueAt(data, ['permissions', category, id]);
  const path = ['permissions', category, id];
  const required = mappingsIn(['permissions'], data['permissions']).flatMap(([at, some]) => mappingsIn(at, some));
  const changes: YamlChange[] = [
    ...required.flatMap(([at, one]) => renamedWords([...at, 'requires'], one['requires'], rename)),
    ...[['baseline'], ['exclusive'], ['customRoles', 'without']].flatMap((at) =>
      renamedWords(at, valueAt(data, at), rename),
    ),
    ...(keeps === 'was' ? [formerId(path, entry, id)] : []),
    { does: 'rename', path, to },
  ];
  return [...changes.map((change) => ({ file: catalogFile, change })), ...roleChanges(ground, catalogFile, rename)];
}

function formerId(path: YamlPath, entry: JsonValue | undefined, id: string): YamlChange {
  if (isJsonObject(entry)) return { does: 'set', path: [...path, 'was'], value: id };
  return { does: 'set', path, value: { title: entry ?? '', was: id } };
}

function roleChanges(ground: EditGround, file: string, rename: Rename): FileChange[] {
  return mappingsIn(['roles'], ground.data(file)['roles']).flatMap(([path, role]) =>
    ['grants', 'without', 'denies'].flatMap((list) =>
      renamedWords([...path, list], role[list], rename).map((change) => ({ file, change })),
    ),
  );
}

function valueAt(data: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = data;
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

function permissionOf({ policy }: EditGround, id: string): Permission {
  const permission = policy.catalog.permissions.get(id);
  if (permission) return permission;
  const [now] = findPermissions(policy.catalog, id);
  const help = now ? `it is called ${quoteWhole(now.id)} now` : suggest(id, policy.catalog.permissions.keys());
  throw new RefusedEdit('unknown-permission', `there is no permission ${quote(id)}`, help);
}

function taken({ id }: Permission, to: string): RefusedEdit {
  const message = id === to ? `there is a permission ${quote(to)}` : `${quote(to)} still means ${quote(id)}`;
  return new RefusedEdit('permission-exists', message, 'choose another id');
}

// Two former ids mean that it was merged, and then a grant needs both.
function renamedBefore({ id, was }: Permission): RefusedEdit {
  const message = `${quote(id)} has a former id already: ${was.map(quote).join(', ')}`;
  const help = `\`--no-was\` keeps that one, and ${quoteWhole(id)} will mean nothing; or take \`was\` away first, once nobody asks for it`;
  return new RefusedEdit('former-id-in-use', message, help);
}
