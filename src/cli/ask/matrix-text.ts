import { printable } from '../report/printable.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { charactersOf, widthOf } from '../report/text-width.ts';
import { wrapLine } from '../report/wrap-text.ts';
import { asideNotes, isAllowed, type MatrixLine } from './matrix-layout.ts';
import { legendOf, signs, type MatrixOutcome } from './matrix-words.ts';

/**
 * For a terminal: a table as wide as it is. Where all roles do not fit, the table comes again for the others; a name that
 * is too long goes on in a line below.
 */
export function matrixAsText(outcome: MatrixOutcome, { paint, width }: ReportSurroundings): string[] {
  const { roles, categories } = outcome;
  const lines = categories.flatMap(({ lines: its }) => its.filter(({ isAside }) => !isAside));
  const widest = lines.reduce((most, line) => Math.max(most, widthOf(nameOf(line))), 0);
  const nameWidth = width === undefined ? widest : Math.min(widest, Math.max(leastNameWidth, Math.floor(width * 0.45)));
  const heads = roles.map(({ id }) => breakName(printable(id), width === undefined ? Infinity : headWidth));
  const legend = legendOf(outcome).map(([state, meaning]) => `${signs[state]} ${meaning}`);
  const notes = [legend.join('   '), ...asideNotes(categories)].filter((note) => note !== '');
  const blocks = splitColumns(heads, nameWidth, width).map((columns) =>
    formatBlock(outcome, columns, heads, nameWidth, { paint, width }),
  );
  return [...blocks, notes.map((note) => wrapLine(printable(note), width, 0))].flatMap((block, index) => {
    return index === 0 ? block : ['', ...block];
  });
}

const leastNameWidth = 18;
const headWidth = 12;
const gap = 2;

function nameOf({ permission, scopes }: MatrixLine): string {
  return scopes.length === 0 ? permission.id : `${permission.id}@${scopes.join('+')}`;
}

function widthOfHead(head: readonly string[]): number {
  return Math.max(3, ...head.map(widthOf));
}

/** Which columns stand beside one another. */
function splitColumns(
  heads: readonly (readonly string[])[],
  nameWidth: number,
  width: number | undefined,
): readonly (readonly number[])[] {
  const blocks: number[][] = [];
  let used = Infinity;
  heads.forEach((head, column) => {
    const taken = gap + widthOfHead(head);
    if (blocks.length === 0 || (width !== undefined && used + taken > width)) {
      blocks.push([]);
      used = nameWidth;
    }
    used += taken;
    blocks.at(-1)?.push(column);
  });
  return blocks.length === 0 ? [[]] : blocks;
}

function formatBlock(
  { categories }: MatrixOutcome,
  columns: readonly number[],
  heads: readonly (readonly string[])[],
  nameWidth: number,
  { paint, width = Infinity }: Pick<ReportSurroundings, 'paint' | 'width'>,
): string[] {
  const shown = columns.map((column) => heads[column] ?? []);
  const height = Math.max(0, ...shown.map(({ length }) => length));
  const widths = shown.map(widthOfHead);
  const headLines = Array.from({ length: height }, (_, index) => {
    // Names end in the last line of the head.
    const cells = shown.map((head, at) => centred(head[index - (height - head.length)] ?? '', widths[at] ?? 0));
    return paint.bold([' '.repeat(nameWidth), ...cells].join(' '.repeat(gap)).trimEnd());
  });
  const body = categories.flatMap(({ title, lines }) => {
    const rows = lines.filter(({ isAside }) => !isAside);
    if (rows.length === 0) return [];
    const heading = breakName(printable(title), width).map((part) => paint.bold(part));
    return [...heading, ...rows.flatMap((line) => formatLine(line, columns, widths, nameWidth, paint))];
  });
  return [...headLines, ...body];
}

function formatLine(
  line: MatrixLine,
  columns: readonly number[],
  widths: readonly number[],
  nameWidth: number,
  paint: ReportSurroundings['paint'],
): string[] {
  const name = breakName(printable(nameOf(line)), nameWidth);
  const cells = columns.map((column, at) => {
    const cell = line.cells[column];
    const sign = cell ? signs[cell.state] : '';
    const shown = centred(sign, widths[at] ?? 0);
    if (cell?.state === 'denied') return paint.red(shown);
    return cell && isAllowed(cell) && cell.state !== 'everybody' ? paint.green(shown) : paint.faint(shown);
  });
  const [first = '', ...rest] = name;
  const padded = first + ' '.repeat(Math.max(0, nameWidth - widthOf(first)));
  return [[padded, ...cells].join(' '.repeat(gap)).trimEnd(), ...rest];
}

function centred(text: string, width: number): string {
  const free = Math.max(0, width - widthOf(text));
  const left = free >> 1;
  return ' '.repeat(left) + text + ' '.repeat(free - left);
}

/** Breaks a name after a sign between its words, so that each part is as wide as it may be at most. */
function breakName(name: string, width: number): string[] {
  if (widthOf(name) <= width) return [name];
  const parts = name.split(/(?<=[-._:@+ ])/);
  const lines: string[] = [''];
  for (const part of parts) {
    const last = lines.at(-1) ?? '';
    if (last === '' || widthOf(last + part) <= width) lines[lines.length - 1] = last + part;
    else lines.push(part);
  }
  return lines.flatMap((line) => cut(line.trimEnd(), width));
}

function cut(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [''];
  for (const character of charactersOf(text)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && widthOf(last + character) > width) lines.push(character);
    else lines[lines.length - 1] = last + character;
  }
  return lines;
}
