import { formatPosition, lengthAt } from '../../policy/position.ts';
import type { TestFailure, TestReport, TestResult } from '../../review/testing/run-policy-tests.ts';
import { formatAnnotation } from '../report/github-annotation.ts';
import { reportTestsAsJunit } from './junit-report.ts';
import { codeSpan } from '../report/markdown-text.ts';
import { printable } from '../report/printable.ts';
import { problemReporters } from '../report/problem-report.ts';
import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { measuresAsJson, reportMeasures } from './test-measures.ts';
import { describeFailure, type TestFormat, type TestOutcome } from './test-outcome.ts';

type TestReporter = (outcome: TestOutcome, surroundings: ReportSurroundings) => string;

export const testReporters = {
  text: reportTestsAsText,
  json: reportTestsAsJson,
  github: reportTestsAsAnnotations,
  junit: reportTestsAsJunit,
  markdown: reportTestsAsMarkdown,
} as const satisfies Record<TestFormat, TestReporter>;

/** The closing line: `48 passed, 0 failed`, and those that speak of frozen roles, where there are any. */
export function summarizeTests({ passed, failed, frozen }: TestReport): string {
  return `${passed} passed, ${failed} failed${frozen === 0 ? '' : `, ${frozen} of frozen roles`}`;
}

function reportTestsAsText({ report, errors, measures = {} }: TestOutcome, surroundings: ReportSurroundings): string {
  const { paint } = surroundings;
  const failed = failedTests(report).map((test) => {
    const title = `${paint.red('failed:')} ${paint.bold(printable(test.name))}`;
    const lines = test.failures.flatMap((failure) => formatFailure(failure));
    return [`${title} (${printable(test.file)}:${test.line})`, ...lines].join('\n');
  });
  const frozen = frozenTests(report).map(
    (test) =>
      `frozen: ${printable(test.name)} (${printable(test.file)}:${test.line}) speaks of a role that the plan froze`,
  );
  const problems = problemReporters.text(errors, surroundings);
  return joinParts([problems, frozen.join('\n'), ...failed, ...reportMeasures(measures, 'text', surroundings)], '\n\n');
}

function joinParts(parts: readonly string[], separator: string): string {
  return parts.filter((part) => part !== '').join(separator);
}

function formatFailure(failure: TestFailure): string[] {
  const place = printable(formatPosition(failure.position));
  const lines = [`  ${place}: ${printable(describeFailure(failure))}`];
  if (failure.kind === 'wrong-answer') lines.push(`    ${printable(failure.reason.message)}`);
  return lines;
}

function reportTestsAsJson({ report, errors, measures = {} }: TestOutcome): string {
  const { passed, failed, frozen, tests } = report;
  const document = { passed, failed, frozen, tests, problems: errors.problems, ...measuresAsJson(measures) };
  return JSON.stringify(document, undefined, 2);
}

function reportTestsAsAnnotations(
  { report, errors, measures = {} }: TestOutcome,
  surroundings: ReportSurroundings,
): string {
  const problems = problemReporters.github(errors, surroundings);
  const failures = failedTests(report).flatMap((test) =>
    test.failures.map((failure) => {
      const { file, line, column } = failure.position;
      const length = lengthAt(failure.position);
      const why = failure.kind === 'wrong-answer' ? `\n${failure.reason.message}` : '';
      const text = `${test.name}\n${describeFailure(failure)}${why}`;
      const annotation = { severity: 'error', file, line, column, length, title: 'rolebook test', text } as const;
      return formatAnnotation(annotation, surroundings.annotationRoot);
    }),
  );
  return joinParts([problems, ...failures, ...reportMeasures(measures, 'github', surroundings)], '\n');
}

function reportTestsAsMarkdown(
  { report, errors, measures = {} }: TestOutcome,
  surroundings: ReportSurroundings,
): string {
  const problems = errors.problems.map(
    (problem) => `- ${codeSpan(formatPosition(problem))}: ${codeSpan(problem.message)} \\[${problem.code}\\]`,
  );
  const failed = failedTests(report).map((test) => {
    const wrong = test.failures.map((failure) => {
      const why = failure.kind === 'wrong-answer' ? `; ${codeSpan(failure.reason.message)}` : '';
      return `  - ${codeSpan(formatPosition(failure.position))}: ${codeSpan(describeFailure(failure))}${why}`;
    });
    return [`- failed: ${codeSpan(test.name)}`, ...wrong].join('\n');
  });
  const frozen = frozenTests(report).map((test) => `- of frozen roles: ${codeSpan(test.name)}`);
  const lists = joinParts([...problems, ...failed, ...frozen], '\n');
  const summary = errors.problems.length > 0 ? 'no test was run' : summarizeTests(report);
  return joinParts([summary, lists, ...reportMeasures(measures, 'markdown', surroundings)], '\n\n');
}

function frozenTests(report: TestReport): readonly TestResult[] {
  return report.tests.filter((test) => test.outcome === 'frozen');
}

function failedTests(report: TestReport): readonly TestResult[] {
  return report.tests.filter((test) => test.outcome === 'failed');
}
