import type { Catalog, ExclusivePair, Permission } from '../policy/catalog.ts';
import { heldCells, type Role } from '../policy/role.ts';
import { quote } from './describe-value.ts';
import type { FileReport } from './file-report.ts';
import type { FlatRole } from './flatten-roles.ts';

/** A role that alone holds both sides of an exclusive pair makes everybody who holds it break the rule. */
export function checkExclusiveRoles(roles: ReadonlyMap<string, FlatRole>, catalog: Catalog, report: FileReport): void {
  for (const { role } of roles.values()) {
    const pair = brokenPair([role], catalog);
    if (!pair) continue;
    const message = `role ${quote(role.id)} holds both ${quote(pair.first.id)} and ${quote(pair.second.id)}, which exclude each other`;
    report.onKey(
      'exclusive-permissions',
      ['roles', role.id],
      message,
      'leave one of the two to another role, with other holders',
    );
  }
}

/** The first pair that somebody with these roles would hold both sides of. A deny of any of the roles counts. */
export function brokenPair(roles: readonly Role[], catalog: Catalog): ExclusivePair | undefined {
  if (catalog.exclusive.length === 0) return undefined;
  const held = cellsOfAll(roles);
  return catalog.exclusive.find((pair) => holdsAny(pair.first, held) && holdsAny(pair.second, held));
}

function holdsAny(permission: Permission, held: ReadonlySet<number>): boolean {
  return permission.cells.some((cell) => held.has(cell.index));
}

function cellsOfAll(roles: readonly Role[]): Set<number> {
  const [only] = roles;
  if (only && roles.length === 1) return heldCells(only);
  const held = new Set<number>();
  for (const role of roles) for (const rule of role.rules) if (rule.effect === 'allow') held.add(rule.cell.index);
  for (const role of roles) for (const rule of role.rules) if (rule.effect === 'deny') held.delete(rule.cell.index);
  return held;
}
