import { assert } from 'chai';
import type { PolicyTestFile } from '../../../src/policy/policy-test.ts';
import { compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const policy: PolicyTexts = {
  'roles.yaml': `subjectTypes: [user, service]
scopes:
  self: { when: { resource.owner: $subject.id } }
  near: { when: { context.ip: 10.0.0.1, resource.team: $subject.properties.team } }
  rest: {}
permissions: { C: { a:b: t, a:c: t, leave:approve: { title: t, scopes: [self, rest] } } }
roles: { member: { grants: [a:b] }, boss: { spans: organization } }
`,
  'policies/organization.yaml': 'organization: acme\nmembers: { olu: boss }\n',
  'policies/w.yaml':
    'workspace: w\nroles: { lead: {} }\nretired: { qa: member }\nmembers: { ana: lead, service:bot: member }\n',
};
const withTest = (text: string): PolicyTexts => ({ ...policy, 'policies/w.test.yaml': text });
const faultsOf = (text: string): string[] =>
  findings(withTest(text)).map((finding) => finding.replace('policies/w.test.yaml:', ''));

function compiledFrom(text: string): PolicyTestFile {
  const { tests, problems } = compileTexts(withTest(text));
  assert.deepEqual(problems, []);
  assert.lengthOf(tests, 1);
  return tests[0]!;
}

const oneTest = (lines: string): string => `tests:\n- name: n\n  workspace: w\n${lines}\n`;
const questionsOf = (lines: string): string[] =>
  compiledFrom(oneTest(lines)).tests[0]!.assertions.flatMap(({ expect, questions }) =>
    questions.map(({ permission, scopes }) => `${expect} ${permission.id} ${scopes?.join('+') ?? '-'}`),
  );

describe('policy tests', () => {
  it('know their clock, their workspace and their place', () => {
    const file = compiledFrom(`now: 2026-11-20T09:00:00+01:00\n${oneTest('  as: ana\n  can: [a:b]')}`);
    assert.deepInclude(file, { file: 'policies/w.test.yaml', nowMs: Date.parse('2026-11-20T08:00:00Z') });
    const [test] = file.tests;
    assert.equal(test?.name, 'n');
    assert.equal(test?.workspace.id, 'w');
    assert.deepInclude(test?.position, { line: 3, column: 9 });
    assert.deepInclude(test?.assertions[0], { expect: 'allow', text: 'a:b' });
    assert.deepInclude(test?.assertions[0]?.position, { line: 6, column: 9 });
    assert.isUndefined(compiledFrom(oneTest('  as: ana\n  can: [a:b]')).nowMs);
  });

  it('ask as a member, as a role, as several, as a list of these', () => {
    const subjects = (as: string): string[] =>
      compiledFrom(oneTest(`  as: ${as}\n  can: [a:b]`)).tests[0]!.subjects.map((subject) =>
        subject.kind === 'member'
          ? `${subject.subject.type} ${subject.subject.id}`
          : subject.roles.map(({ id }) => id).join('+'),
      );
    assert.deepEqual(subjects('ana'), ['user ana']);
    assert.deepEqual(subjects('service:bot'), ['service bot']);
    assert.deepEqual(subjects('olu'), ['user olu']);
    assert.deepEqual(subjects('{ role: lead }'), ['lead']);
    assert.deepEqual(subjects('{ role: [member, lead] }'), ['member+lead']);
    assert.deepEqual(subjects('[ana, { role: member }, { role: [boss, lead] }]'), ['user ana', 'member', 'boss+lead']);
  });

  it('a permission asks in each of its scopes, a wildcard for each of its permissions', () => {
    assert.deepEqual(questionsOf('  as: ana\n  can: [a:b]\n  cannot: [leave:approve]'), [
      'allow a:b -',
      'deny leave:approve self',
      'deny leave:approve rest',
    ]);
    assert.deepEqual(questionsOf('  as: ana\n  cannot: ["a:*", "leave:approve@self"]'), [
      'deny a:b -',
      'deny a:c -',
      'deny leave:approve self',
    ]);
  });

  it('with a request, a permission without a scope is asked as the request finds it', () => {
    const lines =
      '  as: ana\n  with: { resource: { owner: ana }, context: { ip: x }, properties: { team: y } }\n  can: [leave:approve]\n  cannot: ["leave:approve@rest", "*"]';
    assert.deepEqual(questionsOf(lines), [
      'allow leave:approve -',
      'deny leave:approve rest',
      'deny a:b -',
      'deny a:c -',
      'deny leave:approve -',
    ]);
    const [test] = compiledFrom(oneTest(lines)).tests;
    assert.deepInclude(test, { resource: { owner: 'ana' }, context: { ip: 'x' }, properties: { team: 'y' } });
  });

  it('about unknown things are mistakes, on the word', () => {
    assert.deepEqual(
      faultsOf(oneTest('  as: ana\n  can: [a:x, "a:b@self", "x:*", "*@team"]')),
      [
        '5 unknown-permission a:x',
        '5 unknown-scope "a:b@self"',
        '5 unknown-permission "x:*"',
        '5 unknown-scope "*@team"',
      ]
        .map((finding) => finding.replace('5', '6'))
        .map((finding) => finding.replace(/^6/, '5')),
    );
    assert.deepEqual(faultsOf('tests: [{ name: n, workspace: v, as: ana, can: [a:b] }]'), ['1 unknown-workspace v']);
    assert.deepEqual(faultsOf(oneTest('  as: { role: leda }\n  can: [a:b]')), ['4 unknown-role leda']);
    assert.deepEqual(faultsOf(oneTest('  as: { role: [member, qa] }\n  can: [a:b]')), ['4 unknown-role qa']);
    assert.deepEqual(faultsOf(oneTest('  as: bot:x\n  can: [a:b]')), ['4 unknown-subject-type bot:x']);
    assert.deepEqual(faultsOf(oneTest('  as: " ana"\n  can: [a:b]')), ['4 bad-subject " ana"']);
    assert.deepEqual(faultsOf(`now: 2026-02-30\n${oneTest('  as: ana\n  can: [a:b]')}`), ['1 bad-time 2026-02-30']);
    assert.deepEqual(faultsOf(oneTest('  as: ana\n  can: [send]')), ['5 bad-grant send']);
  });

  it('that ask nothing are mistakes', () => {
    assert.deepEqual(faultsOf(oneTest('  as: ana')), ['2 missing-key n']);
    assert.isAbove(faultsOf('tests: []').length, 0);
  });

  it('as somebody who is no member are a warning: everything is denied', () => {
    assert.deepEqual(faultsOf(oneTest('  as: bo\n  cannot: [a:b]')), ['4 unknown-member bo']);
    assert.deepEqual(faultsOf(oneTest('  as: service:ana\n  cannot: [a:b]')), ['4 unknown-member service:ana']);
    const { policy: compiled, tests } = compileTexts(withTest(oneTest('  as: bo\n  cannot: [a:b]')));
    assert.isDefined(compiled);
    assert.lengthOf(tests[0]!.tests[0]!.subjects, 1);
  });

  it('with mistakes do not touch the policy', () => {
    for (const text of ['{', 'tests: 7', oneTest('  as: ana\n  can: [a:x]')]) {
      const { policy: compiled, problems } = compileTexts(withTest(text));
      assert.isDefined(compiled, text);
      assert.isTrue(
        problems.some(({ severity }) => severity === 'error'),
        text,
      );
    }
  });

  it('about a workspace whose file cannot be read are not told that it is unknown', () => {
    const texts = { ...withTest('tests: [{ name: n, workspace: v, as: ana, can: [a:b] }]'), 'policies/v.yaml': '{' };
    assert.deepEqual(
      compileTexts(texts).problems.map(({ file }) => file),
      ['policies/v.yaml'],
    );
  });

  it('come in the order of their files', () => {
    const text = 'tests: [{ name: n, workspace: w, as: ana, can: [a:b] }]';
    const { tests } = compileTexts({ 'policies/z.test.yaml': text, 'policies/a.test.yaml': text, ...policy });
    assert.deepEqual(
      tests.map(({ file }) => file),
      ['policies/a.test.yaml', 'policies/z.test.yaml'],
    );
  });
});
