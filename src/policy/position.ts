/** A place in the text of a policy file. Lines and columns count from 1; columns count UTF-16 units. */
export interface Position {
  /** The file's path relative to the policy directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Span extends Position {
  readonly length: number;
}

/** How many characters stand there; 1 where only the start is known. */
export function lengthAt(position: Position | Span): number {
  return 'length' in position ? position.length : 1;
}

export function formatPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`;
}

// Names compare by code unit, never by locale, so the same files give the same order on any machine.
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function comparePositions(left: Position, right: Position): number {
  return compareText(left.file, right.file) || left.line - right.line || left.column - right.column;
}
