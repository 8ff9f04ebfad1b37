import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const end = '2027-01-01T00:00:00Z';

describe('a permission that requires another', () => {
  const policy = policyOf({
    ...memberPolicyFiles(),
    'roles.yaml': (memberPolicyFiles()['roles.yaml'] ?? '')
      .replace('invoice:approve: Approve invoices', 'invoice:approve: { title: Approve, requires: [ticket:close] }')
      .replace('exclusive: [[invoice:create, invoice:approve]]', ''),
    'policies/acme/organization.yaml': 'organization: acme\nmembers: { olu: owner, ada: admin }\n',
  });
  const ask = (asked: Parameters<typeof codeOf>[0]): string => codeOf({ policy, ...asked });

  it('is given with what it requires, or not at all: by several roles, at every time', () => {
    assert.strictEqual(ask({ actor: 'mia', roles: ['approver'] }), 'missing-requirement');
    assert.strictEqual(ask({ actor: 'mia', roles: ['approver', 'agent'] }), 'allowed');
    assert.strictEqual(
      faultOf({ policy, actor: 'mia', roles: ['approver'] })?.message,
      '`new` would hold `invoice:approve` (`approver`) and not `ticket:close` in workspace `support`, which it requires',
    );
    assert.strictEqual(ask({ actor: 'mia', roles: ['approver', 'agent', 'silent'] }), 'missing-requirement', 'denied');
    const ends = ['approver', { role: 'agent', until: end }];
    assert.strictEqual(ask({ actor: 'mia', roles: ends }), 'missing-requirement', 'the other one ends');
    const begins = [{ role: 'approver' }, { role: 'agent', from: '2026-12-01' }];
    assert.strictEqual(ask({ actor: 'mia', roles: begins }), 'missing-requirement', 'the other one begins later');
    const together = [
      { role: 'approver', until: end },
      { role: 'agent', until: end },
    ];
    assert.strictEqual(ask({ actor: 'mia', roles: together }), 'allowed');
  });

  it('is not left behind when what it requires is taken, here or in the whole company', () => {
    const given = { new: ['approver', 'agent'], 'acme/lea': ['auditor'], lea: ['approver'] };
    assert.strictEqual(ask({ actor: 'mia', given, roles: ['approver'] }), 'missing-requirement');
    assert.strictEqual(ask({ actor: 'mia', given, roles: ['agent'] }), 'allowed');
    assert.strictEqual(ask({ actor: 'mia', given, roles: [] }), 'allowed');
    assert.strictEqual(ask({ place: acme, actor: 'ada', subject: 'lea', given, roles: [] }), 'missing-requirement');
    assert.strictEqual(ask({ actor: 'ada', subject: 'lea', given, roles: [] }), 'allowed');
  });

  it('counts where somebody is: a role of the company needs it in each workspace, by whatever roles they have there', () => {
    const give = (given: NonNullable<Parameters<typeof codeOf>[0]['given']>, roles: readonly string[]): string =>
      ask({ place: acme, actor: 'ada', subject: 'lea', given, roles });
    assert.strictEqual(give({}, ['payer']), 'missing-requirement');
    assert.strictEqual(give({}, ['payer', 'auditor']), 'allowed');
    assert.strictEqual(give({ lea: ['agent'] }, ['payer']), 'missing-requirement', 'nothing in sales');
    // Mia has a role in both workspaces of the company, and each of them closes tickets.
    const everywhere = ask({ place: acme, actor: 'ada', subject: 'mia', roles: ['payer'] });
    assert.strictEqual(everywhere, 'allowed');
  });
});
