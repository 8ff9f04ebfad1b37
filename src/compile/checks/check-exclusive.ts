import type { Catalog, ExclusivePair } from '../../policy/catalog.ts';
import type { Permission } from '../../policy/permission.ts';
import { heldCells, type Role } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';
import type { FileReport } from '../file/file-report.ts';
import type { FlatRole } from '../file/compiled.ts';

/** A role that alone holds both sides of an exclusive pair makes everybody who holds it break the rule. */
export function checkExclusiveRoles(roles: ReadonlyMap<string, FlatRole>, catalog: Catalog, report: FileReport): void {
  for (const { role } of roles.values()) {
    for (const { first, second } of brokenPairs([role], catalog)) {
      const message = `role ${quote(role.id)} holds both ${quote(first.id)} and ${quote(second.id)}, which exclude each other`;
      const help = 'leave one of the two to another role, with other holders';
      report.onKey('exclusive-permissions', ['roles', role.id], message, help);
    }
  }
}

/** The pairs of which somebody with these roles would hold both sides, in any scope. A deny of any of the roles counts. */
export function brokenPairs(roles: readonly Role[], catalog: Catalog): readonly ExclusivePair[] {
  if (catalog.exclusive.length === 0) return [];
  const held = cellsOfAll(roles);
  return catalog.exclusive.filter((pair) => holdsAny(pair.first, held) && holdsAny(pair.second, held));
}

/** Those of the roles that give a permission to somebody who holds all of them. */
export function rolesThatGive(permission: Permission, roles: readonly Role[]): readonly Role[] {
  const held = cellsOfAll(roles);
  const cells = permission.cells.filter(({ index }) => held.has(index));
  return roles.filter((role) => cells.some(({ index }) => heldCells(role).has(index)));
}

function holdsAny(permission: Permission, held: ReadonlySet<number>): boolean {
  return permission.cells.some((cell) => held.has(cell.index));
}

/** The cells that somebody may do who holds all of these roles, by cell index. A deny of any of them counts. */
export function cellsOfAll(roles: readonly Role[]): Set<number> {
  const [only] = roles;
  if (only && roles.length === 1) return heldCells(only);
  const held = new Set<number>();
  for (const role of roles) for (const rule of role.rules) if (rule.effect === 'allow') held.add(rule.cell.index);
  for (const role of roles) for (const rule of role.rules) if (rule.effect === 'deny') held.delete(rule.cell.index);
  return held;
}
