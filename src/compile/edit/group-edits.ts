import { groupType } from '../../policy/policy-set.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { listChanges } from '../patch/list-changes.ts';
import { quote } from '../words/describe-value.ts';
import { suggest } from '../words/suggest.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { describeEditPlace, reachOf, type EditPlace } from './edit-place.ts';
import { writtenSubject } from './member-edits.ts';
import { requirePlaceId } from './new-files.ts';
import { RefusedEdit, type RemoveGroup, type RenameGroup, type SetGroup } from './policy-edit.ts';
import { waiverChanges } from './waiver-changes.ts';

/** Says who is in a group; those who stay keep their line. */
export function setGroup(ground: EditGround, edit: SetGroup): FileChange[] {
  const place = ground.organization(edit.organization);
  const { file } = place;
  const before = writtenIn(ground, place, edit.group);
  if (!before) requireNoFormer(ground, place, edit.group);
  const wanted = new Set(edit.subjects.map((subject) => writtenSubject(ground, subject)));
  const kept = (before ?? []).filter((text) => wanted.has(writtenSubject(ground, text)));
  const known = new Set(kept.map((text) => writtenSubject(ground, text)));
  const after = [...kept, ...[...wanted].filter((name) => !known.has(name))];
  // Nobody in it: a group that is filled at run time.
  if (!before || before.length === 0 || after.length === 0) {
    return [ground.putIn(file, 'groups', edit.group, after)];
  }
  return listChanges(['groups', edit.group], before, after).map((change) => ({ file, change }));
}

/** Renames a group with all that names it; what was given at run time follows by what `formerGroups` says. */
export function renameGroup(ground: EditGround, { organization, group, to }: RenameGroup): FileChange[] {
  const place = ground.organization(organization);
  if (!writtenIn(ground, place, group)) throw unknownGroup(ground, place, group);
  requirePlaceId(to);
  if (writtenIn(ground, place, to)) {
    throw new RefusedEdit('group-exists', `${describeEditPlace(place)} has a group ${quote(to)}`, 'choose another id');
  }
  const former = formerGroupsOf(ground, place);
  // A group may have an id back that it had.
  if (former[to] !== group) requireNoFormer(ground, place, to);
  const { file } = place;
  const [was, is] = [`${groupType}:${group}`, `${groupType}:${to}`];
  const rename = (word: string): string | undefined => (word === was ? is : undefined);
  const reach = reachOf(ground.policy, place);
  const others = Object.entries(former).filter(([id, now]) => now === group && id !== to);
  return [
    { file, change: { does: 'rename', path: ['groups', group], to } },
    ...reach.flatMap((at): FileChange[] =>
      Object.hasOwn(membersIn(ground, at), was)
        ? [{ file: at.file, change: { does: 'rename', path: ['members', was], to: is } }]
        : [],
    ),
    ...others.map(([id]): FileChange => ({ file, change: { does: 'set', path: ['formerGroups', id], value: to } })),
    ground.putIn(file, 'formerGroups', group, to),
    ...(Object.hasOwn(former, to) ? [dropFormer(place, to)] : []),
    ...reach.flatMap(({ kind, id }) => waiverChanges(ground, 'member', rename, { [kind]: id })),
  ];
}

/** Takes a group away that holds nothing anywhere. */
export function removeGroup(ground: EditGround, { organization, group }: RemoveGroup): FileChange[] {
  const place = ground.organization(organization);
  if (!writtenIn(ground, place, group)) throw unknownGroup(ground, place, group);
  const holding = reachOf(ground.policy, place).filter(({ at }) => at.groupMembers.has(group));
  if (holding.length > 0) {
    const places = holding.map(describeEditPlace).join(', ');
    const message = `group ${quote(group)} is a member of ${places}`;
    throw new RefusedEdit('group-in-use', message, 'take what it holds there away first: `member remove`');
  }
  const all = Object.entries(formerGroupsOf(ground, place));
  const former = all.filter(([, now]) => now === group);
  const isEmptied = former.length > 0 && former.length === all.length;
  return [
    { file: place.file, change: { does: 'remove', path: ['groups', group] } },
    ...(isEmptied
      ? [{ file: place.file, change: { does: 'remove' as const, path: ['formerGroups'] } }]
      : former.map(([id]) => dropFormer(place, id))),
  ];
}

/** Refuses an id that a group had: what was given by it at run time is that group's. */
function requireNoFormer(ground: EditGround, place: EditPlace, id: string): void {
  const former = formerGroupsOf(ground, place);
  const now = Object.hasOwn(former, id) ? former[id] : undefined;
  if (typeof now !== 'string') return;
  const message = `${quote(id)} was the id of group ${quote(now)}, and still means it`;
  throw new RefusedEdit('former-id-in-use', message, 'choose another id');
}

function dropFormer({ file }: EditPlace, id: string): FileChange {
  return { file, change: { does: 'remove', path: ['formerGroups', id] } };
}

function unknownGroup(ground: EditGround, place: EditPlace, group: string): RefusedEdit {
  const { groups } = ground.data(place.file);
  const help = suggest(group, Object.keys(isJsonObject(groups) ? groups : {}));
  return new RefusedEdit('unknown-group', `${describeEditPlace(place)} has no group ${quote(group)}`, help);
}

function writtenIn(ground: EditGround, { file }: EditPlace, group: string): readonly string[] | undefined {
  const { groups } = ground.data(file);
  const list: JsonValue | undefined = isJsonObject(groups) && Object.hasOwn(groups, group) ? groups[group] : undefined;
  return Array.isArray(list) ? (list as readonly string[]) : undefined;
}

function formerGroupsOf(ground: EditGround, { file }: EditPlace): JsonObject {
  const { formerGroups } = ground.data(file);
  return isJsonObject(formerGroups) ? formerGroups : {};
}

function membersIn(ground: EditGround, { file }: EditPlace): JsonObject {
  const { members } = ground.data(file);
  return isJsonObject(members) ? members : {};
}
