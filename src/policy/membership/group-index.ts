import type { Group, Groups } from '../policy-set.ts';

/** Groups, and the index from each subject to those it is in, which costs a decision as much however large they are. */
export function indexGroups(groups: Iterable<Group>): Groups {
  const byId = new Map<string, Group>();
  const ofSubject = new Map<string, Map<string, readonly Group[]>>();
  const lists = new GroupLists();
  for (const group of groups) {
    byId.set(group.id, group);
    for (const [type, byGroup] of group.subjects) {
      const ofType = ofSubject.get(type) ?? new Map<string, readonly Group[]>();
      ofSubject.set(type, ofType);
      for (const id of byGroup.keys()) ofType.set(id, lists.with(ofType.get(id) ?? none, group));
    }
  }
  return { byId, ofSubject, lists: countLists(ofSubject) };
}

function countLists(ofSubject: Groups['ofSubject']): Map<readonly Group[], number> {
  const counts = new Map<readonly Group[], number>();
  for (const byId of ofSubject.values()) {
    for (const list of byId.values()) counts.set(list, (counts.get(list) ?? 0) + 1);
  }
  return counts;
}

const none: readonly Group[] = [];

/** The lists of groups that somebody is in, each once. */
class GroupLists {
  readonly #longer = new Map<readonly Group[], Map<Group, readonly Group[]>>();

  with(list: readonly Group[], group: Group): readonly Group[] {
    const known = this.#longer.get(list) ?? new Map<Group, readonly Group[]>();
    this.#longer.set(list, known);
    const longer = known.get(group) ?? [...list, group];
    known.set(group, longer);
    return longer;
  }
}
