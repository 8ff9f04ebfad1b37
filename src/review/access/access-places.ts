import {
  atOrganization,
  isAtOrganization,
  type Organization,
  type PolicySet,
  type Workspace,
} from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';

/** The name of a place: of a workspace, or of an organization itself. */
export interface PlaceName {
  readonly kind: PlaceKind;
  readonly id: string;
}

export function placeNameOf(place: Workspace): PlaceName {
  const { id } = place.organization;
  return isAtOrganization(place) && id !== undefined
    ? { kind: 'organization', id }
    : { kind: 'workspace', id: place.id };
}

/** The place of a place in the order of all. */
export interface PlaceKey {
  /** Empty for the nameless one. */
  readonly organization: string;
  /** Empty for the organization itself, which comes before its workspaces. */
  readonly workspace: string;
}

export function placeKeyOf(place: Workspace): PlaceKey {
  return { organization: place.organization.id ?? '', workspace: isAtOrganization(place) ? '' : place.id };
}

export function comparePlaceKeys(left: PlaceKey, right: PlaceKey): number {
  return compareText(left.organization, right.organization) || compareText(left.workspace, right.workspace);
}

/**
 * Every place where something can be asked, in an order that stays: each organization itself, then its workspaces, by
 * their ids; the workspaces of the nameless organization come first.
 */
export function accessPlaces(policy: PolicySet): readonly Workspace[] {
  const known = sorted.get(policy);
  if (known) return known;
  const workspaces = new Map<Organization, Workspace[]>();
  for (const organization of policy.organizations) workspaces.set(organization, []);
  for (const workspace of policy.workspaces.values()) {
    const known = workspaces.get(workspace.organization);
    if (known) known.push(workspace);
    else workspaces.set(workspace.organization, [workspace]);
  }
  const organizations = [...workspaces].sort(([left], [right]) => compareText(left.id ?? '', right.id ?? ''));
  const found = organizations.flatMap(([organization, its]) => {
    const itself = atOrganization(organization);
    its.sort((left, right) => compareText(left.id, right.id));
    return itself ? [itself, ...its] : its;
  });
  sorted.set(policy, found);
  return found;
}

// A policy does not change, so its places are put in order once.
const sorted = new WeakMap<PolicySet, readonly Workspace[]>();

/** Those of them that come after a key, wherever it may stand. */
export function* placesAfter(policy: PolicySet, after: PlaceKey | undefined): Generator<Workspace, undefined> {
  const places = accessPlaces(policy);
  let [low, high] = [0, after ? places.length : 0];
  while (after && low < high) {
    const middle = (low + high) >> 1;
    const place = places[middle];
    if (place && comparePlaceKeys(placeKeyOf(place), after) <= 0) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < places.length; index += 1) {
    const place = places[index];
    if (place) yield place;
  }
  return undefined;
}
