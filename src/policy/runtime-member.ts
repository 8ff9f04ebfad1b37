import { compareText } from './position.ts';
import type { SubjectId } from './subject.ts';
import { firstInstantMs, lastInstantMs, parseFrom, parseUntil } from './text/instant.ts';
import { findOrganization, findRole, type PolicySet, type TimedRole } from './policy-set.ts';
import { listOfRole, type Role } from './role.ts';

/**
 * The place where a membership holds: in one workspace, in all workspaces of an organization, or in a group, whose id is
 * `ORGANIZATION/GROUP` here.
 */
export interface Place {
  readonly kind: PlaceKind | 'group';
  readonly id: string;
}

/** The kind of a place where roles are given. */
export type PlaceKind = 'workspace' | 'organization';

/** A group as a place. */
export function groupPlace(organization: string, group: string): Place {
  return { kind: 'group', id: `${organization}/${group}` };
}

/** The organization and the group of the place that a group is. Ids hold no slash. */
export function partsOfGroup(id: string): { readonly organization: string; readonly group: string } {
  const slash = id.indexOf('/');
  return { organization: id.slice(0, Math.max(slash, 0)), group: id.slice(slash + 1) };
}

/** What is kept of somebody who is in a group: nobody holds a role of a group, they hold what it was given. */
export const inGroup: readonly RuntimeAssignment[] = [{ role: 'member' }];

/** A role somebody was given while the product runs, not in YAML. Times are RFC 3339, UTC. */
export interface RuntimeAssignment {
  readonly role: string;
  /**
   * It gives nothing, and says that YAML gives this role to this subject at this place, who handed it over at run time
   * and holds it no more. It has no times.
   */
  readonly handedOver?: true;
  /** Holds from this instant on; undefined: since it was given. */
  readonly from?: string;
  /** Holds before this instant, not at it; undefined: for ever. */
  readonly until?: string;
  readonly reason?: string;
}

/** A membership at run time: who holds what at one place. */
export interface RuntimeMember {
  readonly place: Place;
  readonly subject: SubjectId;
  /** Never empty but in a list of changes, where it says that the member is gone. */
  readonly assignments: readonly RuntimeAssignment[];
  /** The sequence of the change that wrote this. */
  readonly sequence: number;
  /** The token of that change; `ETag` shows a part of it. */
  readonly token: string;
}

/**
 * The state that a database has come to. Every publication and every change of a membership counts the sequence up by
 * one.
 */
export interface DatabaseState {
  readonly sequence: number;
  /** Random, of that very change: a database restored from a backup may count the same sequence for another change. */
  readonly token: string;
}

export function compareRuntimeMembers(left: RuntimeMember, right: RuntimeMember): number {
  return (
    compareText(left.place.kind, right.place.kind) ||
    compareText(left.place.id, right.place.id) ||
    compareText(left.subject.type, right.subject.type) ||
    compareText(left.subject.id, right.subject.id)
  );
}

/** A role by id as a place sees it, whether it may be given there or not. */
export function findRoleAt(policy: PolicySet, { kind, id: place }: Place, id: string): Role | undefined {
  if (kind === 'group') return undefined;
  if (kind === 'organization') return policy.catalog.roles.get(id) ?? findOrganization(policy, place)?.roles.get(id);
  const workspace = policy.workspaces.get(place);
  return workspace && findRole(policy, workspace, id);
}

/** All roles that may be given at a place. */
export function rolesToGive(policy: PolicySet, { kind, id }: Place): Role[] {
  const workspace = kind === 'workspace' ? policy.workspaces.get(id) : undefined;
  const organization = workspace?.organization ?? (kind === 'organization' ? findOrganization(policy, id) : undefined);
  const owners = [policy.catalog, organization, workspace];
  return owners.flatMap((owner) => [...(owner?.roles.values() ?? [])]).filter((role) => listOfRole(role) === kind);
}

/**
 * What was given at run time, as the policy knows it. A role that is gone, or that does not belong to the place where it
 * was given, is left out. A time that cannot be read never comes, or is over.
 */
export function rolesGiven(policy: PolicySet, place: Place, assignments: readonly RuntimeAssignment[]): TimedRole[] {
  return assignments.flatMap(({ role: id, handedOver, from, until, reason }) => {
    const role = findRoleAt(policy, place, id);
    if (!role || listOfRole(role) !== place.kind || handedOver) return [];
    const fromMs = from === undefined ? undefined : (parseFrom(from) ?? lastInstantMs);
    const untilMs = until === undefined ? undefined : (parseUntil(until) ?? firstInstantMs);
    return [{ role, fromMs, untilMs, reason }];
  });
}

/** What somebody still holds of that which YAML gives them at a place: all but what they handed over at run time. */
export function keptOf<Held extends { readonly role: Role }>(
  written: readonly Held[],
  given: Pick<RuntimeMember, 'assignments'> | undefined,
): readonly Held[] {
  if (!given?.assignments.some(({ handedOver }) => handedOver)) return written;
  const gone = new Set(handedOverOf(given));
  return written.filter(({ role }) => !gone.has(role.id));
}

/** Ids of the roles that somebody handed over whom YAML gives them. */
export function handedOverOf({ assignments }: Pick<RuntimeMember, 'assignments'>): readonly string[] {
  return assignments.flatMap(({ role, handedOver }) => (handedOver ? [role] : []));
}
