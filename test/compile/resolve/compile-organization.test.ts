import { assert } from 'chai';
import { countMembers } from '../../../src/policy/policy-set.ts';
import { compileRight, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const rolesYaml = `permissions: { C: { a:b: t } }
roles: { member: {}, boss: { spans: organization, grants: ["*"] } }
customRoles: { plans: [scale] }
`;
const texts = (files: PolicyTexts): PolicyTexts => ({ 'roles.yaml': rolesYaml, ...files });
const organizationOf = (files: PolicyTexts, workspace = 'w'): string | undefined =>
  compileRight(texts(files)).workspaces.get(workspace)?.organization.id;

describe('an organization', () => {
  it('has a plan and members whose roles span it', () => {
    const [organization] = compileRight(
      texts({ 'policies/organization.yaml': 'organization: acme\nplan: scale\nmembers: { olu: boss }\n' }),
    ).organizations;
    assert.deepInclude(organization, { id: 'acme', plan: 'scale' });
    assert.equal(countMembers(organization!.members), 1);
    assert.deepInclude(organization?.position, { file: 'policies/organization.yaml', line: 1, column: 15 });
  });

  it('gives only roles that span it, and that exist', () => {
    const faults = (role: string): string[] =>
      findings(texts({ 'policies/organization.yaml': `organization: acme\nmembers: { olu: ${role} }` }));
    assert.deepEqual(faults('boss'), []);
    assert.deepEqual(faults('member'), ['policies/organization.yaml:2 wrong-span member']);
    assert.deepEqual(faults('bos'), ['policies/organization.yaml:2 unknown-role bos']);
    const custom = {
      'policies/organization.yaml': 'organization: acme\nplan: scale\nmembers: { olu: lead }',
      'policies/w.yaml': 'workspace: w\nroles: { lead: {} }\nmembers: { ana: lead }',
    };
    assert.deepEqual(findings(texts(custom)), ['policies/organization.yaml:3 unknown-role lead']);
  });

  it('knows the former ids of its groups, which are those of no other', () => {
    const company = (lines: string): PolicyTexts => ({
      'policies/organization.yaml': `organization: acme\ngroups: { desk: [ana], night: [] }\nmembers: { group:desk: boss, group:night: boss }\n${lines}`,
    });
    const [organization] = compileRight(texts(company('formerGroups: { help: desk, old: desk }\n'))).organizations;
    assert.deepEqual(
      [...(organization?.formerGroups ?? [])],
      [
        ['help', 'desk'],
        ['old', 'desk'],
      ],
    );
    for (const [lines, ...expected] of [
      ['formerGroups: { desk: night }', '4 former-id-in-use desk'],
      ['formerGroups: { desk: desk }', '4 former-id-in-use desk'],
      ['formerGroups: { help: dask }', '4 unknown-group dask'],
      ['formerGroups: { help: old, old: desk }', '4 unknown-group old'],
      ['formerGroups: { "a b": desk }', '4 bad-id "a b"'],
      ['formerGroups: { help: [desk] }', '4 wrong-type ['],
      ['formerGroups: [desk]', '4 wrong-type ['],
      ['formerGroups: {}'],
    ] as const) {
      const found = findings(texts(company(`${lines}\n`)));
      assert.deepEqual(
        found,
        expected.map((one) => `policies/organization.yaml:${one}`),
        lines,
      );
    }
  });

  it('of a workspace is the one nearest above it in the folders', () => {
    const files = {
      'policies/organization.yaml': 'organization: top\n',
      'policies/acme/organization.yaml': 'organization: acme\n',
      'policies/acme/emea/deep/w.yaml': 'workspace: w\n',
      'policies/acme/emea.yaml': 'workspace: v\n',
      'policies/acme-two/w.yaml': 'workspace: u\n',
      'policies/x.yaml': 'workspace: x\n',
    };
    assert.equal(organizationOf(files, 'w'), 'acme');
    assert.equal(organizationOf(files, 'v'), 'acme');
    assert.equal(organizationOf(files, 'u'), 'top');
    assert.equal(organizationOf(files, 'x'), 'top');
  });

  it('beside or below a workspace is not its own', () => {
    const files = {
      'policies/acme/organization.yaml': 'organization: acme\n',
      'policies/other/w.yaml': 'workspace: w\n',
      'policies/v.yaml': 'workspace: v\n',
    };
    assert.isUndefined(organizationOf(files, 'w'));
    assert.isUndefined(organizationOf(files, 'v'));
  });

  it('may be missing: then there is a nameless one without members', () => {
    const policy = compileRight(texts({ 'policies/w.yaml': 'workspace: w\n' }));
    assert.deepEqual(policy.organizations, []);
    assert.deepInclude(policy.workspaces.get('w')?.organization, { id: undefined, plan: undefined });
    assert.equal(countMembers(policy.workspaces.get('w')!.organization.members), 0);
  });

  it('has one file: a second with its id is a mistake, and the same whatever order they come in', () => {
    const two = {
      'policies/b/organization.yaml': 'organization: acme\n',
      'policies/a/organization.yaml': 'organization: acme\n',
    };
    assert.deepEqual(findings(texts(two)), ['policies/b/organization.yaml:1 duplicate-organization acme']);
    const turned = Object.fromEntries(Object.entries(texts(two)).reverse());
    assert.deepEqual(findings(turned), ['policies/b/organization.yaml:1 duplicate-organization acme']);
  });

  it('that cannot be read says nothing about the plans of its workspaces', () => {
    const workspace = { 'policies/acme/w.yaml': 'workspace: w\nroles: { lead: {} }\nmembers: { ana: lead }\n' };
    const broken = findings(texts({ ...workspace, 'policies/acme/organization.yaml': 'organization: Acme Inc\n' }));
    assert.deepEqual(broken, ['policies/acme/organization.yaml:1 bad-id Acme Inc']);
    const poor = findings(
      texts({ ...workspace, 'policies/acme/organization.yaml': 'organization: acme\nplan: free\n' }),
    );
    assert.deepEqual(poor, ['policies/acme/w.yaml:2 plan-without-custom-roles roles']);
  });
});
