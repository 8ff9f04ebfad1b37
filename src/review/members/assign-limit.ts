import type { Catalog } from '../../policy/catalog.ts';
import { controllersOf, isOnPlan } from '../../policy/permission.ts';
import type { Role } from '../../policy/role.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { cellsOfAll } from '../../compile/checks/check-exclusive.ts';

/**
 * Ids of the only roles that somebody with these roles hands out, changes and takes; undefined: any. Whoever controls
 * members by roles without `assigns` too, all that their roles deny and their plan lacks left out, has no limit. Asked of
 * somebody who does control members.
 */
export function assignLimit(
  roles: readonly Role[],
  { permissions }: Catalog,
  place: PlaceKind,
  plan: string | undefined,
): ReadonlySet<string> | undefined {
  if (roles.every(({ assigns }) => assigns === undefined)) return undefined;
  const controlling = controllersOf(permissions.values(), place).filter((permission) => isOnPlan(permission, plan));
  const held = cellsOfAll(roles);
  const allows = (role: Role, index: number): boolean =>
    role.rules.some(({ cell, effect }) => effect === 'allow' && cell.index === index);
  const unlimited = roles.filter(({ assigns }) => assigns === undefined);
  const limit = new Set<string>();
  for (const { cells } of controlling) {
    if (!cells.every(({ index }) => held.has(index))) continue;
    if (cells.every(({ index }) => unlimited.some((role) => allows(role, index)))) return undefined;
    for (const role of roles) {
      if (!role.assigns || !cells.some(({ index }) => allows(role, index))) continue;
      for (const id of role.assigns) limit.add(id);
    }
  }
  return limit;
}
