import type { Paint } from './paint.ts';
import { printableLine } from './printable.ts';

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

function widthOf(text: string): number {
  return charactersOf(text).reduce((width, character) => width + characterWidth(character), 0);
}

// Created when it is first needed, because that takes 15 ms and most runs find no problem.
let segmenter: Intl.Segmenter | undefined;

// What a reader sees as one character: a letter with its accents, an emoji with all its parts.
function charactersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const zeroWidthPattern = /^[\p{Mn}\p{Me}\u200b-\u200d\ufe00-\ufe0f]/u;
const emojiPattern = /^\p{Emoji_Presentation}/u;

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (zeroWidthPattern.test(character)) return 0;
  return isWide(code) || emojiPattern.test(character) ? 2 : 1;
}

// The blocks of East Asian wide characters (Unicode annex 11), coarse: a marker may be off by one beside rare signs.
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
