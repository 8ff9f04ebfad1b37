import { findOrganization, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import { groupPlace, partsOfGroup, type Place } from '../../policy/runtime-member.ts';

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
    const former = before && formerIdIn(before, place);
    const id = idNow ?? (former === undefined ? undefined : idIn(after, { kind: place.kind, id: former }));
    return id === undefined ? undefined : { kind: place.kind, id };
  };
}

/** The same place by the id that it has under a policy; what is not there stays as it is. */
export function placeNow(policy: PolicySet, place: Place): Place {
  const id = idIn(policy, place);
  return id === undefined || id === place.id ? place : { kind: place.kind, id };
}

function idIn(policy: PolicySet, place: Place): string | undefined {
  return within(place, namedIn(policy, place)?.id);
}

function formerIdIn(policy: PolicySet, place: Place): string | undefined {
  return within(place, namedIn(policy, place)?.formerly);
}

// A group goes along with its organization.
function within({ kind, id }: Place, owner: string | undefined): string | undefined {
  if (kind !== 'group' || owner === undefined) return owner;
  return groupPlace(owner, partsOfGroup(id).group).id;
}

function namedIn(
  policy: PolicySet,
  { kind, id }: Place,
): { readonly id: string | undefined; readonly formerly?: string | undefined } | undefined {
  if (kind === 'group') return findOrganization(policy, partsOfGroup(id).organization);
  return kind === 'workspace' ? findWorkspace(policy, id) : findOrganization(policy, id);
}
