import { assert } from 'chai';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const policyOn = (plan: string, isControlPlanned = false): PolicySet => {
  const files = memberPolicyFiles('customRoles: { plans: [scale] }\nplans: [free, scale]\n');
  const roles = files['roles.yaml'] ?? '';
  return policyOf({
    ...files,
    'roles.yaml': isControlPlanned ? roles.replace('controls: members', 'controls: members, plans: [scale]') : roles,
    'policies/acme/organization.yaml': `${files['policies/acme/organization.yaml']}plan: ${plan}\n`,
    'policies/other/organization.yaml': `${files['policies/other/organization.yaml']}plan: scale\n`,
  });
};

describe('the plan of a company, and changes of members', () => {
  it('lets nobody newly have a frozen role, whoever gives it', () => {
    const policy = policyOn('free');
    assert.strictEqual(codeOf({ policy, actor: 'ada', roles: ['lead'] }), 'frozen-role');
    assert.strictEqual(codeOf({ policy, actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ policy: policyOn('scale'), actor: 'ada', roles: ['lead'] }), 'allowed');
    const { message, at } = faultOf({ policy, actor: 'ada', roles: ['agent', 'lead'] })!;
    assert.deepEqual(at, { index: 1, member: 'role' });
    assert.strictEqual(
      message,
      'role `lead` is frozen: the plan of workspace `support` has no custom roles; whoever holds it keeps it',
    );
  });

  it('lets who has one keep it, with others or alone, and lose it, but not for longer', () => {
    const policy = policyOn('free');
    const given = { kim: ['lead'] };
    const asked = { policy, given, actor: 'ada', subject: 'kim' };
    assert.strictEqual(codeOf({ ...asked, roles: ['lead', 'agent'] }), 'allowed');
    assert.strictEqual(codeOf({ ...asked, roles: [] }), 'allowed');
    const dated = { kim: [{ role: 'lead', until: '2026-12-01' }] };
    assert.strictEqual(codeOf({ ...asked, given: dated, roles: ['lead'] }), 'frozen-role');
  });

  it('lets nobody change members by a permission that it does not have', () => {
    const without = policyOn('free', true);
    assert.strictEqual(codeOf({ policy: policyOn('scale', true), actor: 'ada', roles: ['agent'] }), 'allowed');
    for (const [place, roles] of [
      [undefined, ['agent']],
      [acme, ['auditor']],
    ] as const) {
      const fault = faultOf({ policy: without, ...(place ? { place } : {}), actor: 'ada', roles });
      assert.strictEqual(fault?.code, 'actor-not-allowed');
      assert.include(fault?.message ?? '', 'needs `member:manage`, which the plan of');
    }
  });
});
