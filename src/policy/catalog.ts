import type { Position } from './position.ts';
import type { Role } from './role.ts';
import type { Scope, Cell, Permission } from './permission.ts';

/** Two permissions that nobody may hold together in one workspace. */
export interface ExclusivePair {
  readonly first: Permission;
  readonly second: Permission;
  readonly position: Position;
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
  readonly exclusive: readonly ExclusivePair[];
  /** Permissions that require others, which in most catalogs are few. */
  readonly requiring: readonly Permission[];
  /** Permissions that not every plan has, which in most catalogs are none. */
  readonly planned: readonly Permission[];
  readonly escalation: 'allow' | 'prevent';
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
