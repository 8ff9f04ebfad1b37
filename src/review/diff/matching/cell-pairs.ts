import { findPermissions, type Catalog } from '../../../policy/catalog.ts';
import { formatCell, type Cell, type Permission } from '../../../policy/permission.ts';

/**
 * One cell as both policies know it. It is the same one when the permission, which may have been renamed, and the scope
 * word are the same.
 */
export interface CellPair {
  /** Place in the list of all pairs. */
  readonly index: number;
  /** `permission`, or `permission@scope`. */
  readonly name: string;
  readonly permission: Permission;
  /**
   * Whether it is of the company in each policy that has its permission: told once for each company. What came from
   * workspaces to the company, or the other way round, is told in workspaces, where it was held or will be.
   */
  readonly isOfCompany: boolean;
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/**
 * The cells of two catalogs side by side: those of after in their order, then those that were before only. A cell of a
 * permission that was split or merged is in a pair with each that it has become, or that it was made of.
 */
export class CellPairs {
  readonly all: readonly CellPair[];
  /** The pairs of each cell, by `Cell.index`. */
  readonly ofBefore: readonly (readonly CellPair[])[];
  readonly ofAfter: readonly (readonly CellPair[])[];

  constructor(before: Catalog, after: Catalog) {
    const all: CellPair[] = [];
    const ofBefore: CellPair[][] = [];
    const add = (pair: Omit<CellPair, 'index'>): CellPair => {
      const added = { index: all.length, ...pair };
      all.push(added);
      if (pair.before) (ofBefore[pair.before.index] ??= []).push(added);
      return added;
    };
    this.ofAfter = after.cells.map((cell) => {
      const { permission, scopeWord } = cell;
      const isOfCompany = [permission, ...permissionsBefore(before, permission)].every(isCompanys);
      const cells = permissionsBefore(before, permission).flatMap((known) => known.cellsByWord.get(scopeWord) ?? []);
      if (cells.length === 0)
        return [add({ name: formatCell(cell), permission, isOfCompany, before: undefined, after: cell })];
      // What was merged is told by the names of what it was made of.
      return cells.map((known) => {
        const name = formatCell(cells.length === 1 ? cell : known);
        return add({ name, permission, isOfCompany, before: known, after: cell });
      });
    });
    for (const cell of before.cells) {
      if (ofBefore[cell.index]) continue;
      const { permission } = cell;
      const isOfCompany = [permission, ...findPermissions(after, permission.id)].every(isCompanys);
      add({ name: formatCell(cell), permission, isOfCompany, before: cell, after: undefined });
    }
    this.all = all;
    this.ofBefore = ofBefore;
  }
}

/** What a permission was before: itself, and what was merged into it; or what has become it by a rename that is undone. */
export function permissionsBefore(before: Catalog, { id, was }: Permission): readonly Permission[] {
  const same = before.permissions.get(id);
  if (same) return [same, ...was.flatMap((former) => before.permissions.get(former) ?? [])];
  return [...new Set([id, ...was].flatMap((name) => findPermissions(before, name)))];
}

function isCompanys({ spans }: Permission): boolean {
  return spans === 'organization';
}
