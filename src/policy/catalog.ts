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
  /** Plans whose workspaces may define roles; undefined when every workspace may. */
  readonly customRolePlans: ReadonlySet<string> | undefined;
  readonly exclusive: readonly ExclusivePair[];
  /** Permissions that require others, which in most catalogs are few. */
  readonly requiring: readonly Permission[];
  readonly escalation: 'allow' | 'prevent';
}
