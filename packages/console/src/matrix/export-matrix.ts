import type { Cells } from '../api/cells.ts';
import { csvOf, linesOf, type ShownMatrix } from './matrix-csv.ts';

/** Gives the browser a matrix as a file for spreadsheets. */
export function exportMatrix(shown: ShownMatrix, cells: Cells): void {
  const address = URL.createObjectURL(new Blob([csvOf(linesOf(shown, cells))], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'roles.csv';
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
