import { assert } from 'chai';
import fc from 'fast-check';
import { compilePolicy, PolicyCompiler } from '../../src/compile/compile-policy.ts';
import { noonMs, sourceFile, sourceFiles, type PolicyTexts } from '../support/policy-texts.ts';
import { assertReached, lawRuns } from '../support/law-runs.ts';

const texts: PolicyTexts = {
  'roles.yaml': 'permissions: { C: { a:b: t } }\nroles: { member: { grants: [a:b] } }\n',
  'policies/acme/organization.yaml': 'organization: acme\n',
  'policies/acme/support.yaml': 'workspace: support\n',
};

describe('compiling again at another time', () => {
  const strictRoles =
    'permissions: { C: { a:b: t, a:c: t } }\nexclusive: [[a:b, a:c]]\nroles:\n  one: { grants: [a:b], holders: 1 }\n' +
    '  two: { grants: [a:c] }\n  owner: { grants: [a:b], spans: organization, holders: 1 }\n';
  const assignment = (role: string): fc.Arbitrary<string> =>
    fc.constantFrom(role, `[{ role: ${role}, until: 2026-12-31 }]`, `[{ role: ${role}, from: 2027-02-01 }]`);
  const members = (...roles: string[]): fc.Arbitrary<string> =>
    fc.dictionary(fc.constantFrom('ana', 'bo', 'cy'), fc.oneof(...roles.map(assignment)), { maxKeys: 3 }).map(
      (found) =>
        `members: {${Object.entries(found)
          .map((pair) => pair.join(': '))
          .join(', ')}}\n`,
    );
  const edit = fc.oneof(
    members('one', 'two').map((text) => ['policies/acme/support.yaml', `workspace: support\n${text}`] as const),
    members('one', 'two').map((text) => ['policies/acme/sales.yaml', `workspace: sales\n${text}`] as const),
    members('owner').map((text) => ['policies/acme/organization.yaml', `organization: acme\n${text}`] as const),
  );
  const time = fc.constantFrom('2026-11-20', '2026-12-31', '2027-01-01', '2027-02-01').map(Date.parse);

  it('says of members what compiling once then says', () => {
    const told = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(edit, time), { minLength: 1, maxLength: 8 }), (rounds) => {
        const compiler = new PolicyCompiler();
        const files = new Map(sourceFiles({ ...texts, 'roles.yaml': strictRoles }).map((file) => [file.path, file]));
        for (const [[path, text], nowMs] of rounds) {
          files.set(path, sourceFile(path, text));
          const { problems } = compiler.compile([...files.values()], nowMs);
          assert.deepEqual(problems, compilePolicy([...files.values()], nowMs).problems);
          for (const { code } of problems) told.add(code);
        }
      }),
      { numRuns: lawRuns(60) },
    );
    const reached = ['expired-membership', 'exclusive-permissions', 'wrong-holders'].filter((code) => told.has(code));
    assertReached(reached.length, 2, reached.join(', '));
  });
});

describe('compiling in steps', () => {
  it('gives what compiling at once gives, and tells how far it is', () => {
    const many = Array.from(
      { length: 300 },
      (_, index) => [`policies/w${index}.yaml`, `workspace: w${index}\n`] as const,
    );
    const files = sourceFiles({ ...texts, ...Object.fromEntries(many) });
    const compiler = new PolicyCompiler();
    for (const time of ['first', 'again']) {
      const steps = compiler.compileInSteps(files, noonMs);
      const told: number[] = [];
      let step = steps.next();
      for (; !step.done; step = steps.next()) told.push(step.value.done / step.value.total);
      assert.equal(step.value.policy?.revision, compilePolicy(files, noonMs).policy?.revision, time);
      assert.deepEqual(
        told,
        [...told].sort((left, right) => left - right),
      );
      assert.isAbove(told.length, 5);
      assert.isAtMost(told.at(-1)!, 1);
    }
  });
});
