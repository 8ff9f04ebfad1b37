import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import { writtenSubject } from '../api/subjects.ts';
import { writtenMembers } from './group-queries.ts';

interface EditedGroup {
  readonly place: string;
  readonly group: string;
  readonly firstType: string;
}

/** The edits that put people into a group or take them out: an edit names all who are to be in it, as the files have them now. */
export async function groupWith(
  { place, group, firstType }: EditedGroup,
  { added = [], removed = [] }: { readonly added?: readonly string[]; readonly removed?: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Edit[]> {
  const before = (await writtenMembers(place, group, signal)).map((subject) => writtenSubject(subject, firstType));
  const after = [...new Set([...before, ...added])].filter((subject) => !removed.includes(subject));
  if (after.length === before.length && after.every((subject) => before.includes(subject))) return [];
  return [{ edit: 'group.set', ...atPlace(place), group, subjects: after }];
}
