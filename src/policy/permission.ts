import type { JsonValue } from './text/json.ts';
import type { Position } from './position.ts';

/** The ways to compare the two sides of a pair. `equals` is the one that has no word. */
export const comparators = ['equals', 'not', 'in', 'below', 'above', 'before', 'after', 'within', 'exists'] as const;

export type Comparator = (typeof comparators)[number];

/** One pair of a scope's `when`: the value at `path` compared with the other side. */
export interface Condition {
  readonly path: readonly string[];
  readonly comparison: Comparator;
  readonly other: { readonly path: readonly string[] } | { readonly literal: JsonValue };
}

export interface Scope {
  readonly id: string;
  /** All must hold. Undefined: the scope of all the rest. */
  readonly when: readonly Condition[] | undefined;
  readonly position: Position;
}

/** The thing that Casbin is asked about: one permission in one scope, or in one combination of scopes. */
export interface Cell {
  /** Place in `Catalog.cells`; remembered answers are kept under it. */
  readonly index: number;
  readonly permission: Permission;
  /** Ids of the scopes a request of this cell is in, sorted; empty when the permission has no scopes. */
  readonly scopes: readonly string[];
  /** The scopes as Casbin compares them: `self+team`, or `-` when the permission has none. */
  readonly scopeWord: string;
}

export interface Permission {
  /** `resource:action`. */
  readonly id: string;
  readonly resource: string;
  readonly action: string;
  /** Its former ids: one when it was renamed, or is a part of one that was split; several when these were merged. */
  readonly was: readonly string[];
  readonly category: string;
  readonly title: string;
  readonly scopes: readonly Scope[];
  /** The scope without a `when`, which a request is in when no other holds. */
  readonly restScope: Scope | undefined;
  readonly requires: readonly string[];
  readonly caution: string | undefined;
  /** Holding it means handing out any role of the workspace, or editing any. */
  readonly controls: 'members' | 'roles' | undefined;
  /** An entitlement: nobody holds it where the organization is on another plan. Undefined: every plan has it. */
  readonly plans: ReadonlySet<string> | undefined;
  /** Where it belongs: `organization` is held through roles that span it alone, and can be asked of the company itself. */
  readonly spans: 'workspace' | 'organization';
  /** Whether a `when` of it looks up a property of the organization; the hot path asks. */
  readonly readsOrganization: boolean;
  readonly cells: readonly Cell[];
  /** The same cells by scope word; the hot path looks here. */
  readonly cellsByWord: ReadonlyMap<string, Cell>;
  readonly position: Position;
}

/** The scope word of a permission without scopes; `-` can never be a scope's id. */
export const noScopeWord = '-';

export function scopeWordOf(scopeIds: readonly string[]): string {
  return scopeIds.length === 0 ? noScopeWord : [...scopeIds].sort().join('+');
}

/**
 * The permissions that let their holder change members, or roles, at a place. At an organization these are its own, where
 * the catalog has such, so that who manages members of all workspaces does not hand out the company's roles with it.
 */
export function controllersOf(
  permissions: Iterable<Permission>,
  place: 'workspace' | 'organization',
  what: 'members' | 'roles' = 'members',
): readonly Permission[] {
  const all = [...permissions].filter(({ controls }) => controls === what);
  const own = place === 'organization' ? all.filter(({ spans }) => spans === 'organization') : [];
  return own.length > 0 ? own : all;
}

/** Whether any of these permissions lets its holder change members at run time. */
export function areMembersControlled(permissions: Iterable<Permission>): boolean {
  for (const { controls } of permissions) if (controls === 'members') return true;
  return false;
}

/** Whether an organization on this plan has a permission. */
export function isOnPlan({ plans }: Permission, plan: string | undefined): boolean {
  return plans === undefined || (plan !== undefined && plans.has(plan));
}

export function formatCell(cell: Cell): string {
  return cell.scopes.length === 0 ? cell.permission.id : `${cell.permission.id}@${cell.scopeWord}`;
}
