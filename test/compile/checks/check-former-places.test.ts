import { assert } from 'chai';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { findOrganization, findWorkspace } from '../../../src/policy/policy-set.ts';
import { nowMs, policyOf, sourceFiles } from '../../support/compile-yaml.ts';

const roles = 'permissions: { All: { tag:edit: Edit } }\nroles: { member: { grants: ["tag:edit"] } }\n';

function files(more: Record<string, string>): Record<string, string> {
  return { 'roles.yaml': roles, ...more };
}

function problemsOf(more: Record<string, string>): string[] {
  const { problems } = new PolicyCompiler().compile(sourceFiles(files(more)), nowMs);
  return problems.map(({ file, line, message, code }) => `${file}:${line} ${message} [${code}]`);
}

describe('`formerly`', () => {
  it('names a workspace and an organization by the id they had, and by no other', () => {
    const policy = policyOf(
      files({
        'policies/organization.yaml': 'organization: umbrella\nformerly: acme\n',
        'policies/help.yaml': 'workspace: help\nformerly: support\n',
        'policies/sales.yaml': 'workspace: sales\n',
      }),
    );
    assert.equal(findWorkspace(policy, 'support'), policy.workspaces.get('help'));
    assert.equal(findWorkspace(policy, 'help'), policy.workspaces.get('help'));
    assert.equal(findOrganization(policy, 'acme')?.id, 'umbrella');
    assert.equal(findOrganization(policy, 'umbrella')?.id, 'umbrella');
    for (const id of ['', 'Support', 'acme', 'undefined', '__proto__', 'toString']) {
      assert.isUndefined(findWorkspace(policy, id), id);
    }
    for (const id of ['', 'help', 'support', 'undefined']) assert.isUndefined(findOrganization(policy, id), id);
    assert.deepEqual([...policy.workspaces.keys()], ['help', 'sales']);
  });

  it('may be the id of an organization for a workspace, and the other way round', () => {
    const more = {
      'policies/organization.yaml': 'organization: acme\nformerly: sales\n',
      'policies/sales.yaml': 'workspace: sales\nformerly: acme\n',
    };
    assert.deepEqual(problemsOf(more), []);
  });

  for (const value of [
    '7',
    'true',
    '""',
    '[support]',
    '{ id: support }',
    '"sup port"',
    '"a:b"',
    '"a/b"',
    '"*"',
    'null',
  ]) {
    it(`is no ${value}`, () => {
      const told = problemsOf({ 'policies/help.yaml': `workspace: help\nformerly: ${value}\n` });
      assert.lengthOf(told, 1, told.join('\n'));
      assert.match(told[0] ?? '', /^policies\/help\.yaml:2 .* \[(wrong-type|bad-id|bad-value)\]$/);
      const company = problemsOf({ 'policies/organization.yaml': `organization: acme\nformerly: ${value}\n` });
      assert.match(company[0] ?? '', /^policies\/organization\.yaml:2 /);
    });
  }

  it('is told where it is in use, from the file on that brings it to the one that takes it away', () => {
    const compiler = new PolicyCompiler();
    const [catalog, help, support] = sourceFiles(
      files({
        'policies/help.yaml': 'workspace: help\nformerly: support\n',
        'policies/support.yaml': 'workspace: support\n',
      }),
    );
    if (!catalog || !help || !support) assert.fail();
    const codes = (...some: (typeof catalog)[]): string[] =>
      compiler.compile([catalog, ...some], nowMs).problems.map(({ code }) => code);
    assert.deepEqual(codes(help), []);
    assert.deepEqual(codes(help, support), ['former-id-in-use']);
    assert.deepEqual(codes(support), []);
    assert.deepEqual(codes(help), []);
  });

  it('is told of one of two that have it, and in a circle of both', () => {
    assert.deepEqual(
      problemsOf({
        'policies/a.yaml': 'workspace: a\nformerly: x\n',
        'policies/b.yaml': 'workspace: b\nformerly: x\n',
      }),
      ['policies/b.yaml:2 workspace `b` cannot have been `x`: that is now `a` [former-id-in-use]'],
    );
    assert.deepEqual(
      problemsOf({
        'policies/a.yaml': 'workspace: a\nformerly: b\n',
        'policies/b.yaml': 'workspace: b\nformerly: a\n',
      }),
      [
        'policies/a.yaml:2 workspace `a` cannot have been `b`, which is a workspace still [former-id-in-use]',
        'policies/b.yaml:2 workspace `b` cannot have been `a`, which is a workspace still [former-id-in-use]',
      ],
    );
  });
});
