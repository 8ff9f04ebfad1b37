import type { TestReport, TestFailure } from '../../review/testing/run-policy-tests.ts';
import type { ProblemReport } from '../report/problem-report.ts';
import type { CoverageOutcome } from './coverage-report.ts';
import type { MutationOutcome } from './mutation-report.ts';

/** Forms of a report about policy tests; `test-report.ts` has the reporter of each. */
export const testFormats = ['text', 'json', 'github', 'junit', 'markdown'] as const;

export type TestFormat = (typeof testFormats)[number];

/** The outcome of a run of the policy tests, with paths as they are opened from where the command was started. */
export interface TestOutcome {
  /** Empty while there are errors in the files, because then no test was run. */
  readonly report: TestReport;
  readonly errors: ProblemReport;
  readonly measures?: TestMeasures;
}

/** The quality of the tests, as far as it was asked for. */
export interface TestMeasures {
  readonly coverage?: CoverageOutcome;
  /** `impossible` while a test fails: then no failure would tell that it was the mutant's. */
  readonly mutation?: MutationOutcome | 'impossible';
}

/** What was expected and what was found, in one line; the reason is told apart. */
export function describeFailure(failure: TestFailure): string {
  if (failure.kind === 'asks-nothing') return 'asks nothing, so it would pass whatever the policy says';
  const { permission, subject, expect } = failure;
  return `\`${permission}\` as ${subject}: expected ${expect}, found ${expect === 'allow' ? 'deny' : 'allow'}`;
}
