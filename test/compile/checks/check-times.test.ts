import { assert } from 'chai';
import { compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const ms = (text: string): number => Date.parse(text);

describe('a membership that is over', () => {
  const texts: PolicyTexts = {
    'roles.yaml': 'permissions: { C: { a:b: t } }\nroles: { member: {}, boss: { spans: organization } }\n',
    'policies/organization.yaml': 'organization: acme\nmembers:\n  olu: [{ role: boss, until: 2026-12-31 }]\n',
    'policies/w.yaml':
      'workspace: w\nmembers:\n  ana: [{ role: member, until: 2026-12-31 }, { role: member, from: 2027-02-01 }]\n  bo: member\n',
  };

  it('is warned of from its last instant on, and not before', () => {
    assert.deepEqual(findings(texts, ms('2026-12-31T23:59:59.999Z')), []);
    assert.deepEqual(findings(texts, ms('2027-01-01T00:00:00Z')), [
      'policies/organization.yaml:3 expired-membership boss',
      'policies/w.yaml:3 expired-membership member',
    ]);
  });

  it('leaves the policy standing, for waiting must not break it', () => {
    assert.isDefined(compileTexts(texts, ms('2030-01-01')).policy);
  });
});
