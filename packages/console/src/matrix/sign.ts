import type { Permission, Role } from '../api/types.ts';
import type { Cells } from '../api/cells.ts';
import { scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';

/** How a role stands to a permission, as one sign and its words. */
export interface Sign {
  readonly kind: 'yes' | 'inherited' | 'part' | 'everybody' | 'out' | 'denied' | 'no';
  readonly text: string;
}

/** A role beside others. */
export interface Column {
  readonly role: Role;
  readonly given: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
  /** What the roles give that it follows. */
  readonly followed: ReadonlySet<string>;
}

export function columnOf(role: Role, cells: Cells, grantsOf: ReadonlyMap<string, readonly string[]>): Column {
  const followed = role.extends.flatMap((parent) => grantsOf.get(parent) ?? []);
  return {
    role,
    given: cells.spell(role.grants),
    denied: cells.spell(role.denies),
    followed: cells.spell(followed),
  };
}

/** Whether a sign says that the role gives the permission, and in which scopes: in this roles differ. */
export function isGivenBy({ kind, text }: Sign): string {
  if (kind === 'inherited') return words.common.yes;
  return kind === 'out' || kind === 'denied' ? words.common.no : text;
}

export function signOf(permission: Permission, cells: Cells, { given, denied, followed }: Column): Sign {
  const { legend } = words.matrix;
  const decided = cells.decided(permission);
  if (decided.every((cell) => cells.baseline.has(cell))) return { kind: 'everybody', text: legend.everybody };
  const on = decided.filter((cell) => given.has(cell) && !denied.has(cell));
  if (on.length === decided.length) {
    const isInherited = on.every((cell) => followed.has(cell));
    return isInherited ? { kind: 'inherited', text: legend.inherited } : { kind: 'yes', text: words.common.yes };
  }
  if (on.length > 0) {
    const scopes = on.map((cell) => scopeWord(cell.split('@')[1] ?? '')).join(', ');
    return { kind: 'part', text: `${legend.part}: ${scopes}` };
  }
  if (decided.some((cell) => denied.has(cell))) return { kind: 'denied', text: legend.denied };
  if (decided.some((cell) => followed.has(cell))) return { kind: 'out', text: legend.out };
  return { kind: 'no', text: words.common.no };
}
