import {
  allMembers,
  countMembers,
  findMember,
  type Assignment,
  type Group,
  type Groups,
  type Member,
  type Members,
  type Organization,
  type Workspace,
} from '../policy-set.ts';
import type { Position } from '../position.ts';
import type { SubjectId } from '../subject.ts';

/*
 * Who holds what at a place, by themselves and by the groups they are in. Whatever asks what somebody holds asks here:
 * groups are never written out in the policy.
 */

/** A place where roles are given. */
export type MembersPlace = Workspace | Organization;

/** What the groups that somebody is in were given at a place. */
interface GroupShare {
  readonly assignments: readonly Assignment[];
  /** Where the first of them stands among the members. */
  readonly position: Position;
}

/** A member of a place by groups alone. Those who are in the same groups share what they hold. */
export class GroupHolder implements Member {
  readonly subject: SubjectId;
  readonly share: GroupShare;

  constructor(subject: SubjectId, share: GroupShare) {
    this.subject = subject;
    this.share = share;
  }

  get assignments(): readonly Assignment[] {
    return this.share.assignments;
  }

  get properties(): undefined {
    return undefined;
  }

  get position(): Position {
    return this.share.position;
  }
}

const noMembers: Members = new Map();

export function groupsAt(place: MembersPlace): Groups {
  return 'organization' in place ? place.organization.groups : place.groups;
}

/** All that a subject was given at a place, itself and by its groups; undefined: nothing, and it has no properties there. */
export function effectiveMember(place: MembersPlace, subject: SubjectId): Member | undefined {
  const own = findMember(place.members, subject);
  if (place.groupMembers.size === 0) return own;
  const groups = groupsAt(place).ofSubject.get(subject.type)?.get(subject.id);
  const share = groups && shareOf(place, groups);
  return share ? joinShare(own, subject, share) : own;
}

/** Whether a subject is a member of a place, itself or by a group. */
export function isMemberAt(place: MembersPlace, subject: SubjectId): boolean {
  if (findMember(place.members, subject)) return true;
  if (place.groupMembers.size === 0) return false;
  const groups = groupsAt(place).ofSubject.get(subject.type)?.get(subject.id);
  return groups?.some(({ id }) => place.groupMembers.has(id)) === true;
}

/** Everybody who was given something at a place, themselves or by a group: those first whom the place itself lists. */
export function* effectiveMembers(place: MembersPlace): Generator<Member, undefined> {
  if (place.groupMembers.size === 0) return yield* allMembers(place.members);
  const shares = new Shares(place);
  const { ofSubject } = groupsAt(place);
  yield* listedMembers(place, shares);
  for (const [type, byId] of ofSubject) {
    const listed = place.members.get(type);
    for (const [id, groups] of byId) {
      const share = shares.of(groups);
      if (share && listed?.has(id) !== true) yield new GroupHolder({ type, id }, share);
    }
  }
  return undefined;
}

export function countEffectiveMembers(place: MembersPlace): number {
  if (place.groupMembers.size === 0) return countMembers(place.members);
  const members = effectiveMembers(place);
  let count = 0;
  while (members.next().done !== true) count += 1;
  return count;
}

/** The same by type and id. */
export function effectiveMembersById(place: MembersPlace): Members {
  if (place.groupMembers.size === 0) return place.members;
  const found = new Map<string, Map<string, Member>>();
  for (const member of effectiveMembers(place)) {
    const { type, id } = member.subject;
    const byId = found.get(type) ?? new Map<string, Member>();
    found.set(type, byId.set(id, member));
  }
  return found;
}

/** Somebody of a place, and how many more hold just the same. */
export interface DistinctMember {
  readonly member: Member;
  readonly others: number;
}

/**
 * The same, but of those who hold the same by the same groups and nothing else, there, above and as staff, one for all:
 * what is asked of each of a large group in each of a thousand workspaces has one answer.
 */
