import { assert } from 'chai';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import type { RuntimeAssignment } from '../../../src/policy/runtime-member.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { codeOf, faultOf, memberPolicyFiles, type Asked } from '../../support/member-change-policy.ts';

const gone = (role: string): RuntimeAssignment => ({ role, handedOver: true });
const policyWith = (edit: (roles: string) => string, top = ''): PolicySet => {
  const files = memberPolicyFiles(top);
  return policyOf({ ...files, 'roles.yaml': edit(files['roles.yaml'] ?? '') });
};
const some = (count: string) => (roles: string) => roles.replaceAll('holders: 1', `holders: ${JSON.stringify(count)}`);

describe('the last one who must hold a role', () => {
  for (const count of [1, '1+'] as const) {
    const policy = policyWith((roles) => roles.replaceAll('holders: 1', `holders: ${JSON.stringify(count)}`));
    const given = { cat: [gone('captain')], kim: ['captain', 'agent'] };
    const until = '2999-01-01T00:00:00Z';
    const rows: readonly (Pick<Asked, 'actor' | 'roles'> & { readonly title: string })[] = [
      { title: 'cannot leave', actor: 'kim', roles: [] },
      { title: 'cannot be removed', actor: 'mia', roles: [] },
      { title: 'cannot lose the role', actor: 'mia', roles: ['agent'] },
      { title: 'cannot give it up', actor: 'kim', roles: ['agent'] },
      { title: 'cannot be given an end', actor: 'mia', roles: ['agent', { role: 'captain', until }] },
      { title: 'cannot set themselves an end', actor: 'kim', roles: ['agent', { role: 'captain', until }] },
      { title: 'cannot be put off', actor: 'mia', roles: ['agent', { role: 'captain', from: until }] },
    ];
    for (const { title, ...asked } of rows) {
      it(`${title}, with \`holders: ${count}\``, () => {
        const fault = faultOf({ policy, given, subject: 'kim', ...asked });
        assert.strictEqual(fault?.code, 'wrong-holders');
        assert.include(fault?.message, 'with `captain` for good; there must be');
      });
    }

    it(`may give up another role, with \`holders: ${count}\``, () => {
      assert.strictEqual(codeOf({ policy, given, subject: 'kim', actor: 'kim', roles: ['captain'] }), 'allowed');
    });
  }

  it('is not replaced by a service, nor by somebody with a date', () => {
    const policy = policyWith(some('1+'));
    const until = '2999-01-01T00:00:00Z';
    const others = {
      cat: [gone('captain')],
      kim: ['captain'],
      'service:bot': ['captain'],
      lea: [{ role: 'captain', until }],
    };
    assert.strictEqual(codeOf({ policy, given: others, subject: 'kim', actor: 'mia', roles: [] }), 'wrong-holders');
    const more = { ...others, mo: ['captain'] };
    assert.strictEqual(codeOf({ policy, given: more, subject: 'kim', actor: 'mia', roles: [] }), 'allowed');
    assert.strictEqual(codeOf({ policy, given: more, subject: 'kim', actor: 'kim', roles: [] }), 'allowed');
  });

  it('is counted with those whom YAML lists', () => {
    const policy = policyWith(some('1+'));
    assert.strictEqual(
      codeOf({ policy, given: { kim: ['captain'] }, subject: 'kim', actor: 'kim', roles: [] }),
      'allowed',
    );
    assert.strictEqual(codeOf({ policy, actor: 'mia', roles: ['captain'] }), 'allowed', 'one more');
  });

  it('may be filled at run time where the files have too few, and not by too many', () => {
    const files = memberPolicyFiles();
    const empty = {
      ...files,
      'policies/acme/support.yaml': (files['policies/acme/support.yaml'] ?? '').replace('  cat: captain\n', ''),
    };
    const policy = policyOf(empty);
    assert.strictEqual(codeOf({ policy, actor: 'mia', roles: ['captain'] }), 'allowed');
    assert.strictEqual(
      codeOf({ policy, given: { kim: ['captain'] }, actor: 'mia', roles: ['captain'] }),
      'wrong-holders',
    );
    assert.strictEqual(
      codeOf({ policy, actor: 'mia', roles: [{ role: 'captain', until: '2999-01-01T00:00:00Z' }] }),
      'allowed',
    );
    assert.strictEqual(codeOf({ policy, actor: 'mia', subject: 'service:bot', roles: ['captain'] }), 'allowed');
  });
});
