import { assert } from 'chai';
import { compileRight, compileTexts, findings, onlyWorkspace, type PolicyTexts } from '../../support/policy-texts.ts';

const rolesYaml =
  'permissions: { C: { a:b: t, a:c: t } }\nroles: { member: { grants: [a:b] }, boss: { spans: organization } }\n';
const texts = (text: string): PolicyTexts => ({
  'roles.yaml': rolesYaml,
  'policies/w.yaml': `workspace: w\n${text}\n`,
});
const faultsOf = (text: string): string[] =>
  findings(texts(text)).map((finding) => finding.replace('policies/w.yaml:', ''));

describe('a workspace', () => {
  it('has its roles, its members and a title, which is its id where none is given', () => {
    const workspace = onlyWorkspace(
      compileRight(
        texts(
          'title: Support\nroles: { lead: { title: Team lead, description: Leads. } }\nmembers: { ana: lead, bo: member }',
        ),
      ),
    );
    assert.deepInclude(workspace, { id: 'w', title: 'Support' });
    assert.deepInclude(workspace.roles.get('lead'), {
      id: 'lead',
      workspace: 'w',
      title: 'Team lead',
      description: 'Leads.',
      spans: 'workspace',
    });
    assert.deepInclude(workspace.position, { file: 'policies/w.yaml', line: 1, column: 12 });
    assert.equal(onlyWorkspace(compileRight(texts(''))).title, 'w');
    assert.equal(onlyWorkspace(compileRight(texts('roles: { lead: {} }'))).roles.get('lead')?.title, 'lead');
  });

  it('is one file: a second with its id is a mistake, over all organizations', () => {
    const files = {
      'roles.yaml': rolesYaml,
      'policies/b/w.yaml': 'workspace: w\n',
      'policies/b/organization.yaml': 'organization: b\n',
      'policies/a/w.yaml': 'workspace: w\nmembers: { ana: membr }\n',
      'policies/a/organization.yaml': 'organization: a\n',
    };
    assert.deepEqual(findings(files), [
      'policies/a/w.yaml:2 unknown-role membr',
      'policies/b/w.yaml:1 duplicate-workspace w',
    ]);
    assert.deepEqual(findings(Object.fromEntries(Object.entries(files).reverse())), findings(files));
  });

  it('does not see roles of another', () => {
    const files = {
      ...texts('members: { ana: lead }'),
      'policies/v.yaml': 'workspace: v\nroles: { lead: {} }\nmembers: { ana: lead }\n',
    };
    assert.deepEqual(findings(files), ['policies/w.yaml:2 unknown-role lead']);
  });

  it('may call a role as another workspace does: the two are two', () => {
    const files = {
      ...texts('roles: { lead: { grants: [a:b] } }\nmembers: { ana: lead }'),
      'policies/v.yaml': 'workspace: v\nroles: { lead: { grants: [a:c] } }\nmembers: { ana: lead }\n',
    };
    const policy = compileRight(files);
    const granted = [...policy.workspaces.values()].map(
      ({ id, roles }) =>
        `${id} ${roles
          .get('lead')!
          .rules.map(({ cell }) => cell.permission.id)
          .join()}`,
    );
    assert.sameMembers(granted, ['w a:b', 'v a:c']);
  });

  it('cannot change a built-in role', () => {
    assert.deepEqual(faultsOf('roles:\n  member: { grants: [a:c] }\nmembers: { ana: member }'), [
      '3 shadows-built-in member',
    ]);
    assert.deepEqual(faultsOf('roles:\n  boss: { grants: ["*"] }'), ['3 shadows-built-in boss']);
  });

  it('defines roles on the plans that have them', () => {
    const files = (plan: string): PolicyTexts => ({
      'roles.yaml': `${rolesYaml}customRoles: { plans: [scale, enterprise] }\n`,
      'policies/organization.yaml': `organization: acme\n${plan}`,
      'policies/w.yaml': 'workspace: w\nroles: { lead: {} }\nmembers: { ana: lead }\n',
    });
    assert.deepEqual(findings(files('plan: scale\n')), []);
    assert.deepEqual(findings(files('plan: free\n')), ['policies/w.yaml:2 plan-without-custom-roles roles']);
    assert.deepEqual(findings(files('')), ['policies/w.yaml:2 plan-without-custom-roles roles']);
    assert.deepEqual(
      findings({ ...files('plan: free\n'), 'policies/w.yaml': 'workspace: w\nmembers: { ana: member }\n' }),
      [],
    );
    assert.deepEqual(findings({ ...files('plan: free\n'), 'policies/w.yaml': 'workspace: w\nroles: {}\n' }), []);
    const { 'roles.yaml': roles = '', 'policies/w.yaml': workspace = '' } = files('');
    assert.deepEqual(findings({ 'roles.yaml': roles, 'policies/w.yaml': workspace }), [
      'policies/w.yaml:2 plan-without-custom-roles roles',
    ]);
  });
});

describe('a retired role', () => {
  it('is gone, and remembers where its holders went', () => {
    const workspace = onlyWorkspace(
      compileRight(texts('roles: { lead: {} }\nretired: { qa: member, old: lead }\nmembers: { ana: lead }')),
    );
    assert.deepEqual(
      [...workspace.retired].map(([id, { id: target }]) => `${id} ${target}`),
      ['qa member', 'old lead'],
    );
    assert.isFalse(workspace.roles.has('qa'));
  });

  it('is not given, extended or used again', () => {
    assert.deepEqual(faultsOf('retired: { qa: member }\nmembers: { ana: qa }'), ['3 unknown-role qa']);
    assert.deepEqual(faultsOf('retired: { qa: member }\nroles:\n  qa: { grants: [a:c] }\nmembers: { ana: qa }'), [
      '4 retired-role-used qa',
    ]);
    assert.deepEqual(faultsOf('retired: { member: member }'), ['2 retired-role-used member']);
  });

  it('leaves its holders to a role that exists and stays in the workspace', () => {
    assert.deepEqual(faultsOf('retired: { qa: membr }'), ['2 unknown-role membr']);
    assert.deepEqual(faultsOf('retired: { qa: old, old: member }'), ['2 unknown-role old']);
    assert.deepEqual(faultsOf('retired: { qa: qa }'), ['2 unknown-role qa']);
    assert.deepEqual(faultsOf('retired: { qa: boss }'), ['2 wrong-span boss']);
  });
});

describe('a role that nobody holds', () => {
  it('is warned of, and the policy stands', () => {
    assert.deepEqual(faultsOf('roles:\n  lead: {}'), ['3 unused-role lead']);
    assert.isDefined(compileTexts(texts('roles:\n  lead: {}')).policy);
  });

  it('is used where a held role extends it, over any number of steps', () => {
    const roles = 'roles:\n  a: {}\n  b: { extends: a }\n  c: { extends: [member, b] }\n';
    assert.deepEqual(faultsOf(`${roles}members: { ana: c }`), []);
    assert.deepEqual(faultsOf(`${roles}members: { ana: b }`), ['5 unused-role c']);
    assert.deepEqual(faultsOf(`${roles}members: { ana: member }`), [
      '3 unused-role a',
      '4 unused-role b',
      '5 unused-role c',
    ]);
  });

  it('is used where holders of a retired role went to it', () => {
    assert.deepEqual(faultsOf('roles:\n  lead: {}\nretired: { old: lead }'), []);
  });
});
