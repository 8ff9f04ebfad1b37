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

/** Whether two of them replace the same part of the text, or one puts something where another replaces it. */
export function overlap(splices: readonly Splice[]): boolean {
  const ordered = [...splices].sort((left, right) => left.start - right.start || left.end - right.end);
  return ordered.some((splice, index) => {
    const before = ordered[index - 1];
    return (
      before !== undefined && (splice.start < before.end || (splice.start === before.start && splice.end > before.end))
    );
  });
}

/** Where something stood before parts of the text were replaced. */
export function offsetBefore(splices: readonly Splice[], offset: number): number {
  let shift = 0;
  for (const { start, end, text } of [...splices].sort((left, right) => left.start - right.start)) {
    if (offset < start + shift) break;
    if (offset < start + shift + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}
