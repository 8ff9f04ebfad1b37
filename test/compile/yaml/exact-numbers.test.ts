import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { nowMs, sourceFiles } from '../../support/compile-yaml.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

/** The lines at which a policy with this number in all places where one may stand has one that is not exact. */
function inexactLines(number: string): string[] {
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
  return problems.filter(({ code }) => code === 'inexact-number').map(({ file, line }) => `${file}:${line}`);
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
    for (const number of ['9007199254740993', '1e400', '1e-400', '0.10000000000000000001']) {
      assert.deepEqual(inexactLines(number).sort(), everywhere, number);
    }
  });

  it('is none where it is exact, or a text', () => {
    for (const number of ['9007199254740992', '0.1', '"9007199254740993"', "'1e400'"]) {
      assert.deepEqual(inexactLines(number), [], number);
    }
  });
});
