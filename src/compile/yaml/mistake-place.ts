import type { ProblemCode } from '../../policy/problem.ts';

/** A part of a text that js-yaml could not read, in a policy author's words, and between which offsets it stands. */
export interface YamlMistake {
  readonly code: ProblemCode;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help: string | undefined;
}

export type Explanation = (reason: string, offset: number, text: string) => YamlMistake | undefined;

export function lineAt(offset: number, text: string): { start: number; end: number; line: string } {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const end = endOfLine(offset, text);
  return { start, end, line: text.slice(start, end) };
}

export function endOfLine(offset: number, text: string): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

export function syntax(start: number, end: number, message: string, help?: string): YamlMistake {
  return { code: 'yaml-syntax', start, end, message, help };
}
