import type { RoleSet } from '../../engine/role-set.ts';
import { SmallestSubjects } from '../../policy/membership/smallest-subjects.ts';
import {
  heldAt,
  isAtOrganization,
  type Organization,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessGround } from './access-ground.ts';
import { findAllowed, type AllowedPermission, type AskedPermission } from './allowed-permission.ts';
import { subjectsAt } from './subjects-at.ts';

/** Somebody who may use a permission at a place. */
export interface PermissionHolder {
  readonly subject: SubjectId;
  readonly allowed: AllowedPermission;
  /** What gives it: the roles as they were given, by whom they are held and until when. */
  readonly given: readonly TimedRole[];
}

/** The part that is wanted of a list: those after a subject, and so many of them. */
export interface HolderPage {
  readonly after?: SubjectId;
  /** Nobody else. */
  readonly only?: SubjectId;
  readonly limit: number;
}

const everybody: HolderPage = { limit: Infinity };

/** Finders of who may use a permission. What a set of roles allows is asked once for all who have it. */
export class HolderFinder {
  readonly #ground: AccessGround;
  readonly #asked: AskedPermission;
  // What an organization has set may settle scopes, so answers are kept by it, too.
  readonly #known = new WeakMap<Organization, Map<RoleSet, AllowedPermission | undefined>>();

  constructor(ground: AccessGround, asked: AskedPermission) {
    this.#ground = ground;
    this.#asked = asked;
  }

  /** Whether it can be asked there: a company itself is asked about what belongs to it. */
  fits(place: Workspace): boolean {
    return !isAtOrganization(place) || this.#asked.name.permissions.every(({ spans }) => spans === 'organization');
  }

  /**
   * Finds who may, sorted by type and id: as many as wanted. A step is short; what changes between two of them at run
   * time may be seen or not.
   */
  *at(place: Workspace, { after, only, limit }: HolderPage = everybody): Generator<void, readonly PermissionHolder[]> {
    const page = new SmallestSubjects<PermissionHolder>(limit, after, only);
    if (!this.fits(place)) return [];
    let looked = 0;
    for (const subject of subjectsAt(this.#ground.engine.policy, place, this.#ground.runtime)) {
      looked += 1;
      if (looked % subjectsAtOnce === 0) yield;
      if (!page.wants(subject)) continue;
      const holder = this.find(place, subject);
      if (holder) page.add(holder);
    }
    return page.sorted();
  }

  /** Whether one of them may, and by what. */
  find(place: Workspace, subject: SubjectId): PermissionHolder | undefined {
    const { engine, atMs } = this.#ground;
    // Asked for without being remembered: here everybody is looked at, and once.
    const assignments = engine.assignmentsOf(place, subject);
    const roleSet = engine.roleSetOf(place, assignments, atMs);
    const allowed = roleSet && this.#allowedBy(place, roleSet);
    if (!allowed) return undefined;
    const giving = new Set(allowed.by.map(({ role }) => role));
    const given = heldAt(assignments, atMs).filter(({ role }) => giving.has(role));
    return { subject, allowed, given };
  }

  #allowedBy(place: Workspace, roleSet: RoleSet): AllowedPermission | undefined {
    const { organization } = place;
    const known = this.#known.get(organization) ?? new Map<RoleSet, AllowedPermission | undefined>();
    this.#known.set(organization, known);
    const found = known.get(roleSet);
    if (found || known.has(roleSet)) return found;
    const allowed = findAllowed(this.#ground.engine, place, roleSet, this.#asked);
    known.set(roleSet, allowed);
    return allowed;
  }
}

/** Looked at in one step, which takes less than a millisecond. */
const subjectsAtOnce = 200;
