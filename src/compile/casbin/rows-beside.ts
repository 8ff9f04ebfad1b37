import { membershipKey, type ChangedMembership } from '../../policy/membership/changed-memberships.ts';
import { subjectsOfGroup, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import type { PolicyPlaces } from '../../policy/policy-places.ts';
import { groupType, type Organization } from '../../policy/policy-set.ts';
import { groupPlace, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { GroupingRow } from './casbin-rules.ts';
import { runtimeRows } from './runtime-rows.ts';

/** A membership at run time that a change is not about, and the rows that it has once the change is made. */
export interface RowsBeside {
  readonly member: RuntimeMember;
  readonly gRows: readonly GroupingRow[];
}

/** The memberships at run time before a change and after it. */
export interface MembershipsThen {
  readonly before: GivenMemberships;
  readonly after: GivenMemberships;
}

/**
 * The other memberships whose rows become others by a change: of those who were put into the group that is the member,
 * and of the same people where some role spans memberships, which holds by two things that were given.
 */
export function rowsBeside(
  places: PolicyPlaces,
  changes: readonly ChangedMembership[],
  atMs: number,
  { before, after }: MembershipsThen,
): RowsBeside[] {
  const known = new Set(changes.map(({ place, subject }) => membershipKey(place, subject)));
  const found: RowsBeside[] = [];
  for (const change of changes) {
    const organization = places.organizationAt(change.place);
    if (!organization) continue;
    for (const { member, isSure } of othersOf(places, organization, change, after)) {
      const key = membershipKey(member.place, member.subject);
      if (known.has(key)) continue;
      known.add(key);
      const gRows = runtimeRows(places, member, atMs, after);
      if (isSure || !areSame(gRows, runtimeRows(places, member, atMs, before))) found.push({ member, gRows });
    }
  }
  return found;
}

interface Other {
  readonly member: RuntimeMember;
  /** Whether its rows are others for sure. */
  readonly isSure: boolean;
}

function* othersOf(
  places: PolicyPlaces,
  organization: Organization,
  { place, subject }: ChangedMembership,
  after: GivenMemberships,
): Generator<Other> {
  const { subjectTypes } = places.policy.catalog;
  const isGroup = place.kind !== 'group' && subject.type === groupType && !subjectTypes.includes(groupType);
  const group = isGroup ? organization.groups.byId.get(subject.id) : undefined;
  if (isGroup && !group) return;
  if (group) {
    for (const member of after.list(groupPlace(organization.id ?? '', group.id))) yield { member, isSure: true };
  }
  if (!places.isWaitedIn(organization)) return;
  const people = group ? [...subjectsOfGroup(organization, group, after)] : [subject];
  for (const member of membershipsOf(places, organization, place, people, after)) yield { member, isSure: false };
}

// All that was given to some people at run time, themselves and by groups, wherever a change at a place counts.
function* membershipsOf(
  places: PolicyPlaces,
  organization: Organization,
  changed: Place,
  people: readonly SubjectId[],
  runtime: GivenMemberships,
): Generator<RuntimeMember> {
  const id = organization.id ?? '';
  const there = places.workspacesOf(changed).map((workspace): Place => ({ kind: 'workspace', id: workspace.id }));
  const groups = people.flatMap((one) => organization.groups.ofSubject.get(one.type)?.get(one.id) ?? []);
  const holders = [...people, ...[...new Set(groups)].map((group) => ({ type: groupType, id: group.id }))];
  for (const place of [{ kind: 'organization', id } as const, ...there]) yield* givenTo(holders, place, runtime);
  for (const one of people) {
    for (const group of runtime.groupsOf(id, one.type, one.id) ?? []) {
      const member = runtime.get(groupPlace(id, group), one.type, one.id);
      if (member) yield member;
    }
  }
}

// Of many it is shorter to go through what there is.
function* givenTo(holders: readonly SubjectId[], place: Place, runtime: GivenMemberships): Generator<RuntimeMember> {
  if (holders.length <= fewHolders) {
    for (const { type, id } of holders) {
      const member = runtime.get(place, type, id);
      if (member) yield member;
    }
    return;
  }
  const names = new Set(holders.map(({ type, id }) => `${type} ${id}`));
  for (const member of runtime.list(place)) if (names.has(`${member.subject.type} ${member.subject.id}`)) yield member;
}

const fewHolders = 16;

function areSame(left: readonly GroupingRow[], right: readonly GroupingRow[]): boolean {
  return left.length === right.length && left.every((row, index) => row.join(' ') === right[index]?.join(' '));
}
