import type { Permission } from '../policy/permission.ts';
import { formatInstant } from '../policy/text/instant.ts';
import { holdsAt, type Workspace } from '../policy/policy-set.ts';
import type { SubjectId } from '../policy/subject.ts';
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
}

export interface ListedPermission {
  readonly permission: string;
  readonly title: string;
  readonly category: string;
  /** Allowed in at least one scope. */
  readonly decision: boolean;
  /** Each scope by itself, where the permission has scopes. */
  readonly scopes?: Readonly<Record<string, boolean>>;
}

/** Lists every permission of the catalog, in its order, with the decision for a subject at an instant. */
export function listPermissions(
  engine: CasbinEngine,
  workspace: Workspace,
  subject: SubjectId,
  atMs: number,
): PermissionListing {
  const roleSet = engine.rolesOf(workspace, subject, atMs);
  const permissions = [...engine.policy.catalog.permissions.values()];
  return {
    roles: listHeldRoles(engine, workspace, subject, atMs),
    permissions: permissions.map((permission) => listPermission(engine, roleSet, permission)),
  };
}

/** The roles that a subject holds at an instant. */
export function listHeldRoles(
  engine: CasbinEngine,
  workspace: Workspace,
  subject: SubjectId,
  atMs: number,
): RoleOfSubject[] {
  const held = engine.assignmentsOf(workspace, subject).filter((assignment) => holdsAt(assignment, atMs));
  return held.map(({ role, fromMs, untilMs }) => ({
    role: role.id,
    title: role.title,
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
  }));
}

/** One permission with the decision for somebody who holds these roles. */
export function listPermission(
  engine: CasbinEngine,
  roleSet: RoleSet | undefined,
  permission: Permission,
): ListedPermission {
  const { id, title, category } = permission;
  const head = { permission: id, title, category };
  if (permission.scopes.length === 0) {
    const [cell] = permission.cells;
    return { ...head, decision: cell !== undefined && engine.allows(roleSet, cell) };
  }
  const scopes = Object.fromEntries(
    permission.scopes.map((scope) => {
      const cell = permission.cellsByWord.get(scope.id);
      return [scope.id, cell !== undefined && engine.allows(roleSet, cell)];
    }),
  );
  return { ...head, decision: Object.values(scopes).includes(true), scopes };
}
