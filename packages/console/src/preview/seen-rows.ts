import type { SeenPermission, Sight } from '../api/sight.ts';
import type { Cells } from '../api/cells.ts';

/** A permission as somebody would see it, against how they see it now. */
export interface SeenRow {
  readonly seen: SeenPermission;
  /** Whether all of it that roles decide is there, some, or nothing. */
  readonly state: 'on' | 'part' | 'off';
  /** The scopes in which it is there, where that is not all. */
  readonly scopes: readonly string[];
  readonly isEverybody: boolean;
  /** Whether it is there now, where that is otherwise. */
  readonly now: boolean | undefined;
}

/** What somebody would see, row by row. */
export function seenRows(sight: Sight, now: Sight, cells: Cells): readonly SeenRow[] {
  const before = new Map(now.permissions.map((one) => [one.permission, one]));
  return sight.permissions
    .filter(({ movedTo }) => movedTo === undefined)
    .map((seen) => {
      const held = heldCells(seen, cells);
      const earlier = before.get(seen.permission);
      const were = earlier ? heldCells(earlier, cells).on : [];
      const isSame = were.length === held.on.length && were.every((cell) => held.on.includes(cell));
      const state = held.on.length === 0 ? 'off' : held.on.length < held.all.length ? 'part' : 'on';
      return {
        seen,
        state,
        scopes: state === 'part' ? held.on.flatMap((cell) => cell.split('@')[1] ?? []) : [],
        isEverybody: held.all.every((cell) => cells.baseline.has(cell)),
        now: isSame ? undefined : were.length > 0,
      };
    });
}

function heldCells(
  { permission, decision, scopes }: SeenPermission,
  cells: Cells,
): { readonly on: readonly string[]; readonly all: readonly string[] } {
  const found = cells.byId.get(permission);
  const all = found ? cells.decided(found) : [permission];
  return { all, on: all.filter((cell) => scopes?.[cell.split('@')[1] ?? ''] ?? decision) };
}
