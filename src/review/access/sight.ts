import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { cellWithin, listHeldRoles, listedNames, listPermission } from '../../engine/permission-listing.ts';
import type { ListedName, ListedPermission, RoleOfSubject } from '../../engine/permission-listing.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import type { Cell } from '../../policy/permission.ts';
import { atOrganization, heldAt, isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import { ruleFor, type Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { findPlace } from '../members/member-roles.ts';
import type { PlaceName } from './access-places.ts';
import { rolesSeenAt } from './role-matrix.ts';

/** The one through whose eyes a place is looked at: somebody there, or whoever would hold just these roles. */
export type Viewer =
  | { readonly kind: 'subject'; readonly subject: SubjectId }
  | { readonly kind: 'roles'; readonly roles: readonly string[] };

/** A question for what somebody sees at a place, now or at another time. */
export interface AskedSight {
  readonly place: PlaceName;
  readonly viewer: Viewer;
  readonly atMs: number;
}

/** A permission as somebody sees it, and which of their roles say so. */
export interface SeenPermission extends ListedPermission {
  /** The roles that give it, wherever it is allowed. */
  readonly roles: readonly string[];
  /** The roles that deny what another of them gives. */
  readonly deniedBy: readonly string[];
}

/** All that somebody sees at a place. */
export interface Sight {
  readonly roles: readonly RoleOfSubject[];
  readonly permissions: readonly SeenPermission[];
}

/** A viewer whose roles are known: permissions are looked at one by one. */
export class Looking {
  readonly roles: readonly RoleOfSubject[];
  readonly names: readonly ListedName[];
  readonly #engine: CasbinEngine;
  readonly #place: Workspace;
  readonly #roleSet: RoleSet | undefined;
  readonly #held: readonly Role[];

  constructor(engine: CasbinEngine, place: Workspace, viewer: Viewer, atMs: number) {
    this.#engine = engine;
    this.#place = place;
    this.names = listedNames(engine.policy.catalog, isAtOrganization(place) ? 'organization' : 'workspace');
    if (viewer.kind === 'subject') {
      const { subject } = viewer;
      this.#roleSet = engine.rolesOf(place, subject, atMs);
      this.#held = [...new Set(heldAt(engine.assignmentsOf(place, subject), atMs).map(({ role }) => role))];
      this.roles = listHeldRoles(engine, place, subject, atMs);
    } else {
      this.#held = rolesSeenAt(engine.policy, place).filter(({ id }) => viewer.roles.includes(id));
      this.#roleSet = this.#setOf(this.#held);
      this.roles = this.#held.map(({ id, title }) => ({ role: id, title }));
    }
  }

  see(name: ListedName): SeenPermission {
    const listed = listPermission(this.#engine, this.#place, this.#roleSet, name);
    const cells = this.#cellsOf(name);
    const says = (effect: 'allow' | 'deny'): readonly string[] =>
      this.#held
        .filter((role) => cells.some((cell) => ruleFor(role, cell)?.effect === effect && this.#decides(cell, effect)))
        .map(({ id }) => id);
    return { ...listed, roles: says('allow'), deniedBy: says('deny') };
  }

  // A role gives what is allowed, and denies what another would give.
  #decides(cell: Cell, effect: 'allow' | 'deny'): boolean {
    const isAllowed = this.#engine.allows(this.#roleSet, cell);
    if (effect === 'allow') return isAllowed;
    return !isAllowed && this.#held.some((role) => this.#engine.allows(this.#setOf([role]), cell));
  }

  #setOf(roles: readonly Role[]): RoleSet | undefined {
    const { id, organization } = this.#place;
    return roles.length === 0 ? undefined : this.#engine.setOfRoles(roles, id, organization.plan);
  }

  #cellsOf({ permissions }: ListedName): readonly Cell[] {
    return permissions.flatMap((permission) => {
      if (permission.scopes.length === 0) return permission.cells.slice(0, 1);
      return permission.scopes.flatMap(({ id }) => cellWithin(this.#engine.policy, this.#place, permission, id) ?? []);
    });
  }
}

/** What somebody sees at a place; undefined: there is no such place. */
export function sightOf(engine: CasbinEngine, { place, viewer, atMs }: AskedSight): Sight | undefined {
  const known = findPlace(engine.policy, place);
  const found = known?.kind === 'organization' ? atOrganization(known.organization) : known?.workspace;
  if (!found) return undefined;
  const looking = new Looking(engine, found, viewer, atMs);
  return { roles: looking.roles, permissions: looking.names.map((name) => looking.see(name)) };
}
