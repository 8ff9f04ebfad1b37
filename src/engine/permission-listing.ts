import { formerPermissions, type Catalog } from '../policy/catalog.ts';
import { scopeWordOf, type Cell, type Permission } from '../policy/permission.ts';
import { formatInstant } from '../policy/text/instant.ts';
import { heldAt, isAtOrganization, type PolicySet, type Workspace } from '../policy/policy-set.ts';
import type { SubjectId } from '../policy/subject.ts';
import { settleScopes } from './organization-places.ts';
import type { CasbinEngine } from './casbin-engine.ts';
import type { RoleSet } from './role-set.ts';

/** The permissions that a user interface shows or greys out for one subject in one workspace. */
export interface PermissionListing {
  readonly roles: readonly RoleOfSubject[];
  readonly permissions: readonly ListedPermission[];
}

export interface RoleOfSubject {
  readonly role: string;
  readonly title: string;
  /** RFC 3339. */
  readonly from?: string;
  /** RFC 3339; the role holds before this instant. */
  readonly until?: string;
  /** The group that holds it, of which the subject is one. */
  readonly group?: string;
}

export interface ListedPermission {
  readonly permission: string;
  readonly title: string;
  readonly category: string;
  /** Allowed in at least one scope. */
  readonly decision: boolean;
  /** Each scope by itself, where the permission has scopes. */
  readonly scopes?: Readonly<Record<string, boolean>>;
  /** What it has become, for a former id. */
  readonly movedTo?: readonly string[];
}

/** A name that is listed: a permission, or a former id with what it has become. */
export interface ListedName {
  readonly id: string;
  readonly permissions: readonly Permission[];
}

/**
 * Every name that a request may use: those of the catalog, in its order, then former ids. Of an organization itself those
 * of what belongs to it.
 */
export function listedNames(
  { permissions, spanning }: Catalog,
  kind: 'workspace' | 'organization',
): readonly ListedName[] {
  const known = kind === 'organization' ? spanning : [...permissions.values()];
  const former = [...formerPermissions(permissions)].filter(
    ([, parts]) => kind === 'workspace' || parts.every(({ spans }) => spans === 'organization'),
  );
  return [
    ...known.map((permission) => ({ id: permission.id, permissions: [permission] })),
    ...former.map(([id, parts]) => ({ id, permissions: parts })),
  ];
}

/** Lists every name that a request may use, with the decision for a subject at an instant. */
export function listPermissions(
  engine: CasbinEngine,
  workspace: Workspace,
  subject: SubjectId,
  atMs: number,
): PermissionListing {
  const roleSet = engine.rolesOf(workspace, subject, atMs);
  const names = listedNames(engine.policy.catalog, isAtOrganization(workspace) ? 'organization' : 'workspace');
  return {
    roles: listHeldRoles(engine, workspace, subject, atMs),
    permissions: names.map((name) => listPermission(engine, workspace, roleSet, name)),
  };
}

/** The roles that a subject holds at an instant. */
export function listHeldRoles(
  engine: CasbinEngine,
  workspace: Workspace,
  subject: SubjectId,
  atMs: number,
): RoleOfSubject[] {
  const held = heldAt(engine.assignmentsOf(workspace, subject), atMs);
  return held.map(({ role, fromMs, untilMs, group }) => ({
    role: role.id,
    title: role.title,
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    ...(group === undefined ? {} : { group }),
  }));
}

/** One name with the decision for somebody who holds these roles there. What was split is allowed where every part is. */
export function listPermission(
  engine: CasbinEngine,
  workspace: Workspace,
  roleSet: RoleSet | undefined,
  { id, permissions }: ListedName,
): ListedPermission {
  const [first] = permissions;
  const movedTo = first?.id === id ? {} : { movedTo: permissions.map((permission) => permission.id) };
  const title = permissions.map((permission) => permission.title).join('; ');
  const head = { permission: id, title, category: first?.category ?? '' };
  const scopeIds = new Set(permissions.flatMap(({ scopes }) => scopes.map((scope) => scope.id)));
  const isAllowed = (scope: string | undefined): boolean =>
    permissions.every((permission) => {
      const cell = scope === undefined ? permission.cells[0] : cellWithin(engine.policy, workspace, permission, scope);
      return cell !== undefined && engine.allows(roleSet, cell);
    });
  if (scopeIds.size === 0) return { ...head, decision: isAllowed(undefined), ...movedTo };
  const scopes = Object.fromEntries([...scopeIds].map((scope) => [scope, isAllowed(scope)]));
  return { ...head, decision: Object.values(scopes).includes(true), scopes, ...movedTo };
}

/**
 * The cell of a request that is in one scope and no other. What the organization has set may leave it no choice: it is in
 * another one, too, or cannot be in this; undefined: there is none.
 */
export function cellWithin(
  policy: PolicySet,
  workspace: Workspace,
  permission: Permission,
  scopeId: string,
): Cell | undefined {
  const settled = settleScopes(policy, workspace, permission);
  if (!settled) return permission.cellsByWord.get(scopeId);
  const { always, never } = settled;
  if (never.has(scopeId) || (permission.restScope?.id === scopeId && always.size > 0)) return undefined;
  return permission.cellsByWord.get(scopeWordOf([...new Set([...always, scopeId])]));
}
