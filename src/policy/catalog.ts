import type { JsonObject } from './text/json.ts';
import type { Position } from './position.ts';
import { isBuiltIn, reachesCompany, type Role } from './role.ts';
import type { Scope, Cell, Permission } from './permission.ts';

/** Two permissions that nobody may hold together in one workspace. */
export interface ExclusivePair {
  readonly first: Permission;
  readonly second: Permission;
  readonly position: Position;
}

/** A finding that was looked at and accepted until an end. No decision depends on it. */
export interface AcceptedFinding {
  readonly check: string;
  /** What it is about, by the words of `waive`. */
  readonly about: ReadonlyMap<string, string>;
  readonly reason: string;
  /** As it was written. */
  readonly until: string;
  readonly untilMs: number;
}

/** The contents of `roles.yaml`: the product's permissions and built-in roles. */
export interface Catalog {
  readonly subjectTypes: readonly [string, ...string[]];
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly cells: readonly Cell[];
  /** What every member may do, whatever roles they hold. */
  readonly baseline: ReadonlySet<Cell>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly defaultRole: Role | undefined;
  /** Every plan there is, where `roles.yaml` lists them. */
  readonly plans: ReadonlySet<string> | undefined;
  /** Plans whose workspaces may define roles; undefined when every workspace may. */
  readonly customRolePlans: ReadonlySet<string> | undefined;
  /** What no custom role may hold, whatever it says or extends. */
  readonly keptFromCustomRoles: ReadonlySet<Cell>;
  /** The permissions that belong to the company, and so to no workspace by itself. */
  readonly spanning: readonly Permission[];
  /** What an organization may set, each with the value it has where nothing is set. */
  readonly organizationDefaults: JsonObject;
  readonly exclusive: readonly ExclusivePair[];
  /** Permissions that require others, which in most catalogs are few. */
  readonly requiring: readonly Permission[];
  /** Permissions that not every plan has, which in most catalogs are none. */
  readonly planned: readonly Permission[];
  readonly escalation: 'allow' | 'prevent';
  /** What `waive` accepts. */
  readonly accepted: readonly AcceptedFinding[];
}

/** The plans that `roles.yaml` names: those it lists, else those that something hangs on. */
export function knownPlans({ plans, customRolePlans, planned }: Catalog): ReadonlySet<string> {
  return (
    plans ?? new Set([...(customRolePlans ?? []), ...planned.flatMap((permission) => [...(permission.plans ?? [])])])
  );
}

/** Whether workspaces of an organization on this plan may define roles. */
export function hasCustomRoles({ customRolePlans }: Catalog, plan: string | undefined): boolean {
  return customRolePlans === undefined || (plan !== undefined && customRolePlans.has(plan));
}
/** The permission of this id, or those that it has become; none when it names nothing. */
export function findPermissions({ permissions }: Pick<Catalog, 'permissions'>, id: string): readonly Permission[] {
  const permission = permissions.get(id);
  return permission ? [permission] : (formerPermissions(permissions).get(id) ?? []);
}

/** All ids that mean what this one does, its own first. */
export function idsOf(catalog: Pick<Catalog, 'permissions'>, id: string): ReadonlySet<string> {
  return new Set([id, ...findPermissions(catalog, id).flatMap((permission) => [permission.id, ...permission.was])]);
}

/** What each former id has become, in the order of the catalog: several permissions when it was split. */
export function formerPermissions(permissions: Catalog['permissions']): ReadonlyMap<string, readonly Permission[]> {
  const known = former.get(permissions);
  if (known) return known;
  const found = new Map<string, Permission[]>();
  for (const permission of permissions.values()) {
    for (const id of permission.was) found.set(id, [...(found.get(id) ?? []), permission]);
  }
  former.set(permissions, found);
  return found;
}

// A catalog does not change, so this is found out once, when somebody asks for an id that is none.
const former = new WeakMap<Catalog['permissions'], ReadonlyMap<string, readonly Permission[]>>();

/** Whether such a role could hold a permission, in some scope at least, if it granted it. */
export function canHold({ keptFromCustomRoles }: Catalog, role: Role, permission: Permission): boolean {
  if (permission.spans === 'organization' && !reachesCompany(role.spans)) return false;
  return isBuiltIn(role) || permission.cells.some((cell) => !keptFromCustomRoles.has(cell));
}
