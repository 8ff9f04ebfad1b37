import type { SubjectId } from '../../policy/subject.ts';
import type { KnownGroup, KnownPlace } from '../../review/members/member-roles.ts';
import type { ListedInGroup, ListedMember } from '../../review/members/member-listing.ts';
import { entityTag } from './precondition.ts';

/** A membership as an answer of its own: the place by its kind, then who holds what, and where it is changed. */
export function memberDocument(place: KnownPlace, member: ListedMember, revision: string): object {
  return { [place.kind]: place.id, ...describeMember(member), revision };
}

export function describeMember({ subject, roles, origin }: ListedMember): object {
  if (origin.source === 'database') return { subject, roles, source: origin.source, etag: entityTag(origin.token) };
  const { source, file, line, column } = origin;
  return { subject, roles, source, file, line, column };
}

/** Somebody in a group, as an answer of its own. */
export function groupMemberDocument({ of, group }: KnownGroup, found: ListedInGroup, revision: string): object {
  return { organization: of.id, group: group.id, ...describeInGroup(found), revision };
}

export function describeInGroup({ subject, origin }: ListedInGroup): object {
  if (origin.source === 'database') return { subject, source: origin.source, etag: entityTag(origin.token) };
  const { source, file, line, column } = origin;
  return { subject, source, file, line, column };
}

/** What `after` of the next page is: the type always stands in front, so that no id can be misread. */
export function cursorOf({ type, id }: SubjectId): string {
  return `${type}:${id}`;
}

export function parseCursor(text: string): SubjectId | undefined {
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { type: text.slice(0, colon), id: text.slice(colon + 1) };
}
