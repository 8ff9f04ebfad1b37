import { assert } from 'chai';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import type { RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { findBrokenRules } from '../../../src/review/members/broken-rules.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { companyRoles, companyTexts, mistakesIn } from '../../support/company-policy.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';

const texts = {
  ...companyTexts,
  'roles.yaml': companyRoles.replace(
    '  frozen:',
    '  payer: { title: Payer, grants: [billing:pay], spans: organization }\n  viewer: { title: Viewer, grants: [billing:view], spans: organization }\n  frozen:',
  ),
};

function given(place: string, id: string, ...roles: string[]): RuntimeMember {
  const assignments = roles.map((role) => ({ role }));
  return {
    place: { kind: 'organization', id: place },
    subject: { type: 'user', id },
    assignments,
    sequence: 1,
    token: '',
  };
}

describe('what a permission of the company requires', () => {
  it('is required of a company without a workspace, too, and whatever somebody holds in its workspaces', () => {
    const payer = (organization: string, file: string): string[] =>
      mistakesIn({ ...texts, [file]: `organization: ${organization}\nmembers: { bo: payer }\n` });
    assert.deepEqual(payer('newco', 'policies/newco/organization.yaml'), [
      'policies/newco/organization.yaml:2 missing-requirement bo',
    ]);
    assert.include(
      payer('acme', 'policies/acme/organization.yaml'),
      'policies/acme/organization.yaml:2 missing-requirement bo',
    );
    const both = {
      ...texts,
      'policies/newco/organization.yaml': 'organization: newco\nmembers: { bo: [payer, viewer] }\n',
    };
    assert.deepEqual(mistakesIn(both), []);
  });

  it('is asked of who is given it at run time, where there is no workspace yet', () => {
    const policy = policyOf(texts);
    const fault = (organization: string, actor: string, ...roles: string[]): string => {
      const change = { ...given(organization, 'gus', ...roles), actor: { type: 'user', id: actor } };
      return (
        findChangeFault({ policy, members: new RuntimeMembers(), atMs: nowMs }, change, undefined)?.code ?? 'allowed'
      );
    };
    assert.strictEqual(fault('newco', 'nia', 'payer'), 'missing-requirement');
    assert.strictEqual(fault('newco', 'nia', 'payer', 'viewer'), 'allowed');
    assert.strictEqual(fault('newco', 'nia', 'accountant'), 'allowed');
    assert.strictEqual(fault('acme', 'olu', 'payer'), 'missing-requirement');
    assert.strictEqual(fault('acme', 'pat', 'viewer'), 'actor-not-allowed');
  });

  it('is asked of them when something is published', () => {
    const policy = policyOf(texts);
    const broken = findBrokenRules(policy, [given('newco', 'gus', 'payer')], nowMs);
    assert.deepEqual(
      broken.map(({ code, place, subject }) => [code, place.kind, place.id, subject?.id]),
      [['missing-requirement', 'organization', 'newco', 'gus']],
    );
    assert.include(broken[0]?.message ?? '', 'in organization `newco`');
    assert.isEmpty(findBrokenRules(policy, [given('newco', 'gus', 'payer', 'viewer')], nowMs));
    const exclusive = policyOf({
      ...texts,
      'roles.yaml': `exclusive: [[billing:pay, seat:assign]]\n${texts['roles.yaml'].replace('company-admin: { title: Company admin, grants: ["*"]', 'company-admin: { title: Company admin, grants: [billing:view, seat:assign]')}`,
    });
    const pair = findBrokenRules(exclusive, [given('newco', 'gus', 'accountant', 'company-admin')], nowMs);
    assert.deepEqual(
      pair.map(({ code }) => code),
      ['exclusive-permissions'],
    );
  });
});
