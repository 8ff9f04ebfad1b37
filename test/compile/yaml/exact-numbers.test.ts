import { assert } from 'chai';
import { compilePolicy, PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { limits } from '../../../src/policy/limits.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

/** The lines at which a policy with this number in all places where one may stand has this problem with it. */
function linesOf(code: string, number: string): string[] {
  const files = sourceFiles({
    ...smallPolicy(),
    'roles.yaml': `scopes:
  own: { when: { resource.account: ${number} } }
  rest: {}
permissions:
  Accounts:
    account:read: { title: Read, scopes: [own, rest] }
roles:
  member: { title: Member, grants: ["account:read@own"] }
`,
    'policies/support.yaml': `workspace: support
members:
  ana@acme.example: { roles: member, properties: { account: [${number}] } }
`,
    'policies/support.test.yaml': `tests:
  - name: her own account
    workspace: support
    as: { role: member }
    with:
      resource: { account: ${number} }
      context: { deep: { account: [${number}] } }
      properties: { account: ${number} }
    can: [account:read]
`,
  });
  const { problems } = compilePolicy(files, nowMs);
  return problems.filter((problem) => problem.code === code).map(({ file, line }) => `${file}:${line}`);
}

describe('a number in policy files', () => {
  const everywhere = [
    'policies/support.test.yaml:6',
    'policies/support.test.yaml:7',
    'policies/support.test.yaml:8',
    'policies/support.yaml:3',
    'roles.yaml:2',
  ];

  it('that would be taken for another is a problem in a `when`, in properties, and in what a test sends along', () => {
    for (const number of ['9007199254740993', '1e400', '1e-400', '0.10000000000000000001', '.inf', '.NaN']) {
      assert.deepEqual(linesOf('inexact-number', number).sort(), everywhere, number);
    }
  });

  it('is none where it is exact, or a text', () => {
    for (const number of ['9007199254740992', '0.1', '"9007199254740993"', "'1e400'"]) {
      assert.deepEqual(linesOf('inexact-number', number), [], number);
    }
  });

  it('that is written in another way than YAML keeps it is a warning in each of these places', () => {
    for (const number of ['01234', '1.10', '0x10', '1_000', '.5', 'True']) {
      assert.deepEqual(linesOf('converted-value', number).sort(), everywhere, number);
    }
    for (const number of ['1234', '1.1', '"01234"', "'1_000'", 'yes', '2026-11-20', 'true', 'null']) {
      assert.deepEqual(linesOf('converted-value', number), [], number);
    }
  });

  it('is warned of again when the file is compiled again, and holds nothing up', () => {
    const files = sourceFiles({
      ...smallPolicy(),
      'policies/hr.yaml': 'workspace: hr\nmembers: { eva: { roles: member, properties: { name: 01234 } } }\n',
    });
    const compiler = new PolicyCompiler();
    for (let time = 0; time < 3; time += 1) {
      const { policy, problems } = compiler.compile(files, nowMs);
      assert.isDefined(policy);
      assert.deepEqual(
        problems.map(({ code, severity }) => [code, severity]),
        [['converted-value', 'warning']],
      );
    }
  });

  it('is counted where there are more of them than anybody reads', () => {
    const many = Array.from({ length: limits.fileProblems + 7 }, (_, index) => `0${index}`).join(', ');
    const text = `workspace: hr\nmembers: { eva: { roles: member, properties: { name: [${many}] } } }\n`;
    const { problems, problemCounts } = compilePolicy(
      sourceFiles({ ...smallPolicy(), 'policies/hr.yaml': text }),
      nowMs,
    );
    assert.lengthOf(problems, limits.fileProblems);
    assert.deepEqual(problemCounts, { errors: 0, warnings: limits.fileProblems + 7 });
  });
});
