import { assert } from 'chai';
import { compileRight, compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const permissions =
  'permissions: { C: { invoice:create: t, invoice:approve: t, member:invite: { title: t, controls: members } } }\n';
const rolesYaml = (text: string): PolicyTexts => ({ 'roles.yaml': `${permissions}${text}\n` });
const member = 'roles: { member: { grants: [invoice:create] } }';

describe('roles.yaml', () => {
  it('alone is a policy, in which nobody may do anything', () => {
    const policy = compileRight(rolesYaml(member));
    assert.equal(policy.workspaces.size, 0);
    assert.deepEqual(policy.organizations, []);
  });

  it('has defaults: users ask, every plan has custom roles, escalation is allowed', () => {
    const { catalog } = compileRight(rolesYaml(member));
    assert.deepEqual(catalog.subjectTypes, ['user']);
    assert.deepEqual(
      [catalog.customRolePlans, catalog.defaultRole, catalog.escalation, catalog.exclusive],
      [undefined, undefined, 'allow', []],
    );
  });

  it('says otherwise where it does', () => {
    const { catalog } = compileRight(
      rolesYaml(`${member}
subjectTypes: [person, service]
defaultRole: member
customRoles: { plans: [scale] }
escalation: prevent
exclusive: [[invoice:create, invoice:approve]]`),
    );
    assert.deepEqual(catalog.subjectTypes, ['person', 'service']);
    assert.equal(catalog.defaultRole, catalog.roles.get('member'));
    assert.deepEqual([...(catalog.customRolePlans ?? [])], ['scale']);
    assert.equal(catalog.escalation, 'prevent');
    assert.deepEqual(
      catalog.exclusive.map(({ first, second }) => [first.id, second.id]),
      [['invoice:create', 'invoice:approve']],
    );
  });

  it('subjects are not called roles, for Casbin keeps the two apart by these words', () => {
    assert.deepEqual(findings(rolesYaml(`${member}\nsubjectTypes: [user, role]`)), ['roles.yaml:3 bad-value role']);
    assert.deepEqual(findings(rolesYaml(`${member}\nsubjectTypes: [user, user]`)).length, 1);
    assert.deepEqual(findings(rolesYaml(`${member}\nsubjectTypes: []`)).length, 1);
  });

  it('the default role exists and stays in a workspace', () => {
    assert.deepEqual(findings(rolesYaml(`${member}\ndefaultRole: membr`)), ['roles.yaml:3 unknown-role membr']);
    const spanning = 'roles: { member: {}, boss: { spans: organization } }\ndefaultRole: boss';
    assert.deepEqual(findings(rolesYaml(spanning)), ['roles.yaml:3 wrong-span boss']);
  });

  it('permissions that exclude each other exist, and are two', () => {
    assert.deepEqual(findings(rolesYaml(`${member}\nexclusive:\n  - [invoice:create, invoice:aprove]`)), [
      'roles.yaml:4 unknown-permission invoice:aprove',
    ]);
    assert.deepEqual(findings(rolesYaml(`${member}\nexclusive:\n  - [invoice:create, invoice:create]`)), [
      'roles.yaml:4 bad-value invoice:create',
    ]);
    assert.lengthOf(findings(rolesYaml(`${member}\nexclusive: [[invoice:create]]`)), 1);
    assert.lengthOf(findings(rolesYaml(`${member}\nexclusive: [["invoice:*", invoice:create]]`)), 1);
  });

  it('without permissions or roles is none', () => {
    assert.isAbove(findings({ 'roles.yaml': 'roles: { member: {} }' }).length, 0);
    assert.isAbove(findings({ 'roles.yaml': permissions }).length, 0);
    assert.isUndefined(compileTexts({ 'roles.yaml': permissions }).policy);
  });
});
