import {
  findOrganization,
  findWorkspace,
  groupType,
  type Organization,
  type PolicySet,
} from '../../policy/policy-set.ts';
import { groupPlace, partsOfGroup, type Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** The place that another one has become; undefined: it is what it was, or is gone. */
export type RenamedTo = (place: Place) => Place | undefined;

/**
 * Which places have another id under a policy: those whose former id it is, and, where the policy of before is known,
 * those that get their former id back, because their renaming is undone.
 */
export function renamedPlaces(after: PolicySet, before?: PolicySet): RenamedTo {
  return (place) => {
    const idNow = idIn(after, place);
    if (idNow === place.id) return undefined;
    const ids = idNow === undefined && before ? formerIdsIn(before, place) : [];
    const id =
      idNow ?? ids.map((former) => idIn(after, { kind: place.kind, id: former })).find((one) => one !== undefined);
    return id === undefined ? undefined : { kind: place.kind, id };
  };
}

/** The same place by the id that it has under a policy; what is not there stays as it is. */
export function placeNow(policy: PolicySet, place: Place): Place {
  const id = idIn(policy, place);
  return id === undefined || id === place.id ? place : { kind: place.kind, id };
}

/**
 * The subject that a group among the members of a place has become, where it has another id under a policy; the place by
 * the id that it has there.
 */
export function renamedGroup(
  renamedTo: RenamedTo,
  organization: Organization | undefined,
  { type, id }: SubjectId,
): SubjectId | undefined {
  if (type !== groupType || organization?.id === undefined || organization.groups.byId.has(id)) return undefined;
  const other = renamedTo(groupPlace(organization.id, id));
  return other && { type, id: partsOfGroup(other.id).group };
}

function idIn(policy: PolicySet, { kind, id }: Place): string | undefined {
  if (kind === 'workspace') return findWorkspace(policy, id)?.id;
  if (kind === 'organization') return findOrganization(policy, id)?.id;
  // A group goes along with its organization.
  const parts = partsOfGroup(id);
  const organization = findOrganization(policy, parts.organization);
  const group = organization?.groups.byId.get(organization.formerGroups?.get(parts.group) ?? parts.group);
  return organization?.id === undefined || !group ? undefined : groupPlace(organization.id, group.id).id;
}

function formerIdsIn(policy: PolicySet, { kind, id }: Place): readonly string[] {
  if (kind !== 'group') {
    const place = kind === 'workspace' ? findWorkspace(policy, id) : findOrganization(policy, id);
    return place?.formerly === undefined ? [] : [place.formerly];
  }
  const { organization: named, group } = partsOfGroup(id);
  const organization = findOrganization(policy, named);
  const owners = [named, organization?.formerly].filter((one) => one !== undefined);
  const former = [...(organization?.formerGroups ?? [])].flatMap(([was, now]) => (now === group ? [was] : []));
  return owners
    .flatMap((owner) => [group, ...former].map((one) => groupPlace(owner, one).id))
    .filter((one) => one !== id);
}
