import { quote } from '../../compile/words/describe-value.ts';
import { isAscii, skeletonOf } from '../../policy/text/look-alikes.ts';
import { subjectsOfGroup } from '../../policy/membership/given-roles.ts';
import { allMembers, groupType, type Organization, type PolicySet } from '../../policy/policy-set.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from './assignment-rules.ts';
import { membersPlaceOf, type KnownGroup, type KnownPlace, type RuntimeMemberships } from './member-roles.ts';

/**
 * Nobody comes to a place whose id cannot be told apart by looking from that of somebody who is there, or in its
 * organization: whoever reads the list would take one for the other. Who is there already stays and may be changed.
 */
export function findLookAlikeMember(
  policy: PolicySet,
  members: RuntimeMemberships,
  place: KnownPlace,
  subject: SubjectId,
): ChangeFault | undefined {
  const found = findLookAlike(subject, subjectsAt(policy, place, members));
  return found && describe(policy, subject, found, `a member of ${place.kind} ${quote(place.id)} or above it`);
}

/** The same for somebody who comes into a group. */
export function findLookAlikeInGroup(
  policy: PolicySet,
  members: RuntimeMemberships,
  { of, group }: KnownGroup,
  subject: SubjectId,
): ChangeFault | undefined {
  const found = findLookAlike(subject, subjectsOfGroup(of, group, members));
  return found && describe(policy, subject, found, `who is in group ${quote(group.id)}`);
}

function findLookAlike(subject: SubjectId, others: Iterable<SubjectId>): SubjectId | undefined {
  const skeleton = skeletonOf(subject.id);
  for (const known of others) {
    // Of two that look alike one at least is not of ASCII, which nearly none is.
    if (isAscii(known.id) && skeleton === subject.id) continue;
    if (known.type !== subject.type || known.id === subject.id || skeletonOf(known.id) !== skeleton) continue;
    return known;
  }
  return undefined;
}

function describe({ catalog }: PolicySet, subject: SubjectId, other: SubjectId, what: string): ChangeFault {
  const [who = '', known = ''] = [subject, other].map((one) => quote(formatSubject(one, catalog.subjectTypes[0])));
  return { code: 'look-alike', message: `${who} looks like ${known}, ${what}, and is written in other letters` };
}

function* subjectsAt({ staff }: PolicySet, place: KnownPlace, members: RuntimeMemberships): Generator<SubjectId> {
  const organization = place.kind === 'workspace' ? place.workspace.organization : place.organization;
  if (place.kind === 'workspace') {
  }
  yield* listedAt(place, organization, members);
  if (place.kind === 'workspace' && organization.id !== undefined) {
    yield* listedAt({ kind: 'organization', id: organization.id, organization }, organization, members);
  }
  for (const { subject } of allMembers(staff)) yield subject;
}

function* listedAt(place: KnownPlace, organization: Organization, members: RuntimeMemberships): Generator<SubjectId> {
  const { members: written, groupMembers } = membersPlaceOf(place);
  const groups = new Set(groupMembers.keys());
  for (const { subject } of allMembers(written)) yield subject;
  for (const { subject } of members.list(place)) {
    if (subject.type === groupType && organization.groups.byId.has(subject.id)) groups.add(subject.id);
    else yield subject;
  }
  for (const id of groups) {
    const group = organization.groups.byId.get(id);
    if (group) yield* subjectsOfGroup(organization, group, members);
  }
}
