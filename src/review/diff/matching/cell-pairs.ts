import type { Catalog } from '../../../policy/catalog.ts';
import { formatCell, type Cell, type Permission } from '../../../policy/permission.ts';

/** One cell as both policies know it. It is the same one when the permission and the scope word are the same. */
export interface CellPair {
  /** Place in the list of all pairs. */
  readonly index: number;
  /** `permission`, or `permission@scope`. */
  readonly name: string;
  readonly permission: Permission;
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** The cells of two catalogs side by side: those of after in their order, then those that were before only. */
export class CellPairs {
  readonly all: readonly CellPair[];
  /** The pair of each cell, by `Cell.index`. */
  readonly ofBefore: readonly CellPair[];
  readonly ofAfter: readonly CellPair[];

  constructor(before: Catalog, after: Catalog) {
    const all: CellPair[] = [];
    const ofBefore: CellPair[] = [];
    this.ofAfter = after.cells.map((cell) => {
      const { permission, scopeWord } = cell;
      const cellBefore = before.permissions.get(permission.id)?.cellsByWord.get(scopeWord);
      const pair = { index: all.length, name: formatCell(cell), permission, before: cellBefore, after: cell };
      all.push(pair);
      if (cellBefore) ofBefore[cellBefore.index] = pair;
      return pair;
    });
    for (const cell of before.cells) {
      if (ofBefore[cell.index]) continue;
      const pair = {
        index: all.length,
        name: formatCell(cell),
        permission: cell.permission,
        before: cell,
        after: undefined,
      };
      all.push(pair);
      ofBefore[cell.index] = pair;
    }
    this.all = all;
    this.ofBefore = ofBefore;
  }
}
