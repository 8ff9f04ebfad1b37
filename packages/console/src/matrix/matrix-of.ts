import type { Cells } from '../api/cells.ts';
import type { Catalog, Permission, Role } from '../api/types.ts';
import type { ShownMatrix } from './matrix-csv.ts';
import { columnOf, isGivenBy, signOf } from './sign.ts';

/** So many roles are compared beside each other. */
export const mostCompared = 4;

/** What is asked of a matrix. */
export interface WantedMatrix {
  readonly roles: readonly Role[];
  readonly cells: Cells;
  readonly catalog: Catalog;
  readonly search: string;
  readonly compared: string;
  readonly onlyDifferences: boolean;
}

/** The columns and rows that are asked for: a search finds permissions, or else roles. */
export function matrixOf({ roles, cells, catalog, search, compared, onlyDifferences }: WantedMatrix): ShownMatrix {
  const chosen = idsOf(compared);
  const text = search.trim().toLowerCase();
  const isNamed = (...names: readonly string[]): boolean => names.some((name) => name.toLowerCase().includes(text));
  const named = cells.permissions.filter((one) => isNamed(one.title, one.permission));
  const wanted = roles.filter(({ role }) => chosen.size === 0 || chosen.has(role));
  const found = named.length > 0 ? wanted : wanted.filter(({ role, title }) => isNamed(title, role));
  const grantsOf = new Map(roles.map(({ role, grants }) => [role, grants]));
  const columns = found.map((role) => columnOf(role, cells, grantsOf));
  const differs = (permission: Permission): boolean =>
    new Set(columns.map((column) => isGivenBy(signOf(permission, cells, column)))).size > 1;
  const all = named.length > 0 ? named : columns.length > 0 ? cells.permissions : [];
  const categoryOf = new Map(
    catalog.categories.flatMap(({ category, permissions }) => permissions.map((one) => [one.permission, category])),
  );
  return { columns, categoryOf, rows: onlyDifferences ? all.filter(differs) : all };
}

/** The roles that an address names. */
export function idsOf(compared: string): ReadonlySet<string> {
  return new Set(compared.split(',').filter((id) => id !== ''));
}
