import { assert } from 'chai';
import { compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const ms = (text: string): number => Date.parse(text);

describe('a role that a certain number must hold', () => {
  const organization = (members: string, holders: number | string = 1): PolicyTexts => ({
    'roles.yaml': `permissions: { C: { a:b: t } }\nroles: { member: {}, owner: { spans: organization, holders: ${JSON.stringify(holders)} } }\n`,
    'policies/organization.yaml': `organization: acme\nmembers:\n${members}`,
  });
  const workspace = (members: string): PolicyTexts => ({
    'roles.yaml': 'permissions: { C: { a:b: t } }\nroles: { member: {}, lead: { holders: 2 } }\n',
    'policies/w.yaml': `workspace: w\nmembers:\n${members}`,
  });
  const at = '2026-11-20T12:00:00Z';

  it('is held by no more than that in each organization', () => {
    assert.deepEqual(findings(organization('  ana: owner\n')), []);
    assert.deepEqual(findings(organization('  ana: owner\n  bo: owner\n', 2)), []);
    assert.deepEqual(findings(organization('  ana: owner\n  bo: owner\n')), [
      'policies/organization.yaml:1 wrong-holders acme',
    ]);
  });

  it('is held by no more than that in each workspace', () => {
    assert.deepEqual(findings(workspace('  ana: lead\n  bo: lead\n')), []);
    assert.deepEqual(findings(workspace('  ana: lead\n  bo: lead\n  cy: lead\n')), [
      'policies/w.yaml:1 wrong-holders w',
    ]);
  });

  it('is held by as many more as one likes where that is a least number', () => {
    assert.deepEqual(findings(organization('  ana: owner\n  bo: owner\n  cy: owner\n', '1+')), []);
    assert.deepEqual(findings(organization('  ana: owner\n  bo: owner\n  cy: owner\n', '2+')), []);
  });

  it('may be held by fewer in the files: the others may be given it at run time, so the policy stands', () => {
    for (const holders of [1, 2, '1+', '2+']) {
      const texts = { ...organization('', holders), 'policies/organization.yaml': 'organization: acme\n' };
      assert.deepEqual(findings(texts), [], String(holders));
      assert.isDefined(compileTexts(texts, ms(at)).policy);
    }
  });

  it('is handed over without two at once', () => {
    const handed = (until: string, from: string): string[] =>
      findings(
        organization(`  ana: [{ role: owner, until: ${until} }]\n  bo: [{ role: owner, from: ${from} }]\n`),
        ms(at),
      );
    assert.deepEqual(handed('2026-12-31', '2027-01-01'), []);
    assert.deepEqual(handed('2026-12-31T12:00:00Z', '2026-12-31T12:00:00Z'), []);
    assert.deepEqual(handed('2026-12-31', '2026-12-31'), ['policies/organization.yaml:1 wrong-holders acme']);
  });

  it('says from when on there are too many, if they are not now', () => {
    const texts = organization('  ana: owner\n  bo: [{ role: owner, from: 2027-01-01 }]\n');
    const [problem] = compileTexts(texts, ms(at)).problems;
    assert.include(problem?.message, '2027-01-01T00:00:00Z');
    assert.include(problem?.message, '`owner`');
  });

  for (const [title, holders, code] of [
    ['nothing', 0, 'bad-value'],
    ['less than nothing', -1, 'bad-value'],
    ['a part', 1.5, 'wrong-type'],
    ['a number as text', '1', 'bad-value'],
    ['at least nothing', '0+', 'bad-value'],
    ['two signs', '1++', 'bad-value'],
    ['a sign in front', '+1', 'bad-value'],
    ['a word', 'many', 'bad-value'],
    ['a blank', '1 +', 'bad-value'],
    ['a crowd', 1001, 'bad-value'],
    ['a crowd at least', '10000+', 'bad-value'],
    ['yes', true, 'wrong-type'],
    ['a list', [1], 'wrong-type'],
  ] as const) {
    it(`is not asked for by ${title}`, () => {
      const [problem, ...others] = compileTexts(organization('  ana: owner\n', holders as string), ms(at)).problems;
      assert.deepEqual([problem?.code, others], [code, []]);
      assert.include(problem?.message, 'holders');
    });
  }

  it('is not asked of workspaces without an organization', () => {
    const { 'roles.yaml': rolesYaml = '' } = organization('');
    assert.deepEqual(findings({ 'roles.yaml': rolesYaml, 'policies/w.yaml': 'workspace: w\n' }), []);
  });
});
