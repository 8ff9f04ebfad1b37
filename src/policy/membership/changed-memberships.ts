import { partsOfGroup, type Place, type RuntimeMember } from '../runtime-member.ts';
import type { SubjectId } from '../subject.ts';
import type { GivenMemberships } from './given-roles.ts';

/** A membership as it is to be; without assignments: none. */
export type ChangedMembership = Pick<RuntimeMember, 'place' | 'subject' | 'assignments'>;

/** The memberships as they are once one is changed. */
export function changedMemberships(members: GivenMemberships, change: ChangedMembership): GivenMemberships {
  const { place, subject, assignments } = change;
  const changed: RuntimeMember = { sequence: 0, token: '', place, subject, assignments };
  const isThere = assignments.length > 0;
  const isPlace = ({ kind, id }: Place): boolean => kind === place.kind && id === place.id;
  const isSubject = (type: string, id: string): boolean => type === subject.type && id === subject.id;
  function* listed(at: Place): Generator<RuntimeMember> {
    for (const one of members.list(at)) if (!isSubject(one.subject.type, one.subject.id)) yield one;
    if (isThere) yield changed;
  }
  return {
    size: members.size + 1,
    list: (at) => (isPlace(at) ? listed(at) : members.list(at)),
    groupsOf: (organization, type, id) => {
      const groups = members.groupsOf(organization, type, id);
      return place.kind === 'group' && isSubject(type, id)
        ? changedGroups(groups, organization, place, isThere)
        : groups;
    },
    get: (at, type, id) => {
      if (!isPlace(at) || !isSubject(type, id)) return members.get(at, type, id);
      return isThere ? changed : undefined;
    },
  };
}

function changedGroups(
  groups: Iterable<string> | undefined,
  organization: string,
  place: Place,
  isIn: boolean,
): Iterable<string> | undefined {
  const changed = partsOfGroup(place.id);
  if (changed.organization !== organization) return groups;
  const others = [...(groups ?? [])].filter((id) => id !== changed.group);
  return isIn ? [...others, changed.group] : others;
}

/** The key of a membership among others. Ids of places hold no blank, nor do types. */
export function membershipKey({ kind, id: place }: Place, { type, id }: SubjectId): string {
  return `${kind} ${place} ${type} ${id}`;
}