export function* distinctMembers(
  place: MembersPlace,
  staff: Members = noMembers,
): Generator<DistinctMember, undefined> {
  const shares = new Shares(place);
  const left = new Map(place.groupMembers.size === 0 ? [] : groupsAt(place).lists);
  const { ofSubject } = groupsAt(place);
  for (const member of listedMembers(place, shares)) {
    yield { member, others: 0 };
    if (left.size > 0) takeOne(left, ofSubject.get(member.subject.type)?.get(member.subject.id));
  }
  if (left.size === 0) return undefined;
  const listed = [place.members, 'organization' in place ? place.organization.members : noMembers, staff];
  for (const [index, above] of listed.entries()) {
    if (index === 0) continue;
    for (const { subject } of allMembers(above)) {
      const groups = ofSubject.get(subject.type)?.get(subject.id);
      const share = groups && shares.of(groups);
      if (!share || isListed(subject, listed.slice(0, index))) continue;
      takeOne(left, groups);
      yield { member: new GroupHolder(subject, share), others: 0 };
    }
  }
  for (const [groups, count] of left) {
    const share = count > 0 ? shares.of(groups) : undefined;
    const subject = share && firstAlike(groups, ofSubject, listed);
    if (share && subject) yield { member: new GroupHolder(subject, share), others: count - 1 };
  }
  return undefined;
}

function takeOne(left: Map<readonly Group[], number>, groups: readonly Group[] | undefined): void {
  const count = groups && left.get(groups);
  if (groups && count !== undefined) left.set(groups, count - 1);
}

// The first of those who are in just these groups and are listed nowhere.
function firstAlike(
  groups: readonly Group[],
  ofSubject: Groups['ofSubject'],
  listed: readonly Members[],
): SubjectId | undefined {
  const sizeOf = ({ subjects }: Group): number => [...subjects.values()].reduce((sum, { size }) => sum + size, 0);
  const smallest = groups.reduce((left, right) => (sizeOf(right) < sizeOf(left) ? right : left));
  for (const [type, byId] of smallest.subjects) {
    for (const id of byId.keys()) {
      const isAlike = ofSubject.get(type)?.get(id) === groups;
      if (isAlike && !isListed({ type, id }, listed)) return { type, id };
    }
  }
  return undefined;
}

function isListed(subject: SubjectId, listed: readonly Members[]): boolean {
  return listed.some((members) => findMember(members, subject) !== undefined);
}

/** What is given at a place, to subjects and to groups, as it stands there. */
export function* writtenMembers(place: MembersPlace): Generator<Member, undefined> {
  yield* allMembers(place.members);
  yield* place.groupMembers.values();
  return undefined;
}

function* listedMembers(place: MembersPlace, shares: Shares): Generator<Member> {
  if (place.groupMembers.size === 0) return yield* allMembers(place.members);
  const { ofSubject } = groupsAt(place);
  for (const [type, byId] of place.members) {
    const grouped = ofSubject.get(type);
    for (const [id, member] of byId) {
      const groups = grouped?.get(id);
      const share = groups && shares.of(groups);
      yield share ? joinShare(member, { type, id }, share) : member;
    }
  }
}

class Shares {
  readonly #place: MembersPlace;
  readonly #known = new Map<readonly Group[], GroupShare | undefined>();

  constructor(place: MembersPlace) {
    this.#place = place;
  }

  of(groups: readonly Group[]): GroupShare | undefined {
    const known = this.#known.get(groups);
    if (known || this.#known.has(groups)) return known;
    const share = shareOf(this.#place, groups);
    this.#known.set(groups, share);
    return share;
  }
}

function shareOf({ groupMembers }: MembersPlace, groups: readonly Group[]): GroupShare | undefined {
  const given = groups.flatMap((group) => groupMembers.get(group.id) ?? []);
  const [first] = given;
  if (!first) return undefined;
  const assignments = given.flatMap(({ subject, assignments: its }) =>
    its.map(({ role, fromMs, untilMs, reason, position }) => {
      return { role, fromMs, untilMs, reason, position, group: subject.id };
    }),
  );
  return { assignments, position: first.position };
}

function joinShare(own: Member | undefined, subject: SubjectId, share: GroupShare): Member {
  if (!own) return new GroupHolder(subject, share);
  const { properties, position } = own;
  return { subject, assignments: [...own.assignments, ...share.assignments], properties, position };
}
