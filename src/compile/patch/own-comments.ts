import { columnOf, lineStart } from './text-splices.ts';

/**
 * Where the lines of what begins at an offset begin: with the comments right above it, at its very column and without a
 * blank line between. Others may belong to the file.
 */
export function ownCommentStart(text: string, offset: number): number {
  const column = columnOf(text, offset);
  let start = lineStart(text, offset);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start);
    if (line[column] !== '#' || line.slice(0, column).trim() !== '') break;
    start = above;
  }
  return start;
}
