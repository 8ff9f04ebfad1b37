import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const prevent = policyOf(memberPolicyFiles('escalation: prevent\n'));
const nobodyControls = policyOf({
  'roles.yaml': 'permissions: { Work: { ticket:close: Close } }\nroles: { agent: { title: Agent, grants: ["*"] } }\n',
  'policies/support.yaml': 'workspace: support\ntitle: Support\nmembers: { mia: agent }\n',
});

describe("giving up roles of one's own", () => {
  const leave = (given: NonNullable<Parameters<typeof codeOf>[0]['given']>, more: object = {}): string =>
    codeOf({ actor: 'kim', subject: 'kim', given, roles: [], ...more });

  it('needs no permission, all of them or some, or for an earlier end', () => {
    for (const policy of [policyOf(memberPolicyFiles()), prevent, nobodyControls]) {
      assert.strictEqual(leave({ kim: ['agent'] }, { policy }), 'allowed');
    }
    assert.strictEqual(leave({ kim: ['agent', 'seller'] }, { roles: ['seller'] }), 'allowed');
    assert.strictEqual(leave({ kim: ['agent'] }, { roles: [{ role: 'agent', until: '2026-12-01' }] }), 'allowed');
    assert.strictEqual(leave({ 'acme/kim': ['auditor'], kim: ['agent'] }, { place: acme }), 'allowed');
    assert.strictEqual(leave({ 'acme/kim': [{ role: 'auditor', from: '2027-01-01' }], kim: ['agent'] }), 'allowed');
  });

  it('is for oneself alone, and for nothing else in one go', () => {
    const given = { kim: ['agent'], new: ['agent'] };
    assert.strictEqual(leave(given, { subject: 'new' }), 'actor-not-allowed');
    assert.strictEqual(leave(given, { subject: 'service:kim', actor: 'kim' }), 'actor-not-allowed');
    assert.strictEqual(leave(given, { roles: ['seller'] }), 'actor-not-allowed');
    const timed = { kim: [{ role: 'agent', until: '2026-12-01' }] };
    assert.strictEqual(leave(timed, { roles: ['agent'] }), 'actor-not-allowed', 'a later end');
    const reworded = [{ role: 'agent', reason: 'I was asked to' }];
    assert.strictEqual(leave({ kim: ['agent'] }, { roles: reworded }), 'actor-not-allowed', 'another reason');
  });

  it('is stopped by the number of holders and by git', () => {
    assert.strictEqual(codeOf({ actor: 'cat', subject: 'cat', roles: [] }), 'member-in-git');
    assert.strictEqual(leave({ kim: ['captain'] }), 'allowed', 'one too many');
    const onlyOne = policyOf({
      ...memberPolicyFiles(),
      'policies/acme/sales.yaml': 'workspace: sales\nmembers: { cyd: captain }\n',
    });
    const sales = { kind: 'workspace', id: 'sales' } as const;
    assert.strictEqual(
      codeOf({ policy: onlyOne, place: sales, actor: 'cyd', subject: 'cyd', roles: [] }),
      'member-in-git',
    );
  });

  it('is none where it would gain something: now, later, or in any workspace that the role reaches', () => {
    const given = { kim: ['agent', 'silent'] };
    assert.strictEqual(leave(given, { roles: ['agent'] }), 'actor-not-allowed');
    assert.strictEqual(leave(given, { roles: ['silent'] }), 'allowed');
    assert.strictEqual(leave(given), 'allowed', 'all of it');
    assert.strictEqual(
      faultOf({ actor: 'kim', subject: 'kim', given, roles: ['agent'] })?.message,
      '`kim` cannot change members of workspace `support`: that needs `member:manage` in all scopes; giving up what denies it would gain `ticket:close` in workspace `support`',
    );
    const later = { kim: ['silent', { role: 'agent', from: '2027-01-01' }] };
    assert.strictEqual(leave(later, { roles: [{ role: 'agent', from: '2027-01-01' }] }), 'actor-not-allowed');
    const spanning = policyOf({
      ...memberPolicyFiles(),
      'roles.yaml':
        memberPolicyFiles()['roles.yaml']?.replace(
          'roles:\n',
          'roles:\n  hushed: { title: Hushed, grants: [], denies: [ticket:close], spans: organization }\n',
        ) ?? '',
    });
    const above = { 'acme/kim': ['hushed'] };
    assert.strictEqual(leave(above, { policy: spanning, place: acme }), 'allowed');
    const inSupport = leave({ ...above, kim: ['agent'] }, { policy: spanning, place: acme });
    assert.strictEqual(inSupport, 'actor-not-allowed');
  });
});
