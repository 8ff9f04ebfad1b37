import {
  findMember,
  isAtOrganization,
  type GroupedSubject,
  type Member,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import { keptOf } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { accessPlaces } from '../../review/access/access-places.ts';
import type { AskedGround, Asking } from '../members/asking.ts';
import { placeWords, isPlaceOf } from './place-page.ts';

/** What the files give somebody themselves: only a change of the files can take it. */
export function* findRemaining(asking: Asking, ground: AskedGround, subject: SubjectId): Generator<void, object[]> {
  const { engine, knowledge } = ground;
  const found: object[] = [];
  let looked = 0;
  for (const place of accessPlaces(engine.policy)) {
    looked += 1;
    if (looked % placesAtOnce === 0) yield;
    const written = isPlaceOf(asking, ground, place) ? writtenAt(ground, place, subject) : [];
    if (written.length > 0 && knowledge.mayKnow(knowledge.at(place), subject)) found.push(...written);
  }
  const staff = findMember(engine.policy.staff, subject);
  if (staff && asking.caller.organizations === undefined && (yield* isOfActor(ground, subject))) {
    found.push({ staff: true, ...describeMember(staff, staff.assignments) });
  }
  return found;
}

// What somebody holds everywhere is known wherever something is controlled.
function* isOfActor({ engine, knowledge }: AskedGround, subject: SubjectId): Generator<void, boolean> {
  if (knowledge.isActor(subject)) return true;
  let looked = 0;
  for (const place of accessPlaces(engine.policy)) {
    looked += 1;
    if (looked % placesAtOnce === 0) yield;
    if (knowledge.at(place) === 'all') return true;
  }
  return false;
}

/** Looked at in one step, which takes less than a millisecond. */
const placesAtOnce = 50;

function writtenAt({ runtime }: AskedGround, place: Workspace, subject: SubjectId): object[] {
  const { organization } = place;
  const isCompany = isAtOrganization(place);
  const member = findMember((isCompany ? organization : place).members, subject);
  const at = isCompany
    ? ({ kind: 'organization', id: organization.id ?? '' } as const)
    : ({ kind: 'workspace', id: place.id } as const);
  const kept = member ? keptOf(member.assignments, runtime.get(at, subject.type, subject.id)) : [];
  const groups = isCompany ? (organization.groups.ofSubject.get(subject.type)?.get(subject.id) ?? []) : [];
  return [
    ...(member && kept.length > 0 ? [{ ...placeWords(place), ...describeMember(member, kept) }] : []),
    ...groups.map((group) => {
      const one = group.subjects.get(subject.type)?.get(subject.id);
      return { ...placeWords(place), group: group.id, ...(one ? describePosition(one) : {}) };
    }),
  ];
}

function describeMember(member: Member, held: readonly TimedRole[]): object {
  return { roles: [...new Set(held.map(({ role }) => role.id))], ...describePosition(member) };
}

function describePosition({ position: { file, line, column } }: Pick<GroupedSubject, 'position'>): object {
  return { file, line, column };
}
