import type { Cell } from '../../policy/permission.ts';
import type { Span } from '../../policy/position.ts';
import type { Grantable, GrantTable } from '../file/grant-table.ts';

type Named = ReadonlyMap<Grantable, Span>;

/** The cells of a permission that was merged from several, and the lines that name all of these or deny one. */
export interface MergedCell {
  readonly cell: Cell;
  readonly allowedBy: Span | undefined;
  readonly deniedBy: Span | undefined;
}

/**
 * What lists of grants and of denies, and the baseline, say of permissions that were merged: a grant needs all of the
 * former ones, a deny any, and no deny reaches what the baseline has of them.
 */
export function mergeParts(table: GrantTable, granted: Named, denied: Named, baseline: Named): readonly MergedCell[] {
  return table.merged.flatMap(({ was, id, cells }) => {
    const grantables = table.ofPermission(id);
    return cells.map((cell): MergedCell => {
      const parts = was.map((part) => grantables.filter((one) => one.part === part && one.cells.includes(cell)));
      const grants = parts.map((some) => spanAmong(some, granted) ?? spanAmong(some, baseline));
      const denies = parts.map((some) => (spanAmong(some, baseline) ? undefined : spanAmong(some, denied)));
      const isAllowed = grants.every((span) => span !== undefined);
      return {
        cell,
        allowedBy: isAllowed ? grants[0] : undefined,
        deniedBy: denies.find((span) => span !== undefined),
      };
    });
  });
}

function spanAmong(grantables: readonly Grantable[], named: Named): Span | undefined {
  const found = grantables.find((grantable) => named.has(grantable));
  return found && named.get(found);
}
