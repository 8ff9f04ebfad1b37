import type { Span } from '../../policy/position.ts';

const lineFeed = 0x0a;

/** Turns offsets into lines and columns, both counted from 1. */
export class LineIndex {
  readonly #file: string;
  readonly #text: string;
  readonly #starts: number[] = [0];
  /** The line that was asked for last: the next is mostly that one or the one below. */
  #latest = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    for (let index = 0; index < text.length; index += 1) {
      // As editors and git count. YAML ends a line at a lone carriage return, too, so a file that has one is not read.
      if (text.charCodeAt(index) === lineFeed) this.#starts.push(index + 1);
    }
  }

  /** The position from `start` up to `end`, cut off at the end of its first line. */
  span(start: number, end: number): Span {
    const position = [0, 0, 0];
    this.write(start, end, position, 0);
    const [line = 0, column = 0, length = 0] = position;
    return { file: this.#file, line, column, length };
  }

  /** The same as three numbers, line, column and length, into a list of such. */
  write(start: number, end: number, into: { [index: number]: number }, at: number): void {
    const line = this.#lineOf(start);
    const lineStart = this.#starts[line] ?? 0;
    const lineEnd = (this.#starts[line + 1] ?? this.#text.length + 1) - 1;
    into[at] = line + 1;
    into[at + 1] = start - lineStart + 1;
    into[at + 2] = Math.max(1, Math.min(end, lineEnd) - start);
  }

  #lineOf(offset: number): number {
    if (this.#holds(this.#latest, offset)) return this.#latest;
    if (this.#holds(this.#latest + 1, offset)) return (this.#latest += 1);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return (this.#latest = low);
  }

  #holds(line: number, offset: number): boolean {
    return (this.#starts[line] ?? Infinity) <= offset && offset < (this.#starts[line + 1] ?? Infinity);
  }
}
