import type { ExpectInTest } from '../../../compile/edit/policy-edit.ts';
import type { CasbinEngine } from '../../../engine/casbin-engine.ts';
import type { PolicyTest, PolicyTestFile, TestAssertion, TestQuestion } from '../../../policy/policy-test.ts';
import { askPolicyTest } from '../../testing/ask-policy-test.ts';

/**
 * The edits by which the tests that fail would expect what the policy says now: each question of a test that is answered
 * the other way for all of its subjects. Where some are answered so and some not, nobody can say what was meant.
 */
export function findExpectations(
  engine: CasbinEngine,
  files: readonly PolicyTestFile[],
  nowMs: number,
): readonly ExpectInTest[] {
  return files.flatMap(({ file, nowMs: frozenMs, tests }) =>
    tests.flatMap((test) =>
      test.assertions.flatMap((assertion) => {
        const expect = assertion.expect === 'allow' ? 'cannot' : 'can';
        const turned = assertion.questions.filter((one) => isTurned(engine, test, assertion, one, frozenMs ?? nowMs));
        return turned.map((question): ExpectInTest => {
          return { edit: 'test.expect', file, test: test.name, permission: wordFor(question), expect };
        });
      }),
    ),
  );
}

function isTurned(
  engine: CasbinEngine,
  test: PolicyTest,
  { expect }: TestAssertion,
  question: TestQuestion,
  atMs: number,
): boolean {
  const answers = test.subjects.map((subject) => askPolicyTest(engine, test, subject, question, atMs).decision);
  return answers.length > 0 && answers.every((decision) => decision !== (expect === 'allow'));
}

function wordFor({ permission, scopes }: TestQuestion): string {
  const [only] = scopes ?? [];
  return only === undefined ? permission.id : `${permission.id}@${only}`;
}
