import type { Permission } from '../api/types.ts';
import type { Cells } from '../roles/cells.ts';
import { scopeWord } from '../words/count.ts';
import { words } from '../words/words.ts';

/** How a role stands to a permission, as one sign and its words. */
export interface Sign {
  readonly kind: 'yes' | 'part' | 'everybody' | 'denied' | 'no';
  readonly text: string;
}

interface Given {
  readonly given: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
}

export function signOf(permission: Permission, cells: Cells, { given, denied }: Given): Sign {
  const { legend } = words.matrix;
  const decided = cells.decided(permission);
  if (decided.every((cell) => cells.baseline.has(cell))) return { kind: 'everybody', text: legend.everybody };
  const on = decided.filter((cell) => given.has(cell) && !denied.has(cell));
  if (on.length === decided.length) return { kind: 'yes', text: words.common.yes };
  if (on.length > 0) {
    const scopes = on.map((cell) => scopeWord(cell.split('@')[1] ?? '')).join(', ');
    return { kind: 'part', text: `${legend.part}: ${scopes}` };
  }
  if (decided.some((cell) => denied.has(cell))) return { kind: 'denied', text: legend.denied };
  return { kind: 'no', text: words.common.no };
}
