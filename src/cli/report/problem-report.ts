import type { ProblemCounts } from '../../policy/problem-list.ts';
import type { Problem } from '../../policy/problem.ts';
import { comparePositions, formatPosition } from '../../policy/position.ts';
import type { WaivedFinding } from '../../review/waivers/waive-findings.ts';
import { formatAnnotation } from './github-annotation.ts';
import { printable } from './printable.ts';
import type { ReportSurroundings } from './report-surroundings.ts';
import { formatExcerpt } from './source-excerpt.ts';
import type { SourceLines } from './source-lines.ts';
import { wrapLine } from './wrap-text.ts';

/** The problems of a policy directory, sorted, with paths as they are opened from where the command was started. */
export interface ProblemReport {
  readonly problems: readonly Problem[];
  /** Warnings that the policy accepts, for `lint` to tell. They are not among the problems. */
  readonly waived?: readonly WaivedFinding[];
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
  const waived = report.waived?.length ?? 0;
  const accepted = waived === 0 ? '' : `; ${waived} waived`;
  return `${found.length === 0 ? 'no problems' : found.join(', ')} in ${countOf(report.files, 'file')}${rest}${accepted}`;
}

function reportProblemsAsText(report: ProblemReport, surroundings: ReportSurroundings): string {
  return inOrder(report, {
    problem: (problem) => formatProblem(problem, report.lines, surroundings),
    waived: (finding) => formatWaived(finding, surroundings),
  }).join('\n\n');
}

interface Writers {
  readonly problem: (problem: Problem) => string;
  readonly waived: (finding: WaivedFinding) => string;
}

// Problems and what is accepted, as they stand in the files.
function inOrder({ problems, waived = [] }: ProblemReport, write: Writers): string[] {
  const told = problems.map((problem) => ({ at: problem, text: () => write.problem(problem) }));
  if (waived.length === 0) return told.map(({ text }) => text());
  const accepted = waived.map((finding) => ({ at: finding.problem, text: () => write.waived(finding) }));
  return [...told, ...accepted].sort((left, right) => comparePositions(left.at, right.at)).map(({ text }) => text());
}

function formatWaived({ problem, waiver }: WaivedFinding, { paint, width }: ReportSurroundings): string {
  const place = paint.bold(printable(formatPosition(problem)));
  const mark = paint.faint(`waived until ${printable(waiver.until)}:`);
  return [
    `${place}: ${mark} ${printable(problem.message)} ${paint.faint(`[${problem.code}]`)}`,
    wrapLine(`${paint.cyan('reason:')} ${printable(waiver.reason)}`, width, reasonIndent),
  ].join('\n');
}

const reasonIndent = 'reason: '.length;

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
  const { problems, files, waived } = report;
  const counts = { files, ...(report.counts ?? countProblems(problems)) };
  if (!waived) return JSON.stringify({ problems, counts }, undefined, 2);
  const accepted = waived.map(({ problem, waiver: { reason, until } }) => ({ ...problem, reason, until }));
  return JSON.stringify({ problems, waived: accepted, counts: { ...counts, waived: waived.length } }, undefined, 2);
}

function reportProblemsAsAnnotations(report: ProblemReport, { annotationRoot }: ReportSurroundings): string {
  return inOrder(report, {
    problem: ({ severity, file, line, column, length, code, message, help }) => {
      const text = `${message} [${code}]${help === undefined ? '' : `\nhelp: ${help}`}`;
      return formatAnnotation({ severity, file, line, column, length, title: 'rolebook lint', text }, annotationRoot);
    },
    waived: ({ problem: { file, line, column, length, code, message }, waiver: { reason, until } }) => {
      const [place, title] = [{ file, line, column, length }, 'rolebook lint: waived'];
      const text = `${message} [${code}]\nwaived until ${until}: ${reason}`;
      return formatAnnotation({ severity: 'notice', ...place, title, text }, annotationRoot);
    },
  }).join('\n');
}

export function countProblems(problems: readonly Problem[]): ProblemCounts {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return { errors, warnings: problems.length - errors };
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
