import { limits } from './limits.ts';
import { comparePositions, compareText, lengthAt, type Position, type Span } from './position.ts';

export type Severity = 'error' | 'warning';

/** Every kind of problem, with how much it weighs. Each has a section in docs/checks.md. */
export const problemSeverities = {
  'missing-file': 'error',
  'bad-file-name': 'error',
  'unreadable-file': 'error',
  'not-utf8': 'error',
  'file-too-large': 'error',
  'hidden-character': 'error',
  'merge-conflict': 'error',
  'yaml-syntax': 'error',
  'yaml-alias': 'error',
  'yaml-tag': 'error',
  'yaml-merge-key': 'error',
  'duplicate-key': 'error',
  'too-deep': 'error',
  'inexact-number': 'error',
  'converted-value': 'warning',
  'unknown-key': 'error',
  'missing-key': 'error',
  'wrong-type': 'error',
  'bad-value': 'error',
  'bad-id': 'error',
  'bad-subject': 'error',
  'bad-time': 'error',
  'bad-grant': 'error',
  'bad-path': 'error',
  'too-many-scopes': 'error',
  'duplicate-permission': 'error',
  'unknown-permission': 'error',
  'unknown-scope': 'error',
  'unknown-role': 'error',
  'unknown-subject-type': 'error',
  'unknown-workspace': 'error',
  'unknown-organization': 'error',
  'unknown-property': 'error',
  'unknown-group': 'error',
  'unknown-member': 'warning',
  'extends-cycle': 'error',
  'shadows-built-in': 'error',
  'shadows-organization': 'error',
  'retired-role-used': 'error',
  'former-id-in-use': 'error',
  'former-id': 'warning',
  'duplicate-workspace': 'error',
  'duplicate-organization': 'error',
  'plan-without-custom-roles': 'error',
  'unknown-plan': 'error',
  'frozen-roles': 'warning',
  'missing-requirement': 'error',
  'removes-nothing': 'warning',
  'duplicate-grant': 'warning',
  'duplicate-role': 'error',
  'duplicate-member': 'error',
  'look-alike': 'error',
  'case-only-difference': 'warning',
  'inverted-period': 'error',
  'exclusive-permissions': 'error',
  'wrong-holders': 'error',
  'wrong-span': 'error',
  'not-for-custom-roles': 'error',
  'model-mismatch': 'error',
  'denies-nothing': 'warning',
  'assigns-nothing': 'warning',
  'path-as-text': 'warning',
  'unread-property': 'warning',
  'missing-property': 'warning',
  'expired-membership': 'warning',
  'person-role': 'warning',
  'missing-holders': 'warning',
  'handed-over': 'warning',
  'needs-another-role': 'warning',
  'unused-role': 'warning',
  'unused-group': 'warning',
  'self-lift': 'warning',
  'stale-schema': 'warning',
  'unused-waiver': 'warning',
  'waiver-over': 'warning',
} as const satisfies Record<string, Severity>;

export type ProblemCode = keyof typeof problemSeverities;

/** Something wrong in somebody's file. Problems are collected, never thrown one by one. */
export interface Problem extends Position {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** How many characters the caret underlines; 1 where only the start is known. */
  readonly length: number;
  /** One sentence, lower-case start, no period, the user's own text in backticks. */
  readonly message: string;
  /** What would be right, where that can be said. */
  readonly help?: string;
}

export function createProblem(code: ProblemCode, at: Position | Span, message: string, help?: string): Problem {
  const { file, line, column } = at;
  const length = lengthAt(at);
  const severity = problemSeverities[code];
  const said = { code, severity, file, line, column, length, message: bounded(message) };
  return help === undefined ? said : { ...said, help: bounded(help) };
}

function bounded(text: string): string {
  const { problemCharacters } = limits;
  return text.length > problemCharacters ? `${text.slice(0, problemCharacters - 1).toWellFormed()}…` : text;
}

export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (left, right) =>
      comparePositions(left, right) || compareText(left.code, right.code) || compareText(left.message, right.message),
  );
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
