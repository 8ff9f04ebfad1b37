import { formatPosition } from '../../policy/position.ts';
import type { Problem } from '../../policy/problem.ts';
import type { TestFailure, TestResult } from '../../review/testing/run-policy-tests.ts';
import { type TestOutcome, describeFailure } from './test-outcome.ts';

/**
 * JUnit's XML as continuous integration servers read it: a suite for each test file, and one called `policy` for what
 * kept the tests from running. Without times, so that the same files give the same output.
 */
export function reportTestsAsJunit({ report, errors }: TestOutcome): string {
  const suites = [...groupByFile(report.tests)].map(([file, tests]) => formatSuite(file, tests));
  if (errors.problems.length > 0) suites.unshift(formatProblems(errors.problems));
  const errorCount = errors.problems.length;
  const totals = { tests: report.tests.length + errorCount, failures: report.failed, errors: errorCount };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'rolebook', ...totals })}>`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function groupByFile(tests: readonly TestResult[]): Map<string, TestResult[]> {
  const byFile = new Map<string, TestResult[]>();
  for (const test of tests) {
    const group = byFile.get(test.file);
    if (group === undefined) byFile.set(test.file, [test]);
    else group.push(test);
  }
  return byFile;
}

function formatSuite(file: string, tests: readonly TestResult[]): string {
  const failures = tests.filter((test) => test.outcome === 'failed').length;
  const skipped = tests.filter((test) => test.outcome === 'frozen').length;
  return [
    `  <testsuite${attributes({ name: file, tests: tests.length, failures, errors: 0, ...(skipped > 0 ? { skipped } : {}), file })}>`,
    ...tests.map(formatTest),
    '  </testsuite>',
  ].join('\n');
}

function formatTest({ name, file, line, outcome, assertions, failures }: TestResult): string {
  const opening = `    <testcase${attributes({ classname: file, name, file, line, assertions })}`;
  if (outcome === 'frozen') {
    return `${opening}>\n      <skipped${attributes({ message: 'speaks of a role that the plan froze' })}/>\n    </testcase>`;
  }
  const [first] = failures;
  if (first === undefined) return `${opening}/>`;
  const body = escapeXml(failures.map(formatFailure).join('\n'));
  const message = failures.length === 1 ? describeFailure(first) : `${failures.length} wrong answers`;
  return `${opening}>\n      <failure${attributes({ type: first.kind, message })}>${body}</failure>\n    </testcase>`;
}

function formatFailure(failure: TestFailure): string {
  const line = `${formatPosition(failure.position)}: ${describeFailure(failure)}`;
  return failure.kind === 'wrong-answer' ? `${line}\n  ${failure.reason.message}` : line;
}

function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length;
  return [
    `  <testsuite${attributes({ name: 'policy', tests: count, failures: 0, errors: count })}>`,
    ...problems.map((problem) => {
      const { file, line, code, message, help } = problem;
      const body = escapeXml(`${formatPosition(problem)}: ${message}${help === undefined ? '' : `\nhelp: ${help}`}`);
      const opening = `    <testcase${attributes({ classname: file, name: `${code} at line ${line}`, file, line })}>`;
      return `${opening}\n      <error${attributes({ type: code, message })}>${body}</error>\n    </testcase>`;
    }),
    '  </testsuite>',
  ].join('\n');
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

// XML 1.0 has no way to write these at all, not even escaped, and one of them makes a server refuse the whole report. The
// marks that turn the reading direction would show another name than the one that failed.
const notXmlPattern =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(notXmlPattern, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
