import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const prevent = policyOf(memberPolicyFiles('escalation: prevent\n'));
const end = '2027-01-01T00:00:00Z';

describe('an actor whose own right ends, or begins later', () => {
  const admin = { kim: [{ role: 'manager', until: end }] };

  it('gives nothing beyond that, to itself, to a friend, or for later, whatever `escalation` says', () => {
    for (const policy of [undefined, prevent]) {
      const give = (subject: string, roles: Parameters<typeof codeOf>[0]['roles']): string =>
        codeOf({ ...(policy ? { policy } : {}), actor: 'kim', subject, given: admin, roles });
      for (const subject of ['kim', 'new']) {
        assert.strictEqual(give(subject, ['manager']), 'actor-not-allowed', 'without end');
        assert.strictEqual(give(subject, ['agent']), 'actor-not-allowed', 'another role without end');
        assert.strictEqual(give(subject, [{ role: 'agent', from: '2999-01-01' }]), 'actor-not-allowed', 'in 2999');
        assert.strictEqual(give(subject, [{ role: 'agent', until: '2027-01-01T00:00:01Z' }]), 'actor-not-allowed');
        assert.strictEqual(give(subject, [{ role: 'agent', from: end }]), 'actor-not-allowed', 'from its end on');
        assert.strictEqual(give(subject, [{ role: 'manager', until: end }, 'agent']), 'actor-not-allowed');
      }
      assert.strictEqual(give('new', [{ role: 'agent', until: end }]), 'allowed');
      assert.strictEqual(give('new', [{ role: 'agent', from: '2026-12-01', until: '2026-12-31' }]), 'allowed');
    }
    assert.strictEqual(
      faultOf({ actor: 'kim', given: admin, roles: ['agent'] })?.message,
      '`kim` cannot change members of workspace `support` from 2027-01-01T00:00:00Z on: that needs `member:manage` in all scopes, for as long as it gives something',
    );
  });

  it('takes away for ever, and shortens', () => {
    const given = { ...admin, new: ['agent'], lea: [{ role: 'agent', until: '2027-06-01' }] };
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: [] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: [{ role: 'agent', until: '2027-03-01' }] }), 'allowed');
    const longer = [{ role: 'agent', until: '2027-07-01' }];
    assert.strictEqual(codeOf({ actor: 'kim', subject: 'lea', given, roles: longer }), 'actor-not-allowed');
    assert.strictEqual(
      codeOf({ actor: 'kim', subject: 'lea', given, roles: [{ role: 'agent', until: '2027-05-01' }] }),
      'allowed',
    );
  });

  it('does not lift beyond its end what a role denies', () => {
    const given = { ...admin, new: ['agent', 'silent'] };
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: ['agent'] }), 'actor-not-allowed');
    const until = ['agent', { role: 'silent', from: end }];
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: until }), 'allowed');
  });

  it('gives nothing in a gap of its right, and nothing by a right to come', () => {
    const gap = {
      kim: [
        { role: 'manager', until: end },
        { role: 'manager', from: '2027-02-01' },
      ],
    };
    assert.strictEqual(codeOf({ actor: 'kim', given: gap, roles: ['agent'] }), 'actor-not-allowed');
    const around = [
      { role: 'agent', until: end },
      { role: 'agent', from: '2027-02-01' },
    ];
    assert.strictEqual(codeOf({ actor: 'kim', given: gap, roles: around }), 'allowed');
    const toCome = { kim: [{ role: 'manager', from: '2026-12-01' }] };
    const then = [{ role: 'agent', from: '2026-12-02' }];
    assert.strictEqual(codeOf({ actor: 'kim', given: toCome, roles: then }), 'actor-not-allowed');
  });

  it('holds in an organization as it does in a workspace', () => {
    const given = { 'acme/kim': [{ role: 'admin', until: end }] };
    const give = (subject: string, roles: Parameters<typeof codeOf>[0]['roles']): string =>
      codeOf({ place: acme, actor: 'kim', subject, given, roles });
    assert.strictEqual(give('kim', ['admin']), 'actor-not-allowed');
    assert.strictEqual(give('new', ['auditor']), 'actor-not-allowed');
    assert.strictEqual(give('new', [{ role: 'auditor', from: '2999-01-01' }]), 'actor-not-allowed');
    assert.strictEqual(give('new', [{ role: 'auditor', until: end }]), 'allowed');
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: ['agent'] }), 'actor-not-allowed', 'in a workspace of it');
  });

  it('touches members of the organization for no longer than it is one', () => {
    const given = { kim: ['manager'], 'acme/kim': [{ role: 'auditor', until: end }], 'acme/new': ['auditor'] };
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: ['agent'] }), 'organization-member');
    assert.strictEqual(codeOf({ actor: 'kim', given, roles: [{ role: 'agent', until: end }] }), 'allowed');
  });
});
