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

describe('a role that a certain number must hold', () => {
  const organization = (members: string, holders = 1): PolicyTexts => ({
    'roles.yaml': `permissions: { C: { a:b: t } }\nroles: { member: {}, owner: { spans: organization, holders: ${holders} } }\n`,
    'policies/organization.yaml': `organization: acme\nmembers:\n${members}`,
  });
  const workspace = (members: string): PolicyTexts => ({
    'roles.yaml': 'permissions: { C: { a:b: t } }\nroles: { member: {}, lead: { holders: 2 } }\n',
    'policies/w.yaml': `workspace: w\nmembers:\n${members}`,
  });
  const at = '2026-11-20T12:00:00Z';

  it('is held by just so many in each organization', () => {
    assert.deepEqual(findings(organization('  ana: owner\n')), []);
    assert.deepEqual(findings(organization('  ana: owner\n  bo: owner\n', 2)), []);
    assert.deepEqual(findings(organization('  ana: owner\n  bo: owner\n')), [
      'policies/organization.yaml:1 wrong-holders acme',
    ]);
    assert.deepEqual(findings({ ...organization(''), 'policies/organization.yaml': 'organization: acme\n' }), [
      'policies/organization.yaml:1 wrong-holders acme',
    ]);
  });

  it('is held by just so many in each workspace', () => {
    assert.deepEqual(findings(workspace('  ana: lead\n  bo: lead\n')), []);
    assert.deepEqual(findings(workspace('  ana: lead\n')), ['policies/w.yaml:1 wrong-holders w']);
    assert.deepEqual(findings(workspace('  ana: lead\n  bo: lead\n  cy: lead\n')), [
      'policies/w.yaml:1 wrong-holders w',
    ]);
  });

  it('is handed over without a gap and without two at once', () => {
    const handed = (until: string, from: string): string[] =>
      findings(
        organization(`  ana: [{ role: owner, until: ${until} }]\n  bo: [{ role: owner, from: ${from} }]\n`),
        ms(at),
      );
    assert.deepEqual(handed('2026-12-31', '2027-01-01'), []);
    assert.deepEqual(handed('2026-12-31T12:00:00Z', '2026-12-31T12:00:00Z'), []);
    assert.deepEqual(handed('2026-12-31', '2026-12-31'), ['policies/organization.yaml:1 wrong-holders acme']);
    assert.deepEqual(handed('2026-12-30', '2027-01-01'), ['policies/organization.yaml:1 wrong-holders acme']);
  });

  it('says from when on the number is wrong, if it is not now', () => {
    const [problem] = compileTexts(organization('  ana: [{ role: owner, until: 2026-12-31 }]\n'), ms(at)).problems;
    assert.include(problem?.message, '2027-01-01T00:00:00Z');
    assert.include(problem?.message, '`owner`');
  });

  it('is not asked of workspaces without an organization', () => {
    const { 'roles.yaml': rolesYaml = '' } = organization('');
    assert.deepEqual(findings({ 'roles.yaml': rolesYaml, 'policies/w.yaml': 'workspace: w\n' }), []);
  });
});
