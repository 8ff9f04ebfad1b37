import { quote } from '../../compile/words/describe-value.ts';
import { isAscii, skeletonOf } from '../../policy/text/look-alikes.ts';
import { allMembers, type PolicySet } from '../../policy/policy-set.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from './change-fault.ts';
import type { KnownPlace, RuntimeMemberships } from './member-roles.ts';

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
  const skeleton = skeletonOf(subject.id);
  for (const known of subjectsAt(place, members)) {
    // Of two that look alike one at least is not of ASCII, which nearly none is.
    if (isAscii(known.id) && skeleton === subject.id) continue;
    if (known.type !== subject.type || known.id === subject.id || skeletonOf(known.id) !== skeleton) continue;
    const [first] = policy.catalog.subjectTypes;
    const [who, other] = [subject, known].map((one) => quote(formatSubject(one, first)));
    const where = `${place.kind} ${quote(place.id)}`;
    const message = `${who ?? ''} looks like ${other ?? ''}, a member of ${where} or above it, and is written in other letters`;
    return { code: 'look-alike', message };
  }
  return undefined;
}

function* subjectsAt(place: KnownPlace, members: RuntimeMemberships): Generator<SubjectId> {
  if (place.kind === 'workspace') {
    const { organization } = place.workspace;
    for (const { subject } of allMembers(place.workspace.members)) yield subject;
    for (const { subject } of members.list(place)) yield subject;
    if (organization.id !== undefined)
      yield* subjectsAt({ kind: 'organization', id: organization.id, organization }, members);
    else for (const { subject } of allMembers(organization.members)) yield subject;
    return;
  }
  for (const { subject } of allMembers(place.organization.members)) yield subject;
  for (const { subject } of members.list(place)) yield subject;
}
