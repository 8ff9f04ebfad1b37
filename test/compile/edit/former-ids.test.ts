import { assert } from 'chai';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import type { PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import { nowMs, policyOf, sourceFiles } from '../../support/compile-yaml.ts';

const texts = {
  'roles.yaml': `permissions:
  All:
    thread:write: { title: Write, was: [message:send, note:send] }
    note:read: Read
    note:drop: Drop
roles:
  member: { grants: [note:read] }
`,
  'policies/support.yaml': `workspace: help
formerly: support
roles:
  lead:
    grants: ["note:*"]
members:
  ana: lead
`,
  'policies/a.test.yaml': `tests:
  - { name: lead, workspace: support, as: { role: lead }, can: [note:read] }
`,
};

function edited(edit: PolicyEdit): Record<string, string> {
  const files = applyEdits(sourceFiles(texts), policyOf(texts), [edit], () => assert.fail('one edit'));
  const { policy, problems } = compilePolicy(files, nowMs);
  assert.isDefined(policy, problems.map(({ message }) => message).join('\n'));
  return Object.fromEntries(
    files.map((file) => [file.path, 'content' in file ? Buffer.from(file.content).toString() : '']),
  );
}

describe('edits beside former ids', () => {
  it('spell out a wildcard with the part of what was merged that it reaches, and no more', () => {
    const after = edited({ edit: 'role.change', workspace: 'help', role: 'lead', disallow: ['note:drop'] });
    assert.include(after['policies/support.yaml'], 'grants: ["note:send", note:read]');
  });

  it('find a workspace by its former id, and rename a role in tests that name it so', () => {
    const after = edited({ edit: 'role.rename', workspace: 'support', role: 'lead', to: 'head' });
    assert.include(after['policies/support.yaml'], 'ana: head');
    assert.include(after['policies/a.test.yaml'], 'as: { role: head }');
  });
});
