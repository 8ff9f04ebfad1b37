import { formatCell, type Catalog, type Cell, type Permission } from '../policy/catalog.ts';
import { heldCells, type Role } from '../policy/role.ts';
import { quote } from './describe-value.ts';
import type { FileReport } from './file-report.ts';
import type { FlatRole } from './flatten-roles.ts';

/**
 * Warns of a role whose holder can get more than the role has: by handing out a bigger role (`controls: members`), or
 * by editing roles (`controls: roles`). Under `escalation: prevent` nobody can hand out what they do not hold.
 */
export function checkSelfLift(
  roles: ReadonlyMap<string, FlatRole>,
  visible: ReadonlyMap<string, FlatRole>,
  catalog: Catalog,
  report: FileReport,
): void {
  if (catalog.escalation === 'prevent') return;
  for (const { role } of roles.values()) {
    const held = heldCells(role);
    const lift = findLift(role, held, visible, catalog);
    if (!lift) continue;
    const caution = lift.by.caution === undefined ? '' : `; its caution: ${lift.by.caution}`;
    const help = `leave ${quote(lift.by.id)} to roles that hold everything, or set \`escalation: prevent\`${caution}`;
    report.onKey('self-lift', ['roles', role.id], `role ${quote(role.id)} can lift itself: ${lift.way}`, help);
  }
}

function findLift(
  role: Role,
  held: ReadonlySet<number>,
  visible: ReadonlyMap<string, FlatRole>,
  catalog: Catalog,
): { by: Permission; way: string } | undefined {
  const controlling = [...catalog.permissions.values()].filter(
    (permission) => permission.controls && permission.cells.some((cell) => held.has(cell.index)),
  );
  const editing = controlling.find((permission) => permission.controls === 'roles');
  const more = catalog.cells.filter((cell) => !held.has(cell.index));
  if (editing && more.length > 0) {
    return { by: editing, way: `with ${quote(editing.id)} it can edit a role to hold ${listCells(more)}` };
  }
  const inviting = controlling.find((permission) => permission.controls === 'members');
  const bigger = inviting && biggestRoleBeyond(role, held, visible);
  if (!inviting || !bigger) return undefined;
  return { by: inviting, way: `with ${quote(inviting.id)} it can hand out ${quote(bigger.id)}` };
}

// A few are enough to see what kind of thing is in reach.
function listCells(cells: readonly Cell[]): string {
  const shown = cells
    .slice(0, 3)
    .map((cell) => quote(formatCell(cell)))
    .join(', ');
  return cells.length > 3 ? `${shown} and ${cells.length - 3} more` : shown;
}

function biggestRoleBeyond(
  own: Role,
  held: ReadonlySet<number>,
  visible: ReadonlyMap<string, FlatRole>,
): Role | undefined {
  let best: Role | undefined;
  let most = 0;
  for (const { role } of visible.values()) {
    if (role === own || role.spans === 'organization') continue;
    let beyond = 0;
    for (const index of heldCells(role)) if (!held.has(index)) beyond += 1;
    if (beyond > most) [best, most] = [role, beyond];
  }
  return best;
}
