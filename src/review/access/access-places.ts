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

/**
 * Every place where something can be asked, in an order that stays: each organization itself, then its workspaces, by
 * their ids; the workspaces of the nameless organization come first.
 */
export function* accessPlaces(policy: PolicySet): Generator<Workspace, undefined> {
  const workspaces = new Map<Organization, Workspace[]>();
  for (const workspace of policy.workspaces.values()) {
    const known = workspaces.get(workspace.organization);
    if (known) known.push(workspace);
    else workspaces.set(workspace.organization, [workspace]);
  }
  const organizations = [...new Set([...policy.organizations, ...workspaces.keys()])];
  organizations.sort((left, right) => compareText(left.id ?? '', right.id ?? ''));
  for (const organization of organizations) {
    const itself = atOrganization(organization);
    if (itself) yield itself;
    yield* (workspaces.get(organization) ?? []).sort((left, right) => compareText(left.id, right.id));
  }
  return undefined;
}

/** Whether one place comes before another in that order. */
export function comparePlaces(left: Workspace, right: Workspace): number {
  return (
    compareText(left.organization.id ?? '', right.organization.id ?? '') ||
    Number(isAtOrganization(right)) - Number(isAtOrganization(left)) ||
    compareText(left.id, right.id)
  );
}
