import { assert } from 'chai';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import type { RuntimeAssignment } from '../../../src/policy/runtime-member.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles, type Asked } from '../../support/member-change-policy.ts';

const gone = (role: string): RuntimeAssignment => ({ role, handedOver: true });
const policyWith = (edit: (roles: string) => string, top = ''): PolicySet => {
  const files = memberPolicyFiles(top);
  return policyOf({ ...files, 'roles.yaml': edit(files['roles.yaml'] ?? '') });
};
const preventing = policyWith((roles) => roles, 'escalation: prevent\n');
const some = (count: string) => (roles: string) => roles.replaceAll('holders: 1', `holders: ${JSON.stringify(count)}`);

/** In the policy of these tests `cat` is captain of `support` and `olu` owner of `acme`, both in YAML. */
describe('a handover', () => {
  const rows: readonly (Asked & { readonly title: string; readonly says: string })[] = [
    { title: 'by who hands out roles', actor: 'mia', roles: ['captain'], inPlaceOf: 'cat', says: 'allowed' },
    { title: 'by who holds the role', actor: 'cat', roles: ['captain'], inPlaceOf: 'cat', says: 'allowed' },
    { title: 'by who is to hold it', actor: 'new', roles: ['captain'], inPlaceOf: 'cat', says: 'actor-not-allowed' },
    { title: 'by a stranger', actor: 'nobody', roles: ['captain'], inPlaceOf: 'cat', says: 'actor-not-allowed' },
    { title: 'by whom it is denied', actor: 'sid', roles: ['captain'], inPlaceOf: 'cat', says: 'actor-not-allowed' },
    { title: 'by a manager of a part', actor: 'hal', roles: ['captain'], inPlaceOf: 'cat', says: 'actor-not-allowed' },
    {
      title: 'of a company, by its owner',
      place: acme,
      actor: 'olu',
      roles: ['owner'],
      inPlaceOf: 'olu',
      says: 'allowed',
    },
    {
      title: 'of a company, by an admin of it',
      place: acme,
      actor: 'ada',
      roles: ['owner'],
      inPlaceOf: 'olu',
      says: 'allowed',
    },
    {
      title: 'of a company, by a manager of one workspace',
      place: acme,
      actor: 'mia',
      roles: ['owner'],
      inPlaceOf: 'olu',
      says: 'actor-not-allowed',
    },
    {
      title: 'to somebody in git',
      actor: 'mia',
      subject: 'hal',
      roles: ['captain'],
      inPlaceOf: 'cat',
      says: 'member-in-git',
    },
    { title: 'to oneself', actor: 'mia', subject: 'cat', roles: ['captain'], inPlaceOf: 'cat', says: 'not-a-holder' },
    { title: 'from who does not hold it', actor: 'mia', roles: ['captain'], inPlaceOf: 'mia', says: 'not-a-holder' },
    { title: 'from nobody', actor: 'mia', roles: ['captain'], inPlaceOf: 'ghost', says: 'not-a-holder' },
    { title: 'of a role without `holders`', actor: 'mia', roles: ['manager'], inPlaceOf: 'mia', says: 'not-a-holder' },
    { title: 'of a role that is not there', actor: 'mia', roles: ['chief'], inPlaceOf: 'cat', says: 'unknown-role' },
    {
      title: 'for a time',
      actor: 'mia',
      roles: [{ role: 'captain', until: '2999-01-01T00:00:00Z' }],
      inPlaceOf: 'cat',
      says: 'wrong-holders',
    },
    {
      title: 'that begins later',
      actor: 'mia',
      roles: [{ role: 'captain', from: '2999-01-01T00:00:00Z' }],
      inPlaceOf: 'cat',
      says: 'wrong-holders',
    },
    {
      title: 'to a service',
      actor: 'mia',
      subject: 'service:bot',
      roles: ['captain'],
      inPlaceOf: 'cat',
      says: 'wrong-holders',
    },
    {
      title: 'to a look-alike',
      actor: 'mia',
      subject: '\u0441\u0430t',
      roles: ['captain'],
      inPlaceOf: 'cat',
      says: 'look-alike',
    },
    {
      title: 'together with what excludes each other',
      actor: 'mia',
      roles: ['captain', 'seller', 'approver'],
      inPlaceOf: 'cat',
      says: 'exclusive-permissions',
    },
    {
      title: 'with another role, by who hands out roles',
      actor: 'mia',
      roles: ['captain', 'agent'],
      inPlaceOf: 'cat',
      says: 'allowed',
    },
    {
      title: 'with another role, by who holds the role',
      actor: 'cat',
      roles: ['captain', 'agent'],
      inPlaceOf: 'cat',
      says: 'actor-not-allowed',
    },
    {
      title: 'that takes another role from the new one, by who holds the role',
      actor: 'cat',
      given: { new: ['agent'] },
      roles: ['captain'],
      inPlaceOf: 'cat',
      says: 'actor-not-allowed',
    },
    {
      title: 'beside a role that stays, by who holds the role',
      actor: 'cat',
      given: { new: ['agent'] },
      roles: ['agent', 'captain'],
      inPlaceOf: 'cat',
      says: 'allowed',
    },
    {
      title: 'with other roles for one whom YAML lists',
      actor: 'mia',
      roles: ['captain'],
      inPlaceOf: 'cat',
      left: ['agent'],
      says: 'member-in-git',
    },
    {
      title: 'once more, from who handed over already',
      given: { cat: [gone('captain')], kim: ['captain'] },
      actor: 'mia',
      roles: ['captain'],
      inPlaceOf: 'cat',
      says: 'not-a-holder',
    },
    {
      title: 'from one at run time',
      given: { cat: [gone('captain')], kim: ['captain', 'agent'] },
      actor: 'kim',
      roles: ['captain'],
      inPlaceOf: 'kim',
      says: 'allowed',
    },
    {
      title: 'from one at run time, who is given another role',
      given: { cat: [gone('captain')], kim: ['captain'] },
      actor: 'mia',
      roles: ['captain'],
      inPlaceOf: 'kim',
      left: ['agent'],
      says: 'allowed',
    },
    {
      title: 'from one at run time, who takes another role',
      given: { cat: [gone('captain')], kim: ['captain'] },
      actor: 'kim',
      roles: ['captain'],
      inPlaceOf: 'kim',
      left: ['agent'],
      says: 'actor-not-allowed',
    },
    {
      title: 'from one who keeps it',
      given: { cat: [gone('captain')], kim: ['captain'] },
      actor: 'mia',
      roles: ['captain'],
      inPlaceOf: 'kim',
      left: ['captain'],
      says: 'duplicate-role',
    },
    {
      title: 'back to one whom YAML lists',
      given: { cat: [gone('captain')], kim: ['captain'] },
      actor: 'mia',
      subject: 'cat',
      roles: ['captain'],
      inPlaceOf: 'kim',
      says: 'allowed',
    },
    {
      title: 'back to one whom YAML lists, with more',
      given: { cat: [gone('captain')], kim: ['captain'] },
      actor: 'mia',
      subject: 'cat',
      roles: ['captain', 'agent'],
      inPlaceOf: 'kim',
      says: 'member-in-git',
    },
    {
      title: 'that takes from somebody who holds more, under `prevent`',
      policy: preventing,
      actor: 'mia',
      given: { cat: [gone('captain')], kim: ['captain', 'seller'] },
      roles: ['captain'],
      inPlaceOf: 'kim',
      says: 'escalation-prevented',
    },
    {
      title: 'of what the actor does not hold, under `prevent`',
      policy: policyWith(
        (roles) =>
          roles.replace(
            'captain: { title: Captain, grants: [ticket:close]',
            'captain: { title: Captain, grants: [invoice:create]',
          ),
        'escalation: prevent\n',
      ),
      actor: 'mia',
      roles: ['captain'],
      inPlaceOf: 'cat',
      says: 'escalation-prevented',
    },
    {
      title: 'of what the actor does not hold, who gives away their own, under `prevent`',
      policy: preventing,
      actor: 'cat',
      given: { new: ['seller'] },
      roles: ['seller', 'captain'],
      inPlaceOf: 'cat',
      says: 'allowed',
    },
    {
      title: 'of a role that denies, by which the other one would lose something',
      policy: policyWith((roles) =>
        roles.replace(
          'captain: { title: Captain, grants: [ticket:close]',
          'captain: { title: Captain, denies: [invoice:create]',
        ),
      ),
      actor: 'cat',
      given: { new: ['seller'] },
      roles: ['seller', 'captain'],
      inPlaceOf: 'cat',
      says: 'actor-not-allowed',
    },
  ];

  for (const { title, says, ...asked } of rows) {
    it(`${title}: ${says}`, () => {
      const fault = faultOf(asked);
      assert.strictEqual(fault?.code ?? 'allowed', says, fault?.message);
    });
  }

  it('is judged as one change: nobody is missing between, and nobody is there twice', () => {
    for (const count of ['1+', '2+']) {
      const policy = policyWith(some(count));
      assert.strictEqual(codeOf({ policy, actor: 'mia', roles: ['captain'], inPlaceOf: 'cat' }), 'allowed');
    }
  });

  it('says why there is nothing to hand over', () => {
    assert.strictEqual(
      faultOf({ actor: 'mia', roles: ['captain', 'agent'], inPlaceOf: 'ghost' })?.message,
      '`ghost` holds none of `captain`, `agent` in workspace `support` that has `holders` and that `new` does not hold, so nothing is handed over',
    );
  });
});
