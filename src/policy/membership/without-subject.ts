import { groupPlace, type Place, type RuntimeMember } from '../runtime-member.ts';
import type { SubjectId } from '../subject.ts';
import type { GivenMemberships } from './given-roles.ts';

/** The key of a place among others. Ids hold no blank. */
export function placeKey({ kind, id }: Place): string {
  return `${kind} ${id}`;
}

/** The memberships as they are once one subject has none at these places. */
export function withoutSubject(
  members: GivenMemberships,
  { type, id }: SubjectId,
  isGone: (place: Place) => boolean,
): GivenMemberships {
  const isSubject = (oneType: string, oneId: string): boolean => oneType === type && oneId === id;
  function* kept(at: Place): Generator<RuntimeMember> {
    for (const one of members.list(at)) if (!isSubject(one.subject.type, one.subject.id)) yield one;
  }
  return {
    size: members.size,
    list: (at) => (isGone(at) ? kept(at) : members.list(at)),
    get: (at, oneType, oneId) =>
      isSubject(oneType, oneId) && isGone(at) ? undefined : members.get(at, oneType, oneId),
    groupsOf: (organization, oneType, oneId) => {
      const groups = members.groupsOf(organization, oneType, oneId);
      if (!groups || !isSubject(oneType, oneId)) return groups;
      return [...groups].filter((group) => !isGone(groupPlace(organization, group)));
    },
  };
}
