import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import type { PolicyTestFile } from '../../../src/policy/policy-test.ts';
import { runPolicyTests, type TestReport, type TestRunOptions } from '../../../src/review/testing/run-policy-tests.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const nowMs = Date.UTC(2026, 5, 1);

const support = `workspace: support
title: Support
roles:
  team-lead: { title: Team lead, extends: member, grants: [conversation:assign, "tag:*"] }
  auditor: { title: Auditor, grants: [analytics:view], denies: ["conversation:*"] }
  trainee: { title: Trainee, extends: member, without: ["message:send@shared"] }
members:
  ana@acme.example: team-lead
  bo@acme.example: trainee
  cy@acme.example: [{ role: member, until: 2026-06-30 }]
`;

describe('policy tests', () => {
  it('compare what a role may and may not do', async () => {
    const report = await runTests(`
      - name: trainee
        workspace: support
        as: { role: trainee }
        can: [comment:send, "message:send@personal"]
        cannot: ["message:send@shared", conversation:assign]`);
    assert.deepInclude(report, { passed: 1, failed: 0 });
    assert.deepInclude(report.tests[0], {
      file: 'policies/a.test.yaml',
      line: 2,
      name: 'trainee',
      outcome: 'passed',
      assertions: 4,
    });
  });

  it('tell a wrong allow with the role and the line, and a wrong deny with what was missing', async () => {
    const report = await runTests(`
      - name: turned round
        workspace: support
        as: ana@acme.example
        can: [analytics:view]
        cannot: [conversation:assign]`);
    const [deny, allow] = report.tests[0]?.failures ?? [];
    assert.deepNestedInclude(deny, {
      kind: 'wrong-answer',
      expect: 'allow',
      permission: 'analytics:view',
      'reason.code': 'not-granted',
    });
    assert.deepNestedInclude(deny, { 'reason.rolesThatAllow': ['workspace-admin', 'company-admin', 'auditor'] });
    assert.deepNestedInclude(allow, { expect: 'deny', permission: 'conversation:assign', 'reason.code': 'granted' });
    assert.deepNestedInclude(allow, {
      'reason.role': 'team-lead',
      'reason.file': 'policies/support.yaml',
      'reason.line': 4,
    });
  });

  it('add up the roles of one subject, so a deny of one wins over the grant of the other', async () => {
    const report = await runTests(`
      - name: both
        workspace: support
        as: { role: [team-lead, auditor] }
        can: [analytics:view, tag:create]
        cannot: [conversation:assign]
      - name: each
        workspace: support
        as: [{ role: team-lead }, { role: auditor }]
        can: [analytics:view]`);
    assert.deepEqual(
      report.tests.map((test) => test.outcome),
      ['passed', 'failed'],
    );
    assert.lengthOf(report.tests[1]?.failures ?? [], 1);
  });

  it('ask every scope of a permission without `with`', async () => {
    const report = await runTests(`
      - name: every scope
        workspace: support
        as: bo@acme.example
        can: [message:send]`);
    assert.deepEqual(
      report.tests[0]?.failures.map((failure) => failure.kind === 'wrong-answer' && failure.permission),
      ['message:send@shared'],
    );
    assert.equal(report.tests[0]?.assertions, 2);
  });

  it('find the scope from `with`, allowed for one’s own and denied for another’s', async () => {
    const report = await runTests(`
      - name: own
        workspace: support
        as: bo@acme.example
        with: { resource: { owner: bo@acme.example } }
        can: [message:send]
      - name: another's
        workspace: support
        as: bo@acme.example
        with: { resource: { owner: cy@acme.example } }
        cannot: [message:send]`);
    assert.deepInclude(report, { passed: 2, failed: 0 });
  });

  it('ask for roles as `somebody`, who may own things', async () => {
    const report = await runTests(`
      - name: own
        workspace: support
        as: { role: trainee }
        with: { resource: { owner: somebody } }
        can: [message:send]
      - name: another's
        workspace: support
        as: { role: trainee }
        with: { resource: { owner: ana@acme.example } }
        cannot: [message:send]`);
    assert.deepInclude(report, { passed: 2, failed: 0 });
  });

  it('use the clock of their file, else the one they are given', async () => {
    const asked = `
      - name: cy
        workspace: support
        as: cy@acme.example
        can: [comment:send]`;
    assert.equal((await runTests(asked)).passed, 1);
    assert.equal((await runTests(asked, { nowMs: Date.UTC(2026, 6, 1) })).failed, 1);
    assert.equal((await runTests(asked, { nowMs: Date.UTC(2026, 6, 1) }, 'now: 2026-06-30T23:59:59Z')).passed, 1);
    assert.equal((await runTests(asked, { nowMs }, 'now: 2026-07-01T00:00:00Z')).failed, 1);
  });

  it('run in the order of the files, and only those the filter finds', async () => {
    const { engine, files } = await compileTests(`
      - { name: First, workspace: support, as: ana@acme.example, can: [comment:send] }
      - { name: second, workspace: support, as: ana@acme.example, can: [comment:send] }`);
    const [file] = files;
    const two: PolicyTestFile[] = [
      { ...file!, file: 'policies/z.test.yaml' },
      { ...file!, file: 'policies/b.test.yaml' },
    ];
    const found = (filter?: string): string[] =>
      runPolicyTests(engine, two, { nowMs, ...(filter === undefined ? {} : { filter }) }).tests.map(
        (test) => test.name,
      );
    assert.deepEqual(found(), ['First', 'second', 'First', 'second']);
    assert.deepEqual(found('FIRST'), ['First', 'First']);
    assert.deepEqual(found('/Z.TEST'), ['First', 'second']);
    assert.deepEqual(found('.'), ['First', 'second', 'First', 'second']);
    assert.deepEqual(found('.*'), []);
  });

  it('fail when they ask nothing', async () => {
    const { engine, files } = await compileTests(`
      - { name: x, workspace: support, as: ana@acme.example, can: [comment:send] }`);
    const [file] = files;
    const [test] = file!.tests;
    const [assertion] = test!.assertions;
    const variants = [
      { ...test!, assertions: [] },
      { ...test!, subjects: [] },
      { ...test!, assertions: [{ ...assertion!, questions: [] }] },
      { ...test!, assertions: [assertion!, { ...assertion!, questions: [] }] },
    ];
    const report = runPolicyTests(engine, [{ ...file!, tests: variants }], { nowMs });
    assert.deepInclude(report, { passed: 0, failed: 4 });
    for (const { failures } of report.tests)
      assert.deepEqual(
        failures.map(({ kind }) => kind),
        ['asks-nothing'],
      );
  });
});

async function runTests(tests: string, options: TestRunOptions = { nowMs }, head = ''): Promise<TestReport> {
  const { engine, files } = await compileTests(tests, head);
  return runPolicyTests(engine, files, options);
}

async function compileTests(
  tests: string,
  head = '',
): Promise<{ engine: CasbinEngine; files: readonly PolicyTestFile[] }> {
  const texts = {
    ...smallPolicy(),
    'policies/support.yaml': support,
    'policies/a.test.yaml': `${head}${head && '\n'}tests:${tests}\n`,
  };
  const encoder = new TextEncoder();
  const sources = Object.entries(texts).map(([path, text]) => ({ path, content: encoder.encode(text) }));
  const result = compilePolicy(sources, nowMs);
  assert.deepEqual(
    result.problems.filter((problem) => problem.severity === 'error'),
    [],
  );
  return { engine: await CasbinEngine.create(result.policy!), files: result.tests };
}
