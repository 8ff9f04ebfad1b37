import type { Permission } from '../../policy/permission.ts';
import { roleKey } from '../../policy/role.ts';
import type { MatrixCell, MatrixRow } from '../../review/access/role-matrix.ts';

/** A line of the matrix: one permission, in some of its scopes, in which every role stands alike. */
export interface MatrixLine {
  readonly permission: Permission;
  /** Empty: in all of them, or it has none. */
  readonly scopes: readonly string[];
  readonly cells: readonly MatrixCell[];
  /** Whether it is a part of a permission that says nothing of the roles, because every member may. */
  readonly isAside: boolean;
}

export interface MatrixCategory {
  readonly title: string;
  readonly lines: readonly MatrixLine[];
}

/** Puts scopes together in which no role differs, and permissions into their categories, in the order of the catalog. */
export function layOut(rows: Iterable<MatrixRow>): readonly MatrixCategory[] {
  const byPermission = new Map<Permission, MatrixRow[]>();
  for (const row of rows) byPermission.set(row.permission, [...(byPermission.get(row.permission) ?? []), row]);
  const categories = new Map<string, MatrixLine[]>();
  for (const [permission, its] of byPermission) {
    const lines = joinScopes(permission, its);
    const known = categories.get(permission.category);
    if (known) known.push(...lines);
    else categories.set(permission.category, lines);
  }
  return [...categories].map(([title, lines]) => ({ title, lines }));
}

function joinScopes(permission: Permission, rows: readonly MatrixRow[]): MatrixLine[] {
  const groups = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.cells.map(({ state, from }) => [state, from && roleKey(from)]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const cells = group[0]?.cells ?? [];
    // Where a company's settings leave a scope no request, there is nothing to tell of it.
    if (cells.length > 0 && cells.every(({ state }) => state === 'no-request')) return [];
    const isPart = groups.size > 1;
    const scopes = isPart ? group.flatMap(({ scope }) => scope?.id ?? []) : [];
    const isAside = isPart && cells.every(({ state }) => state === 'everybody');
    return [{ permission, scopes, cells, isAside }];
  });
}

/** Whether a role may, by a cell of it. */
export function isAllowed({ state }: MatrixCell): boolean {
  return state === 'own' || state === 'inherited' || state === 'everybody';
}

/** How many permissions each role gives, of the lines that are not aside. */
export function countGiven(categories: readonly MatrixCategory[], roleCount: number): readonly number[] {
  const given = Array.from({ length: roleCount }, () => new Set<Permission>());
  for (const { lines } of categories) {
    for (const { permission, cells, isAside } of lines) {
      if (isAside) continue;
      cells.forEach((cell, index) => isAllowed(cell) && given[index]?.add(permission));
    }
  }
  return given.map(({ size }) => size);
}

/** What every member may, whatever their roles, and is not in the lines: how many permissions in which scopes. */
export function asideNotes(categories: readonly MatrixCategory[]): string[] {
  const counts = new Map<string, number>();
  for (const { scopes, isAside } of categories.flatMap(({ lines }) => lines)) {
    const key = scopes.join(', ');
    if (isAside) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(
    ([scopes, count]) =>
      `In ${scopes} every member may do ${count === 1 ? 'one' : count} of these, whatever their roles.`,
  );
}
