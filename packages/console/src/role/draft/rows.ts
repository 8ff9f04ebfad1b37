import type { Catalog, Cell, Permission } from '../../api/types.ts';
import type { Cells } from '../../api/cells.ts';
import { type Draft, isLocked, isOn, wordOf } from './draft.ts';

/** One permission in the list: its cells, and those that a box moves. */
export interface Row {
  readonly permission: Permission;
  readonly cells: readonly Cell[];
  /** The cells that the role decides: those that not everybody has anyhow, all where everybody has all. */
  readonly decided: readonly Cell[];
}

export interface Section {
  readonly category: string;
  readonly rows: readonly Row[];
}

/** The catalog as sections of rows. */
export function sectionsOf({ categories }: Catalog, cells: readonly Cell[], counted: Cells): readonly Section[] {
  const byPermission = groupByPermission(cells);
  return categories.flatMap(({ category, permissions }) => {
    const rows = permissions.flatMap((permission): readonly Row[] => {
      const found = byPermission.get(permission.permission);
      if (!found) return [];
      const decided = new Set(counted.decided(permission));
      return [{ permission, cells: found, decided: found.filter((cell) => decided.has(wordOf(cell))) }];
    });
    return rows.length === 0 ? [] : [{ category, rows }];
  });
}

export function movableOf({ decided }: Row): readonly string[] {
  return decided.filter((cell) => !isLocked(cell)).map(wordOf);
}

export type BoxState = 'on' | 'off' | 'part';

/** How a box over some cells stands. */
export function boxOf(words: readonly string[], isGiven: (word: string) => boolean): BoxState {
  const on = words.filter(isGiven).length;
  if (on === 0) return 'off';
  return on === words.length ? 'on' : 'part';
}

export function rowBox(row: Row, draft: Draft): BoxState {
  return boxOf(row.decided.map(wordOf), (word) => isOn(draft, word));
}

export function isUnsaved(row: Row, draft: Draft): boolean {
  return row.decided.some((cell) => draft.moved[wordOf(cell)] !== undefined);
}

export type RowFilter = 'all' | 'on' | 'unsaved' | 'caution';

/**
 * The wildcards that mean just these rows, with blanks between: those of their resources. Undefined where one of them means
 * a permission of another category, too.
 */
export function wildcardsOf(rows: readonly Row[], { permissions }: Cells): string | undefined {
  const ids = rows.map(({ permission: { permission } }) => permission);
  const resources = [...new Set(ids.map((id) => id.slice(0, id.indexOf(':') + 1)))];
  const isElsewhere = ({ permission }: Permission): boolean =>
    !ids.includes(permission) && resources.some((resource) => permission.startsWith(resource));
  return permissions.some(isElsewhere) ? undefined : resources.map((resource) => `${resource}*`).join(' ');
}

/** The rows that a filter and a search leave. */
export function filterSections(
  sections: readonly Section[],
  { search, isShown }: { readonly search: string; readonly isShown: (row: Row) => boolean },
): readonly Section[] {
  const text = search.trim().toLowerCase();
  return sections.flatMap(({ category, rows }) => {
    const isOfCategory = category.toLowerCase().includes(text);
    const found = rows.filter((row) => {
      const { title, permission } = row.permission;
      const isNamed = isOfCategory || [title, permission].some((word) => word.toLowerCase().includes(text));
      return isNamed && isShown(row);
    });
    return found.length === 0 ? [] : [{ category, rows: found }];
  });
}

function groupByPermission(cells: readonly Cell[]): ReadonlyMap<string, readonly Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const group = groups.get(cell.permission) ?? [];
    groups.set(cell.permission, group);
    group.push(cell);
  }
  return groups;
}
