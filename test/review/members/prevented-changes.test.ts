import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const prevent = policyOf(memberPolicyFiles('escalation: prevent\n'));

describe('escalation: prevent', () => {
  const ask = (asked: Parameters<typeof codeOf>[0]): string => codeOf({ policy: prevent, ...asked });

  it('lets nobody hand out what they do not hold, by any role, and names the permission', () => {
    assert.strictEqual(ask({ actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.strictEqual(ask({ actor: 'mia', roles: ['lead'] }), 'escalation-prevented');
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['lead'] }), 'allowed', 'allow');
    const fault = faultOf({ policy: prevent, actor: 'mia', roles: ['lead'] });
    assert.strictEqual(fault?.permission, 'invoice:create');
    assert.strictEqual(
      fault?.message,
      '`new` would gain `invoice:create` in workspace `support`, which `mia` does not hold (`escalation: prevent`)',
    );
    assert.strictEqual(ask({ actor: 'kim', given: { kim: ['manager', 'lead'] }, roles: ['lead'] }), 'allowed');
    assert.strictEqual(ask({ actor: 'mia', subject: 'mia2', roles: ['manager'] }), 'allowed');
  });

  it('looks at what comes later, too', () => {
    const roles = [{ role: 'agent' }, { role: 'lead', from: '2027-01-01' }];
    const fault = faultOf({ policy: prevent, actor: 'mia', roles });
    assert.include(fault?.message as string, 'from 2027-01-01T00:00:00Z on');
    const actorLater = { kim: ['manager', { role: 'lead', from: '2026-12-01' }] };
    assert.strictEqual(ask({ actor: 'kim', given: actorLater, roles: ['lead'] }), 'escalation-prevented');
    const alreadyAndLater = [{ role: 'lead', from: '2026-12-01' }];
    assert.strictEqual(
      ask({ actor: 'kim', given: actorLater, roles: alreadyAndLater }),
      'escalation-prevented',
      'then and now',
    );
    const leadUntil = { kim: ['manager', { role: 'lead', until: '2026-12-30' }] };
    const give = (until: string): string => ask({ actor: 'kim', given: leadUntil, roles: [{ role: 'lead', until }] });
    assert.strictEqual(give('2026-12-30'), 'allowed');
    assert.strictEqual(give('2026-12-31'), 'escalation-prevented');
  });

  it('keeps who holds more than the actor from being changed, now or later, and lets others keep and lose', () => {
    const given = { new: ['lead'], kim: ['manager', 'lead'] };
    for (const roles of [['lead', 'agent'], [], ['seller'], ['lead']]) {
      assert.strictEqual(ask({ actor: 'mia', given, roles }), 'escalation-prevented', roles.join());
      assert.strictEqual(ask({ actor: 'kim', given, roles }), 'allowed', roles.join());
      assert.strictEqual(codeOf({ actor: 'mia', given, roles }), 'allowed', `${roles.join()} without prevent`);
    }
    assert.strictEqual(
      faultOf({ policy: prevent, actor: 'mia', given, roles: [] })?.message,
      '`new` holds `invoice:create` in workspace `support`, which `mia` does not hold (`escalation: prevent`)',
    );
    const later = { new: ['agent', { role: 'lead', from: '2027-01-01' }] };
    assert.strictEqual(ask({ actor: 'mia', given: later, roles: ['agent'] }), 'escalation-prevented');
    const over = { new: ['agent', { role: 'lead', until: '2026-11-19' }] };
    assert.strictEqual(ask({ actor: 'mia', given: over, roles: [] }), 'allowed');
  });

  it('counts what somebody holds in the whole company, and in each workspace of it', () => {
    const payer = { 'acme/kim': ['admin'], 'acme/new': ['payer'], lea: ['lead'] };
    assert.strictEqual(ask({ place: acme, actor: 'kim', given: payer, roles: [] }), 'escalation-prevented');
    assert.strictEqual(
      ask({ place: acme, actor: 'kim', subject: 'lea', given: { ...payer, 'acme/lea': ['auditor'] }, roles: [] }),
      'escalation-prevented',
      'lea is more in support',
    );
    assert.strictEqual(ask({ actor: 'kim', given: { ...payer, new: ['agent'] }, roles: [] }), 'escalation-prevented');
    const both = { ...payer, 'acme/kim': ['admin', 'payer'] };
    assert.strictEqual(ask({ place: acme, actor: 'kim', given: both, roles: [] }), 'allowed');
  });

  it('takes giving up a role that denies for a gain', () => {
    const given = { new: ['lead', 'silent'], kim: ['manager', 'lead'] };
    assert.strictEqual(ask({ actor: 'kim', given, roles: ['lead'] }), 'allowed');
    const closeless = policyOf({
      ...memberPolicyFiles('escalation: prevent\n'),
      'policies/acme/support.yaml': `workspace: support
title: Support
roles:
  boss: { title: Boss, grants: ["member:*"] }
  captain-mate: { title: Mate, grants: [ticket:close] }
  silent: { title: Silent, grants: [], denies: [ticket:close] }
members: { bob: boss, cat: captain }
`,
    });
    const held = { new: ['captain-mate', 'silent'] };
    assert.strictEqual(
      codeOf({ policy: closeless, actor: 'bob', given: held, roles: ['captain-mate'] }),
      'escalation-prevented',
    );
    assert.strictEqual(codeOf({ policy: closeless, actor: 'bob', given: held, roles: ['silent'] }), 'allowed');
    assert.strictEqual(codeOf({ policy: closeless, actor: 'bob', given: held, roles: [] }), 'allowed');
  });

  it('looks into each workspace for a role of the organization', () => {
    assert.strictEqual(ask({ place: acme, actor: 'ada', roles: ['auditor'] }), 'allowed');
    assert.strictEqual(ask({ place: acme, actor: 'ada', roles: ['payer'] }), 'escalation-prevented');
    // In support a role of hers denies the admin what she holds everywhere else.
    const given = { ada: ['silent'] };
    assert.strictEqual(ask({ place: acme, actor: 'ada', given, roles: ['auditor'] }), 'escalation-prevented');
  });
});
