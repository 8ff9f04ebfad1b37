import type { Permission } from '../../policy/permission.ts';
import { heldCells } from '../../policy/role.ts';
import { quote } from '../words/describe-value.ts';
import type { FileReport } from '../file/file-report.ts';
import type { FlatRole, CompiledCatalog } from '../file/compiled.ts';

type Ground = Pick<CompiledCatalog, 'catalog' | 'table' | 'requiring'>;

/** A role that holds a permission must hold what that `requires`, in the same scope where both have one of that name. */
export function checkRequirements(flat: FlatRole, compiled: Ground, report: FileReport): void {
  const { table } = compiled;
  const missing = missingRequirements(flat, compiled);
  if (missing.size === 0) return;
  // What a role takes over unchanged is told once, at the role it comes from.
  const inherited = new Set(flat.parents.flatMap((parent) => [...missingRequirements(parent, compiled)]));
  for (const key of missing) {
    if (inherited.has(key)) continue;
    const [id = '', required = ''] = key.split(' ');
    const message = `role ${quote(flat.role.id)} holds ${quote(id)} without ${quote(required)}, which it requires`;
    const help = `grant ${quote(required)} too, or take ${quote(id)} away`;
    const own = table.ofPermission(id).find((grantable) => flat.own.has(grantable));
    const span = (own && flat.granted.get(own)) ?? report.keySpan(['roles', flat.role.id]);
    report.at('missing-requirement', span, message, help);
  }
}

function missingRequirements({ role }: FlatRole, { catalog, requiring }: Ground): Set<string> {
  const missing = new Set<string>();
  if (requiring.length === 0) return missing;
  const held = heldCells(role);
  for (const permission of requiring) {
    for (const cell of permission.cells) {
      if (!held.has(cell.index)) continue;
      for (const id of permission.requires) {
        const required = catalog.permissions.get(id);
        if (required && !holdsRequired(required, cell.scopes, held)) missing.add(`${permission.id} ${id}`);
      }
    }
  }
  return missing;
}

function holdsRequired(required: Permission, scopeIds: readonly string[], held: ReadonlySet<number>): boolean {
  const shared = scopeIds.filter((id) => required.scopes.some((scope) => scope.id === id));
  if (shared.length === 0) return required.cells.some((cell) => held.has(cell.index));
  return required.cells.some((cell) => held.has(cell.index) && cell.scopes.some((id) => shared.includes(id)));
}
