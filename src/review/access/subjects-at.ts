import { groupsAt, type MembersPlace } from '../../policy/membership/effective-members.ts';
import { subjectsOfGroup, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import {
  allMembers,
  groupType,
  isAtOrganization,
  type Organization,
  type PolicySet,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';

/**
 * Everybody who was given something at a place or above it, by YAML or at run time, alone, by a group or as staff, whether
 * it holds now or not: each once, in no order.
 */
export function* subjectsAt(
  { staff }: Pick<PolicySet, 'staff'>,
  place: Workspace,
  runtime: GivenMemberships,
): Generator<SubjectId, undefined> {
  const seen = new Map<string, Set<string>>();
  const sources = isAtOrganization(place) ? [place.organization] : [place, place.organization];
  for (const source of sources) {
    for (const subject of givenSomething(source, runtime)) if (isNew(seen, subject)) yield subject;
  }
  for (const { subject } of allMembers(staff)) if (isNew(seen, subject)) yield subject;
  return undefined;
}

function isNew(seen: Map<string, Set<string>>, { type, id }: SubjectId): boolean {
  const ids = seen.get(type) ?? new Set<string>();
  seen.set(type, ids);
  if (ids.has(id)) return false;
  ids.add(id);
  return true;
}

function* givenSomething(place: MembersPlace, runtime: GivenMemberships): Generator<SubjectId, undefined> {
  for (const { subject } of allMembers(place.members)) yield subject;
  const at = runtime.size === 0 ? undefined : placeOf(place);
  // A group among them has no roles of its own, and whoever asks for those finds none.
  if (at) for (const { subject } of runtime.list(at)) yield subject;
  const organization = 'organization' in place ? place.organization : place;
  for (const group of groupsAt(place).byId.values()) {
    const isGiven = place.groupMembers.has(group.id) || (at && runtime.get(at, groupType, group.id) !== undefined);
    if (isGiven === true) yield* subjectsOfGroup(organization, group, runtime);
  }
  return undefined;
}

function placeOf(place: MembersPlace): Place | undefined {
  if ('organization' in place) return { kind: 'workspace', id: place.id };
  return organizationPlace(place);
}

function organizationPlace({ id }: Organization): Place | undefined {
  return id === undefined ? undefined : { kind: 'organization', id };
}
