import type { Cells } from '../api/cells.ts';
import type { Permission } from '../api/types.ts';
import { words } from '../words/words.ts';
import { type Column, signOf } from './sign.ts';

/** A matrix as it is shown: these roles, these permissions. */
export interface ShownMatrix {
  readonly columns: readonly Column[];
  readonly rows: readonly Permission[];
  readonly categoryOf: ReadonlyMap<string, string>;
}

/** A line for each permission, below one that names the columns; a role by its title and its id. */
export function linesOf({ columns, rows, categoryOf }: ShownMatrix, cells: Cells): readonly (readonly string[])[] {
  const { permission, id, category } = words.matrix;
  return [
    [permission, id, category, ...columns.map(({ role }) => `${role.title} (${role.role})`)],
    ...rows.map((one) => [
      one.title,
      one.permission,
      categoryOf.get(one.permission) ?? '',
      ...columns.map((column) => signOf(one, cells, column).text),
    ]),
  ];
}

// What spreadsheets take for the beginning of a formula, wide letters too, also behind what nobody sees.
const formula = /^[\p{White_Space}\p{Cc}\p{Cf}]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/u;

/**
 * Lines as CSV (RFC 4180), in UTF-8 with the mark that spreadsheets know it by. Each text stands in quotes, and one that a
 * spreadsheet could take for a formula has an apostrophe before it: then it is a text there.
 */
export function csvOf(lines: readonly (readonly string[])[]): string {
  const cellOf = (text: string): string => `"${formula.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
  return `\ufeff${lines.map((line) => `${line.map(cellOf).join(',')}\r\n`).join('')}`;
}
