import { isJsonObject } from '../../policy/text/json.ts';
import { listOf, type RoleEntry } from '../file/entries.ts';
import type { Grantable, GrantTable } from '../file/grant-table.ts';
import { listChanges } from '../patch/list-changes.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import { changeGrants, expand, expandBeyond, expandReachable } from './change-grants.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import type { EditPlace } from './edit-place.ts';
import type { ChangeRole } from './policy-edit.ts';
import { requireWildcards } from './wildcard-words.ts';

/** Changes what a role is called, what it follows, and what it gives when this is done. */
export function changeRole(ground: EditGround, edit: ChangeRole): FileChange[] {
  const place = ground.place(edit);
  const { spans } = ground.ownRole(place, edit.role);
  const { file } = place;
  const path = ['roles', edit.role];
  const written = entryOf(ground, place, edit.role);
  const parents = edit.extends
    ? edit.extends.map((id) => ground.role(place, id))
    : listOf(written.extends).flatMap((id) => ground.findRole(place, id) ?? []);
  const union = (effect: 'allow' | 'deny'): ReadonlySet<Grantable> =>
    new Set(parents.flatMap((parent) => [...ground.grantablesOf(parent, effect)]));
  const { table, baseline } = ground;
  const inherited = union('allow');
  const entry = edit.extends ? withoutWhatIsNot(inherited, written, table, baseline) : written;
  const unreachable = ground.unreachable(spans);
  const always = requireWildcards(edit.role, edit.always);
  const wanted = {
    allow: expandReachable([...(edit.allow ?? []), ...always], table, unreachable),
    disallow: expandBeyond(edit.role, edit.disallow, table, baseline),
    always,
    spelled: expand(requireWildcards(edit.role, edit.spelled), table),
  };
  const around = { table, baseline, unreachable, inherited, denied: union('deny') };
  const lists = changeGrants(edit.role, entry, wanted, around);
  const changes: YamlChange[] = (['title', 'description'] as const).flatMap((key): YamlChange[] => {
    const value = edit[key];
    return value === undefined || value === written[key] ? [] : [{ does: 'set', path: [...path, key], value }];
  });
  if (edit.extends) changes.push(...parentChanges([...path, 'extends'], written.extends, edit.extends));
  for (const key of ['grants', 'without', 'denies'] as const) {
    changes.push(...listChanges([...path, key], written[key], lists[key] ?? []));
  }
  return changes.map((change) => ({ file, change }));
}

function entryOf(ground: EditGround, { file }: EditPlace, role: string): RoleEntry {
  const { roles } = ground.data(file);
  const entry = isJsonObject(roles) ? roles[role] : undefined;
  return isJsonObject(entry) ? entry : {};
}

/** The entry of a role that follows others by now: what nothing gives any more is not taken out. */
function withoutWhatIsNot(
  inherited: ReadonlySet<Grantable>,
  entry: RoleEntry,
  table: GrantTable,
  baseline: ReadonlySet<Grantable>,
): RoleEntry {
  if (!entry.without) return entry;
  const takes = (word: string): boolean =>
    [...expand([word], table)].some((one) => inherited.has(one) && !baseline.has(one));
  return { ...entry, without: entry.without.filter(takes) };
}

// One is written as a word, several as a list; a list that is there stays one.
function parentChanges(path: YamlPath, before: RoleEntry['extends'], wanted: readonly string[]): readonly YamlChange[] {
  const after = [...new Set(wanted)];
  if (typeof before === 'object') return listChanges(path, before, after);
  const [only] = after;
  if (only === undefined) return before === undefined ? [] : [{ does: 'remove', path }];
  if (after.length > 1) return [{ does: 'set', path, value: after }];
  return only === before ? [] : [{ does: 'set', path, value: only }];
}
