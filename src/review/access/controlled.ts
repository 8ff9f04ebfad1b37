import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { RoleSet } from '../../engine/role-set.ts';
import { controllersOf } from '../../policy/permission.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';

/** The things that a permission may control. */
export const controlled = ['members', 'roles'] as const;

export type Controlled = (typeof controlled)[number];

/** What these roles let their holder change at a place: by one permission that controls it, in all its scopes. */
export function controlledBy(
  engine: CasbinEngine,
  place: Workspace,
  roleSet: RoleSet | undefined,
): readonly Controlled[] {
  const kind = isAtOrganization(place) ? 'organization' : 'workspace';
  const permissions = [...engine.policy.catalog.permissions.values()];
  return controlled.filter((what) =>
    controllersOf(permissions, kind, what).some(({ cells }) => cells.every((cell) => engine.allows(roleSet, cell))),
  );
}
