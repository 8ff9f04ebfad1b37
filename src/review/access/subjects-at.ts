import { groupsAt, type MembersPlace } from '../../policy/membership/effective-members.ts';
import { subjectsOfGroup, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import { allMembers, groupType, isAtOrganization, type Organization, type Workspace } from '../../policy/policy-set.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';

/**
 * Everybody who was given something at a place or above it, by YAML or at run time, alone or by a group, whether it holds
 * now or not: each once, in no order.
 */
export function* subjectsAt(place: Workspace, runtime: GivenMemberships): Generator<SubjectId, undefined> {
  const seen = new Map<string, Set<string>>();
  const sources = isAtOrganization(place) ? [place.organization] : [place, place.organization];
  for (const source of sources) {
    for (const subject of givenSomething(source, runtime)) {
      const ids = seen.get(subject.type) ?? new Set<string>();
      seen.set(subject.type, ids);
      if (ids.has(subject.id)) continue;
      ids.add(subject.id);
      yield subject;
    }
  }
  return undefined;
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
