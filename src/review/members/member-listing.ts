import { formatInstant } from '../../policy/text/instant.ts';
import { writtenMembers } from '../../policy/membership/effective-members.ts';
import { SmallestSubjects } from '../../policy/membership/smallest-subjects.ts';
import {
  countMembers,
  findWritten,
  holdsAt,
  type GroupedSubject,
  type Member,
  type PolicySet,
} from '../../policy/policy-set.ts';
import { handedOverOf, type RuntimeMember, rolesGiven } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { membersPlaceOf, type KnownGroup, type KnownPlace, type RuntimeMemberships } from './member-roles.ts';

/** A role of a member at one place, as a settings page shows it. Times are RFC 3339. */
export interface ListedAssignment {
  readonly role: string;
  /** Left out for a role that is gone and grants nothing. */
  readonly title?: string;
  readonly from?: string;
  /** It holds before this instant. */
  readonly until?: string;
  readonly reason?: string;
  /** Git gives the role, and it was handed over at run time. */
  readonly handedOver?: true;
  /** Whether it holds now. */
  readonly isHeld: boolean;
}

/** The origin of a member: who belongs to git is changed there, at this line; everybody else at run time. */
export type MemberOrigin =
  | { readonly source: 'git'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly source: 'database'; readonly token: string };

export interface ListedMember {
  readonly subject: SubjectId;
  readonly roles: readonly ListedAssignment[];
  readonly origin: MemberOrigin;
}

export interface ListingGround {
  readonly policy: PolicySet;
  readonly members: RuntimeMemberships;
  readonly atMs: number;
}

/** A member of a place, from YAML or from run time. */
export type FoundMember = Member | RuntimeMember;

/** What is wanted of a list: so many after a subject, or one subject alone. */
interface Wanted {
  readonly after?: SubjectId;
  readonly only?: SubjectId;
  readonly limit: number;
}

/** What somebody holds at a place itself, now or at another time; undefined when nothing. */
export function findListedMember(
  ground: ListingGround,
  place: KnownPlace,
  subject: SubjectId,
): ListedMember | undefined {
  const written = findWritten(membersPlaceOf(place), subject);
  const given = ground.members.get(place, subject.type, subject.id);
  if (written) return describeWritten(written, given, ground.atMs);
  return given && describeGiven(ground, place, given);
}

/**
 * Finds the members of a place, from YAML and from run time, sorted by type and id: as many as wanted, and one more
 * where there are more. `role`: those who hold it at some time; `only`: nobody else. All are those of the first step; a step is short.
 */
export function* findMembers(
  ground: ListingGround,
  place: KnownPlace,
  { role, after, only, limit }: Wanted & { readonly role?: string },
): Generator<void, readonly FoundMember[]> {
  const page = new SmallestSubjects<FoundMember>(limit + 1, after, only);
  const there = membersPlaceOf(place);
  // Those of the run time may change between two steps; a copy does not, and takes a thousandth of the rest.
  const given = [...ground.members.list(place)];
  let looked = 0;
  for (const member of writtenMembers(there)) {
    looked += 1;
    if (looked % membersAtOnce === 0) yield;
    if (!page.wants(member.subject)) continue;
    if (role === undefined || member.assignments.some((one) => one.role.id === role)) page.add(member);
  }
  for (const member of given) {
    looked += 1;
    if (looked % membersAtOnce === 0) yield;
    if (!page.wants(member.subject)) continue;
    if (role !== undefined && !member.assignments.some((one) => one.role === role)) continue;
    // Git has the last word where both have one.
    if (!findWritten(there, member.subject)) page.add(member);
  }
  return page.sorted();
}

/** Looked at in one step, which takes less than a tenth of a millisecond. */
const membersAtOnce = 500;

/** Somebody in a group, from YAML or from run time. */
export interface ListedInGroup {
  readonly subject: SubjectId;
  readonly origin: MemberOrigin;
}

export function findListedInGroup(
  { members }: Pick<ListingGround, 'members'>,
  { id, group }: KnownGroup,
  subject: SubjectId,
): ListedInGroup | undefined {
  const written = group.subjects.get(subject.type)?.get(subject.id);
  if (written) return describeWrittenInGroup(written);
  const given = members.get({ kind: 'group', id }, subject.type, subject.id);
  return given && { subject: given.subject, origin: { source: 'database', token: given.token } };
}

/** Finds those in a group as `findMembers` does those of a place. */
export function* findGrouped(
  { members }: Pick<ListingGround, 'members'>,
  { id, group }: KnownGroup,
  { after, only, limit }: Wanted,
): Generator<void, readonly ListedInGroup[]> {
  const page = new SmallestSubjects<GroupedSubject | RuntimeMember>(limit + 1, after, only);
  const given = [...members.list({ kind: 'group', id })];
  let looked = 0;
  for (const byId of group.subjects.values()) {
    for (const one of byId.values()) {
      looked += 1;
      if (looked % membersAtOnce === 0) yield;
      if (page.wants(one.subject)) page.add(one);
    }
  }
  for (const one of given) {
    looked += 1;
    if (looked % membersAtOnce === 0) yield;
    const isWritten = group.subjects.get(one.subject.type)?.has(one.subject.id) === true;
    if (page.wants(one.subject) && !isWritten) page.add(one);
  }
  return page
    .sorted()
    .map((one) =>
      'token' in one
        ? { subject: one.subject, origin: { source: 'database', token: one.token } }
        : describeWrittenInGroup(one),
    );
}

function describeWrittenInGroup({ subject, position: { file, line, column } }: GroupedSubject): ListedInGroup {
  return { subject, origin: { source: 'git', file, line, column } };
}

export function describeFound(ground: ListingGround, place: KnownPlace, member: FoundMember): ListedMember {
  if ('place' in member) return describeGiven(ground, place, member);
  const { type, id } = member.subject;
  return describeWritten(member, ground.members.get(place, type, id), ground.atMs);
}

/** How many may have to be looked at for a page. */
export function countListed({ members }: Pick<ListingGround, 'members'>, place: KnownPlace): number {
  const there = membersPlaceOf(place);
  return countMembers(there.members) + there.groupMembers.size + members.size;
}

/** As `RuntimeMember`s and as the assignments of YAML say it, in the same words. */
export function describeGiven(
  { policy, atMs }: ListingGround,
  place: KnownPlace,
  { subject, assignments, token }: RuntimeMember,
): ListedMember {
  const roles = assignments.map((assignment): ListedAssignment => {
    const [held] = rolesGiven(policy, place, [assignment]);
    const { role, ...rest } = assignment;
    if (!held) return { role, ...rest, isHeld: false };
    return { role, title: held.role.title, ...rest, isHeld: holdsAt(held, atMs) };
  });
  return { subject, roles, origin: { source: 'database', token } };
}

function describeWritten(
  { subject, assignments, position }: Member,
  given: RuntimeMember | undefined,
  atMs: number,
): ListedMember {
  const gone = given ? handedOverOf(given) : [];
  const roles = assignments.map((assignment): ListedAssignment => {
    const { role, fromMs, untilMs, reason } = assignment;
    return {
      role: role.id,
      title: role.title,
      ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
      ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
      ...(reason === undefined ? {} : { reason }),
      ...(gone.includes(role.id) ? { handedOver: true } : {}),
      isHeld: holdsAt(assignment, atMs) && !gone.includes(role.id),
    };
  });
  const { file, line, column } = position;
  return { subject, roles, origin: { source: 'git', file, line, column } };
}
