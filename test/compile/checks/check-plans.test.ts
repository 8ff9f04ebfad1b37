import { assert } from 'chai';
import { formatCell } from '../../../src/policy/permission.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { compileRight, compileTexts, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const rolesYaml = (more: string, permissions = '{ doc:read: Read, doc:edit: Edit, doc:wipe: Wipe }'): PolicyTexts => ({
  'roles.yaml': `permissions: { Docs: ${permissions} }
baseline: [doc:read]
roles: { member: { grants: [doc:edit] }, admin: { grants: ["*"] } }
defaultRole: member
${more}`,
});
const company = (plan: string, roles: string): PolicyTexts => ({
  'policies/organization.yaml': `organization: acme\nplan: ${plan}\n`,
  'policies/w.yaml': `workspace: w\nroles: ${roles}\n`,
});
const holds = (policy: PolicySet, id: string): string[] => {
  const role = policy.workspaces.get('w')!.roles.get(id)!;
  return [String(role.isFrozen), ...role.rules.map(({ effect, cell }) => `${effect} ${formatCell(cell)}`)];
};

const helpsOf = (texts: PolicyTexts): string =>
  compileTexts(texts)
    .problems.map(({ help }) => help)
    .join();

describe('the plans of roles.yaml', () => {
  it('are any that a company has, where none are listed', () => {
    assert.deepEqual(findings({ ...rolesYaml(''), ...company('whatever', '{}') }), []);
  });

  it('are those listed, wherever one is named', () => {
    const roles = (plans: string): PolicyTexts =>
      rolesYaml(plans, '{ doc:read: Read, doc:edit: Edit, doc:wipe: { title: Wipe, plans: [scale] } }');
    const listed = 'plans: [free, scale]\n';
    assert.deepEqual(findings({ ...roles(listed), ...company('free', '{}') }), []);
    assert.deepEqual(findings({ ...roles(listed), ...company('fre', '{}') }), [
      'policies/organization.yaml:2 unknown-plan fre',
    ]);
    assert.deepEqual(findings(roles('plans: [free, scala]\n')), ['roles.yaml:1 unknown-plan scale']);
    assert.deepEqual(findings(roles(`${listed}customRoles: { plans: [scale, scala] }\n`)), [
      'roles.yaml:6 unknown-plan scala',
    ]);
    assert.include(helpsOf({ ...roles(listed), ...company('fre', '{}') }), 'did you mean `free`?');
  });

  for (const wrong of [
    'plans: []',
    'plans: scale',
    'plans: [Free]',
    'plans: [free, free]',
    'plans: [1]',
    'plans: {}',
    'plans: [""]',
  ]) {
    it(`are refused as ${wrong}, on top and at a permission`, () => {
      assert.isNotEmpty(findings(rolesYaml(wrong)));
      assert.isNotEmpty(
        findings(rolesYaml('', `{ doc:read: Read, doc:edit: Edit, doc:wipe: { title: Wipe, ${wrong} } }`)),
      );
    });
  }

  it('have all that a permission of theirs requires', () => {
    const requiring = (wipe: string, edit: string): string[] =>
      findings(
        rolesYaml(
          '',
          `{ doc:read: Read, doc:edit: { title: Edit${edit} }, doc:wipe: { title: Wipe, requires: [doc:edit]${wipe} } }`,
        ),
      );
    assert.deepEqual(requiring('', ''), []);
    assert.deepEqual(requiring(', plans: [scale]', ''), []);
    assert.deepEqual(requiring(', plans: [scale]', ', plans: [scale, enterprise]'), []);
    assert.deepEqual(requiring('', ', plans: [scale]'), ['roles.yaml:1 bad-value doc:edit']);
    assert.deepEqual(requiring(', plans: [scale, free]', ', plans: [scale]'), ['roles.yaml:1 bad-value doc:edit']);
  });
});

