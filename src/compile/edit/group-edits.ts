import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';
import { listChanges } from '../patch/list-changes.ts';
import { quote } from '../words/describe-value.ts';
import { suggest } from '../words/suggest.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { describeEditPlace, reachOf, type EditPlace } from './edit-place.ts';
import { writtenSubject } from './member-edits.ts';
import { RefusedEdit, type RemoveGroup, type SetGroup } from './policy-edit.ts';

/** Says who is in a group; those who stay keep their line. */
export function setGroup(ground: EditGround, edit: SetGroup): FileChange[] {
  const place = ground.organization(edit.organization);
  const { file } = place;
  const before = writtenIn(ground, place, edit.group);
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

/** Takes a group away that holds nothing anywhere. */
export function removeGroup(ground: EditGround, { organization, group }: RemoveGroup): FileChange[] {
  const place = ground.organization(organization);
  if (!writtenIn(ground, place, group)) {
    const { groups } = ground.data(place.file);
    const help = suggest(group, Object.keys(isJsonObject(groups) ? groups : {}));
    throw new RefusedEdit('unknown-group', `${describeEditPlace(place)} has no group ${quote(group)}`, help);
  }
  const holding = reachOf(ground.policy, place).filter(({ at }) => at.groupMembers.has(group));
  if (holding.length > 0) {
    const places = holding.map(describeEditPlace).join(', ');
    const message = `group ${quote(group)} is a member of ${places}`;
    throw new RefusedEdit('group-in-use', message, 'take what it holds there away first: `member remove`');
  }
  return [{ file: place.file, change: { does: 'remove', path: ['groups', group] } }];
}

function writtenIn(ground: EditGround, { file }: EditPlace, group: string): readonly string[] | undefined {
  const { groups } = ground.data(file);
  const list: JsonValue | undefined = isJsonObject(groups) && Object.hasOwn(groups, group) ? groups[group] : undefined;
  return Array.isArray(list) ? (list as readonly string[]) : undefined;
}
