import type { Paint } from './paint.ts';
import { printableLine } from './printable.ts';
import { characterWidth, charactersOf, widthOf } from './text-width.ts';

export interface ExcerptSpan {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A source line with its number, and below it a caret and tildes under the span. */
export function formatExcerpt(text: string, span: ExcerptSpan, paint: Paint): string {
  const { before, marked, after } = cutWindow(text, span);
  const gutter = String(span.line);
  const source = printableLine(`${before}${marked}${after}`).trimEnd();
  const marker = `${blankOf(before)}^${'~'.repeat(Math.max(0, widthOf(marked) - 1))}`;
  return [
    `${paint.faint(`${gutter} |`)} ${source}`,
    `${paint.faint(`${' '.repeat(gutter.length)} |`)} ${paint.green(marker)}`,
  ].join('\n');
}

const windowBefore = 80;
const windowAfter = 80;

// A file may be one line of megabytes; what is shown is the part around the span.
function cutWindow(text: string, span: ExcerptSpan): { before: string; marked: string; after: string } {
  const start = Math.min(span.column - 1, text.length);
  const end = Math.min(start + span.length, text.length, start + windowAfter);
  const from = start > windowBefore ? start - windowBefore : 0;
  const to = Math.min(text.length, Math.max(end, start + windowAfter));
  return {
    before: `${from > 0 ? '…' : ''}${text.slice(from, start).toWellFormed()}`,
    marked: text.slice(start, end).toWellFormed(),
    after: `${text.slice(end, to).toWellFormed()}${to < text.length ? '…' : ''}`,
  };
}

// A tab stays a tab, so that both lines jump alike whatever the terminal's tab stops are.
function blankOf(text: string): string {
  const blanks = charactersOf(text).map((character) =>
    character === '\t' ? '\t' : ' '.repeat(characterWidth(character)),
  );
  return blanks.join('');
}