describe('custom roles on a plan without them', () => {
  const free = 'plans: [free, scale]\ncustomRoles: { plans: [scale] }\n';
  const lead = '{ lead: { grants: [doc:wipe, doc:edit] }, quiet: { denies: [doc:edit] }, sub: { extends: lead } }';

  it('give what they say on a plan that has them', () => {
    const policy = compileRight({ ...rolesYaml(free), ...company('scale', lead) });
    assert.deepEqual(holds(policy, 'lead'), ['false', 'allow doc:read', 'allow doc:edit', 'allow doc:wipe']);
  });

  it('are frozen: they give what the default role gives too, and deny what they did', () => {
    const texts = { ...rolesYaml(free), ...company('free', lead) };
    const policy = compileRight(texts);
    assert.deepEqual(holds(policy, 'lead'), ['true', 'allow doc:read', 'allow doc:edit']);
    assert.deepEqual(holds(policy, 'sub'), ['true', 'allow doc:read', 'allow doc:edit']);
    assert.deepEqual(holds(policy, 'quiet'), ['true', 'allow doc:read', 'deny doc:edit']);
    assert.include(findings(texts), 'policies/w.yaml:2 frozen-roles roles');
  });

  it('give the baseline alone where there is no default role', () => {
    const [text] = Object.values(rolesYaml(free));
    const roles = { 'roles.yaml': (text ?? '').replace('defaultRole: member\n', '') };
    const policy = compileRight({ ...roles, ...company('free', lead) });
    assert.deepEqual(holds(policy, 'lead'), ['true', 'allow doc:read']);
  });

  it('keep nothing that lacks what it requires, so that a company may always change its plan', () => {
    const roles = rolesYaml(
      free,
      '{ doc:read: Read, doc:edit: { title: Edit, requires: [doc:wipe] }, doc:wipe: Wipe }',
    );
    const policy = compileRight({ ...roles, ...company('free', '{ lead: { grants: [doc:wipe, doc:edit] } }') });
    assert.deepEqual(holds(policy, 'lead'), ['true', 'allow doc:read']);
  });

  it('are an error on a plan that roles.yaml does not know, and on none', () => {
    const unlisted = 'customRoles: { plans: [scale] }\n';
    const at = 'policies/w.yaml:2 plan-without-custom-roles roles';
    assert.deepEqual(findings({ ...rolesYaml(unlisted), ...company('free', lead) }), [at]);
    assert.deepEqual(findings({ ...rolesYaml(unlisted), ...company('scael', lead) }), [at]);
    assert.deepEqual(findings({ ...rolesYaml(free), 'policies/w.yaml': `workspace: w\nroles: ${lead}\n` }), [at]);
    assert.include(helpsOf({ ...rolesYaml(unlisted), ...company('free', lead) }), 'kept, frozen');
  });

  it('are frozen on a plan that only a permission names', () => {
    const roles = rolesYaml(
      'customRoles: { plans: [scale] }\n',
      '{ doc:read: Read, doc:edit: Edit, doc:wipe: { title: Wipe, plans: [free, scale] } }',
    );
    assert.include(findings({ ...roles, ...company('free', lead) }), 'policies/w.yaml:2 frozen-roles roles');
  });

  it('hand out no more than the default role does, when they are frozen', () => {
    const limitOf = (lead: string, standard: string): readonly string[] | undefined => {
      const { catalog, ...policy } = compileRight({
        'roles.yaml': `permissions: { Team: { team:manage: { title: Manage, controls: members } } }
roles: { member: { grants: [team:manage]${standard} }, guest: {}, admin: {} }
defaultRole: member
customRoles: { plans: [scale] }
plans: [free, scale]
`,
        ...company('free', `{ lead: { grants: [team:manage]${lead} } }`),
      });
      const role = policy.workspaces.get('w')!.roles.get('lead')!;
      assert.isTrue(role.isFrozen);
      assert.isDefined(catalog);
      return role.assigns && [...role.assigns];
    };
    assert.deepEqual(limitOf('', ''), undefined);
    assert.deepEqual(limitOf(', assigns: [guest]', ''), ['guest']);
    assert.deepEqual(limitOf('', ', assigns: [guest]'), ['guest']);
    assert.deepEqual(limitOf(', assigns: [guest, admin]', ', assigns: [guest]'), ['guest']);
  });
});
