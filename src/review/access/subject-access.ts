import { listedNames, type ListedName } from '../../engine/permission-listing.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import { isAtOrganization, type Organization, type Workspace } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { accessPlaces } from './access-places.ts';
import type { AccessGround } from './access-ground.ts';
import { findAllowed, type AllowedPermission } from './allowed-permission.ts';
import { rolesOfPlace, type RoleOfPlace } from './given-role.ts';

/** All that one subject has at one place. */
export interface PlaceAccess {
  readonly place: Workspace;
  /** In the order in which they are held: those of the place itself first. */
  readonly roles: readonly RoleOfPlace[];
  /** What these allow now, in the order of the catalog. Who has the same roles elsewhere in a company has the very same list. */
  readonly allowed: readonly AllowedPermission[];
}

/** A reader of all that one subject has, place by place. What a set of roles allows in a company is asked once. */
export class SubjectAccess {
  readonly #ground: AccessGround;
  readonly #subject: SubjectId;
  readonly #known = new Map<Organization, Map<string, readonly AllowedPermission[]>>();

  constructor(ground: AccessGround, subject: SubjectId) {
    this.#ground = ground;
    this.#subject = subject;
  }

  /** Each place where the subject was given something, in the order of places; undefined: a step without one. */
  *everywhere(): Generator<PlaceAccess | undefined, undefined> {
    let looked = 0;
    for (const place of accessPlaces(this.#ground.engine.policy)) {
      looked += 1;
      const found = this.at(place);
      if (found || looked % placesAtOnce === 0) yield found;
    }
    return undefined;
  }

  /** What the subject has at one place; undefined: it was given nothing there or above that could hold there. */
  at(place: Workspace): PlaceAccess | undefined {
    const roles = this.rolesAt(place);
    return roles && { place, roles, allowed: this.allowedAt(place) };
  }

  /** The same, but for what the roles allow. */
  rolesAt(place: Workspace): readonly RoleOfPlace[] | undefined {
    const { engine, atMs } = this.#ground;
    const given = engine.assignmentsOf(place, this.#subject);
    // What waits for a role of the workspace is told where one is, and at the company, which gave it.
    if (given.every(({ role }) => role.spans === 'memberships') && !isAtOrganization(place)) return undefined;
    const roles = rolesOfPlace(given, atMs);
    return roles.length === 0 ? undefined : roles;
  }

  /** What the subject may do at one place now. */
  allowedAt(place: Workspace): readonly AllowedPermission[] {
    const { engine, atMs } = this.#ground;
    const roleSet = engine.roleSetOf(place, engine.assignmentsOf(place, this.#subject), atMs);
    return roleSet ? this.#allowedBy(place, roleSet) : [];
  }

  /** Finds out what `allowedAt` says of a place, in short steps. */
  *prepare(place: Workspace): Generator<void, undefined> {
    const { engine, atMs } = this.#ground;
    const roleSet = engine.roleSetOf(place, engine.assignmentsOf(place, this.#subject), atMs);
    if (roleSet) yield* this.#allowedInSteps(place, roleSet);
    return undefined;
  }

  #allowedBy(place: Workspace, roleSet: RoleSet): readonly AllowedPermission[] {
    const steps = this.#allowedInSteps(place, roleSet);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  *#allowedInSteps(place: Workspace, roleSet: RoleSet): Generator<void, readonly AllowedPermission[]> {
    const { engine } = this.#ground;
    const kind = isAtOrganization(place) ? 'organization' : 'workspace';
    const known = this.#known.get(place.organization) ?? new Map<string, readonly AllowedPermission[]>();
    this.#known.set(place.organization, known);
    const key = `${kind} ${roleSet.number}`;
    const found = known.get(key);
    if (found) return found;
    const names = listedNames(engine.policy.catalog, kind).filter(isPermission);
    const allowed: AllowedPermission[] = [];
    for (const name of names) {
      const one = findAllowed(engine, place, roleSet, { name });
      if (one) allowed.push(one);
      yield;
    }
    known.set(key, allowed);
    return allowed;
  }
}

// Former ids mean what is in the list already.
function isPermission({ id, permissions }: ListedName): boolean {
  return permissions[0]?.id === id;
}

/** Looked at in one step, which takes less than a millisecond. */
const placesAtOnce = 100;
