import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { scopeWordOf } from '../../policy/permission.ts';
import type { Reason } from '../../policy/decision.ts';
import type { PolicyTest, PolicyTestFile, TestAssertion, TestQuestion, TestSubject } from '../../policy/policy-test.ts';
import { compareText, type Position } from '../../policy/position.ts';
import { askPolicyTest } from './ask-policy-test.ts';
import { isFrozenFor } from './frozen-tests.ts';

/** The results of all policy tests, in the order of the files. */
export interface TestReport {
  readonly tests: readonly TestResult[];
  readonly passed: number;
  readonly failed: number;
  /** Tests that speak of a role which a plan froze, and fail in nothing else. */
  readonly frozen: number;
}

export interface TestResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'frozen';
  readonly failures: readonly TestFailure[];
  /** How many answers were compared: each permission under `can` and `cannot`, for each subject. */
  readonly assertions: number;
}

/** An answer that is not the expected one, or a test or a line of one that asks nothing. */
export type TestFailure =
  | {
      readonly kind: 'wrong-answer';
      /** A member or roles, in words and with backticks. */
      readonly subject: string;
      readonly expect: 'allow' | 'deny';
      /** `message:send`, or `message:send@shared` where the test names the scope. */
      readonly permission: string;
      readonly position: Position;
      readonly reason: Reason;
    }
  | { readonly kind: 'asks-nothing'; readonly position: Position };

export interface TestRunOptions {
  /** Only tests whose file or name contains this text, in any case. */
  readonly filter?: string;
  /** The clock of files that freeze none, milliseconds since 1970 UTC. */
  readonly nowMs: number;
}

/** Asks the engine what the policy tests ask, each with its file's clock. */
export function runPolicyTests(
  engine: CasbinEngine,
  files: readonly PolicyTestFile[],
  options: TestRunOptions,
): TestReport {
  const tests: TestResult[] = [];
  for (const { nowMs, tests: selected } of selectTests(files, options.filter)) {
    for (const test of selected) tests.push(runTest(engine, test, nowMs ?? options.nowMs));
  }
  const count = (outcome: TestResult['outcome']): number => tests.filter((test) => test.outcome === outcome).length;
  return { tests, passed: count('passed'), failed: count('failed'), frozen: count('frozen') };
}

/** The tests whose file or name contains the filter, in any case, in the order of the files. */
export function selectTests(files: readonly PolicyTestFile[], filter: string | undefined): PolicyTestFile[] {
  return [...files]
    .sort((left, right) => compareText(left.file, right.file))
    .map((file) => ({ ...file, tests: file.tests.filter((test) => isSelected(file.file, test.name, filter)) }));
}

// Text in text: the filter never becomes a pattern.
function isSelected(file: string, name: string, filter: string | undefined): boolean {
  if (filter === undefined) return true;
  const wanted = filter.toLowerCase();
  return file.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
}

function runTest(engine: CasbinEngine, test: PolicyTest, atMs: number): TestResult {
  const failures: TestFailure[] = [];
  let assertions = 0;
  const frozen = new Set(test.subjects.filter((subject) => isFrozenFor(engine, test, subject, atMs)));
  for (const assertion of test.assertions) {
    if (assertion.questions.length === 0) failures.push({ kind: 'asks-nothing', position: assertion.position });
    for (const subject of test.subjects) {
      for (const question of assertion.questions) {
        assertions += 1;
        const { decision, reason } = askPolicyTest(engine, test, subject, question, atMs);
        if (decision === (assertion.expect === 'allow') || frozen.has(subject)) continue;
        failures.push(describeWrongAnswer(subject, assertion, question, reason));
      }
    }
  }
  // A test that asks nothing would pass whatever the policy says.
  if (assertions === 0 && failures.length === 0) failures.push({ kind: 'asks-nothing', position: test.position });
  const { file, line } = test.position;
  const sound = frozen.size > 0 ? 'frozen' : 'passed';
  return { file, line, name: test.name, outcome: failures.length === 0 ? sound : 'failed', failures, assertions };
}

function describeWrongAnswer(
  subject: TestSubject,
  assertion: TestAssertion,
  question: TestQuestion,
  reason: Reason,
): TestFailure {
  const { permission, scopes = [] } = question;
  return {
    kind: 'wrong-answer',
    subject: subject.label,
    expect: assertion.expect,
    permission: scopes.length === 0 ? permission.id : `${permission.id}@${scopeWordOf(scopes)}`,
    position: assertion.position,
    reason,
  };
}
