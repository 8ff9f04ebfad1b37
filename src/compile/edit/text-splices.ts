/** A part of a text that is replaced; offsets into the text as it was. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Replaces parts of a text that do not overlap. Of two at one place the first comes first. */
export function spliceText(text: string, splices: readonly Splice[]): string {
  const ordered = [...splices].sort((left, right) => left.start - right.start || left.end - right.end);
  let result = '';
  let done = 0;
  for (const { start, end, text: put } of ordered) {
    if (start < done) throw new Error('two changes of one place');
    result += text.slice(done, start) + put;
    done = end;
  }
  return result + text.slice(done);
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line feed of the line in which something ends; what ends with one is at the next line already. */
export function lineEnd(text: string, end: number): number {
  if (end > 0 && text[end - 1] === '\n') return end;
  const feed = text.indexOf('\n', end);
  return feed < 0 ? text.length : feed + 1;
}

/** The column of an offset, from 0. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether nothing but blanks stands before it in its line. */
export function isFirstOfLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** The line end that a text has; LF where it has none. */
export function lineFeedOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
