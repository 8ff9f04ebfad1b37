import type { ProblemCounts } from '../../policy/problem-list.ts';
import type { Problem } from '../../policy/problem.ts';
import { formatPosition } from '../../policy/position.ts';
import { formatAnnotation } from './github-annotation.ts';
import { printable } from './printable.ts';
import type { ReportSurroundings } from './report-surroundings.ts';
import { formatExcerpt } from './source-excerpt.ts';
import type { SourceLines } from './source-lines.ts';
import { wrapLine } from './wrap-text.ts';

/** The problems of a policy directory, sorted, with paths as they are opened from where the command was started. */
export interface ProblemReport {
  readonly problems: readonly Problem[];
  /** How many there are, where they may be more than these. */
  readonly counts?: ProblemCounts;
  readonly files: number;
  readonly lines: SourceLines;
}

type ProblemReporter = (report: ProblemReport, surroundings: ReportSurroundings) => string;

export const problemReporters = {
  text: reportProblemsAsText,
  json: reportProblemsAsJson,
  github: reportProblemsAsAnnotations,
} as const satisfies Record<string, ProblemReporter>;

export type ProblemFormat = keyof typeof problemReporters;

export const problemFormats = ['text', 'json', 'github'] as const satisfies readonly ProblemFormat[];

/** The closing line: `2 problems, 1 warning in 14 files`. */
export function summarizeProblems(report: ProblemReport): string {
  const { errors, warnings } = report.counts ?? countProblems(report.problems);
  const found = [
    ...(errors > 0 ? [countOf(errors, 'problem')] : []),
    ...(warnings > 0 ? [countOf(warnings, 'warning')] : []),
  ];
  const untold = errors + warnings - report.problems.length;
  const rest = untold > 0 ? `, of which ${untold} are not shown` : '';
  return `${found.length === 0 ? 'no problems' : found.join(', ')} in ${countOf(report.files, 'file')}${rest}`;
}

function reportProblemsAsText(report: ProblemReport, surroundings: ReportSurroundings): string {
  return report.problems.map((problem) => formatProblem(problem, report.lines, surroundings)).join('\n\n');
}

function formatProblem(problem: Problem, lines: SourceLines, { paint, width }: ReportSurroundings): string {
  const place = paint.bold(printable(formatPosition(problem)));
  const mark = problem.severity === 'warning' ? paint.yellow('warning: ') : '';
  const code = paint.faint(`[${problem.code}]`);
  const source = lines(problem.file, problem.line);
  return [
    `${place}: ${mark}${printable(problem.message)} ${code}`,
    ...(source === undefined ? [] : [formatExcerpt(source, problem, paint)]),
    ...(problem.help === undefined
      ? []
      : [wrapLine(`${paint.cyan('help:')} ${printable(problem.help)}`, width, helpIndent)]),
  ].join('\n');
}

const helpIndent = 'help: '.length;

function reportProblemsAsJson(report: ProblemReport): string {
  const counts = { files: report.files, ...(report.counts ?? countProblems(report.problems)) };
  return JSON.stringify({ problems: report.problems, counts }, undefined, 2);
}

function reportProblemsAsAnnotations(report: ProblemReport, { annotationRoot }: ReportSurroundings): string {
  return report.problems
    .map((problem) => {
      const { severity, file, line, column, length, code, message, help } = problem;
      const text = `${message} [${code}]${help === undefined ? '' : `\nhelp: ${help}`}`;
      return formatAnnotation({ severity, file, line, column, length, title: 'rolebook lint', text }, annotationRoot);
    })
    .join('\n');
}

export function countProblems(problems: readonly Problem[]): ProblemCounts {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return { errors, warnings: problems.length - errors };
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
