import { widthOf } from '../report/text-width.ts';
import { wrapLine } from '../report/wrap-text.ts';

/**
 * Rows below one another in columns, as long as all of them fit. Where one does not, the first column has lines of its
 * own, and the rest stands below it.
 */
export function inColumns(
  rows: readonly (readonly string[])[],
  indent: number,
  width: number | undefined,
  paint: (cell: string, column: number) => string,
): string[] {
  const lead = ' '.repeat(indent);
  const widths = columnWidths(rows);
  const total = widths.reduce((sum, one) => sum + (one > 0 ? one + gap : 0), indent - gap);
  if (width !== undefined && total > width) return rows.flatMap((row) => stack(row, lead, width, paint));
  return rows.map((row) => {
    const cells = row.flatMap((cell, column) => {
      const columnWidth = widths[column] ?? 0;
      return columnWidth === 0 ? [] : [paint(cell, column) + ' '.repeat(columnWidth - widthOf(cell))];
    });
    return `${lead}${cells.join(' '.repeat(gap))}`.trimEnd();
  });
}

const gap = 2;

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return widths;
}

function stack(
  row: readonly string[],
  lead: string,
  width: number,
  paint: (cell: string, column: number) => string,
): string[] {
  const [first = '', ...rest] = row;
  const below = rest.flatMap((cell, index) => (cell === '' ? [] : [`${lead}    ${paint(cell, index + 1)}`]));
  return [`${lead}${paint(first, 0)}`, ...below.map((line) => wrapLine(line, width, lead.length + 6))];
}
