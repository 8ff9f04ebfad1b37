import { assert } from 'chai';
import { casbinRoleName, casbinRows } from '../../../src/compile/casbin/casbin-rules.ts';
import { findMember } from '../../../src/policy/policy-set.ts';
import { allowsCell } from '../../../src/policy/role.ts';
import { compileRight, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const rolesYaml = `permissions: { Docs: { doc:read: Read, doc:edit: Edit, doc:share: Share } }
baseline: [doc:read]
roles:
  member: { grants: [doc:edit] }
  boss: { spans: organization, grants: ["*"] }
  roamer: { spans: memberships, grants: [doc:share] }
  helper: { spans: everything, grants: ["*"] }
defaultRole: member
staff: { mia@vendor.example: helper }
`;
const acme = 'policies/acme/organization.yaml';
const one = 'policies/acme/one.yaml';
const texts = (files: PolicyTexts): PolicyTexts => ({ 'roles.yaml': rolesYaml, ...files });
const faults = (files: PolicyTexts): string[] => findings(texts(files));
const company = (roles: string, more = ''): string => `organization: acme\nroles: ${roles}\n${more}`;

describe('custom roles of an organization', () => {
  const files = texts({
    [acme]: company('{ lead: { title: Regional lead, extends: member, grants: [doc:share] } }'),
    [one]:
      'workspace: one\nroles: { chief: { extends: lead, without: [doc:share] } }\nmembers: { ana: lead, bo: chief }',
    'policies/acme/two.yaml': 'workspace: two\nmembers: { ana: lead }',
    'policies/beta/organization.yaml': 'organization: beta\n',
    'policies/beta/three.yaml': 'workspace: three\nroles: { lead: { grants: [doc:share] } }\nmembers: { ana: lead }',
  });

  it('are seen in all its workspaces, and followed there', () => {
    const policy = compileRight(files);
    const [{ roles }] = policy.organizations as [(typeof policy.organizations)[number]];
    const lead = roles.get('lead');
    assert.deepInclude(lead, {
      workspace: undefined,
      organization: 'acme',
      title: 'Regional lead',
      spans: 'workspace',
    });
    for (const id of ['one', 'two']) {
      const members = policy.workspaces.get(id)!.members;
      assert.equal(findMember(members, { type: 'user', id: 'ana' })?.assignments[0]?.role, lead);
    }
    const chief = policy.workspaces.get('one')!.roles.get('chief')!;
    const names = policy.catalog.cells.filter((cell) => allowsCell(chief, cell)).map(({ permission }) => permission.id);
    assert.deepEqual(names, ['doc:read', 'doc:edit']);
  });

  it('are no roles of another organization, which may have one of that id', () => {
    const policy = compileRight(files);
    assert.equal(policy.workspaces.get('three')!.roles.get('lead')?.organization, undefined);
    assert.deepEqual(
      faults({
        [acme]: company('{ lead: {} }', 'members: { olu: boss }'),
        'policies/beta/organization.yaml': 'organization: beta\nmembers: { olu: lead }\n',
        'policies/beta/w.yaml': 'workspace: w\nroles: { a: { extends: lead } }\nmembers: { ana: lead, bo: a }\n',
        'policies/v.yaml': 'workspace: v\nmembers: { ana: lead }\n',
      }).filter((fault) => !fault.includes('unused-role')),
      [
        'policies/beta/organization.yaml:2 unknown-role lead',
        'policies/beta/w.yaml:2 unknown-role lead',
        'policies/beta/w.yaml:3 unknown-role lead',
        'policies/v.yaml:2 unknown-role lead',
      ],
    );
  });

  it('have the name of their organization for Casbin, and hold in whatever workspace they are given in', () => {
    const policy = compileRight(files);
    const { p, g } = casbinRows(policy, 0);
    const name = 'role:organization:acme/lead';
    assert.equal(casbinRoleName(policy.organizations[0]!.roles.get('lead')!), name);
    assert.deepEqual(
      p.filter(([role]) => role === name).map(([, domain, resource, action]) => `${domain} ${resource}:${action}`),
      ['* doc:edit', '* doc:read', '* doc:share'],
    );
    const given = g.filter(([, role]) => role === name);
    assert.deepEqual(given, [
      ['user:ana', name, 'one'],
      ['user:ana', name, 'two'],
    ]);
  });

  it('span a workspace, the organization or memberships, and never everything; nor do they have holders', () => {
    const spans = (span: string, holder = 'boss'): string[] =>
      faults({
        [acme]: company(`{ lead: { spans: ${span} } }`, `members: { olu: ${holder} }\nretired: { old: lead }`),
      });
    for (const span of ['workspace', 'organization', 'memberships']) assert.deepEqual(spans(span), [], span);
    assert.deepEqual(spans('organization', 'lead'), []);
    assert.deepEqual(spans('memberships', 'lead'), []);
    assert.deepEqual(spans('workspace', 'lead'), [`${acme}:3 wrong-span lead`]);
    assert.deepEqual(spans('everything'), [`${acme}:2 bad-value everything`]);
    assert.deepEqual(faults({ [acme]: company('{ lead: { holders: 1 } }') }), [`${acme}:2 unknown-key holders`]);
    const below = {
      [acme]: company('{ lead: { spans: organization } }'),
      [one]: 'workspace: one\nmembers: { a: lead }',
    };
    assert.deepEqual(faults(below), [`${one}:2 wrong-span lead`]);
  });

  it('have ids that neither a built-in role nor a workspace of it has, and the other place is named', () => {
    assert.deepEqual(faults({ [acme]: company('{ member: {} }') }), [`${acme}:2 shadows-built-in member`]);
    const both = {
      [acme]: company('{ lead: {} }'),
      [one]: 'workspace: one\nroles: { lead: {} }\nmembers: { ana: lead }',
    };
    assert.deepEqual(faults(both), [`${one}:2 shadows-organization lead`]);
  });

  it('leave a tombstone, which neither they nor a workspace use again', () => {
    const retired = (roles: string, gone: string): string[] =>
      faults({
        [acme]: company(roles, `retired: ${gone}\nmembers: {}`),
        [one]: 'workspace: one\nmembers: { ana: lead }',
      });
    assert.deepEqual(retired('{ lead: {} }', '{ old: lead, older: member, oldest: boss }'), []);
    assert.deepEqual(retired('{ lead: {} }', '{ lead: member }'), [`${acme}:2 retired-role-used lead`]);
    assert.deepEqual(retired('{ lead: {} }', '{ member: lead }'), [`${acme}:3 retired-role-used member`]);
    assert.deepEqual(retired('{ lead: {} }', '{ old: leda }'), [`${acme}:3 unknown-role leda`]);
    assert.deepEqual(retired('{ lead: {} }', '{ old: helper }'), [`${acme}:3 wrong-span helper`]);
    const used = {
      [acme]: 'organization: acme\nretired: { lead: member }\n',
      [one]: 'workspace: one\nroles: { lead: {} }\nmembers: { ana: lead }',
    };
    assert.deepEqual(faults(used), [`${one}:2 retired-role-used lead`]);
    const asked = { ...used, [one]: 'workspace: one\nmembers: { ana: lead }' };
    assert.deepEqual(faults(asked), [`${one}:2 unknown-role lead`]);
    const shadowed = {
      [acme]: company('{ lead: {} }'),
      [one]: 'workspace: one\nretired: { lead: member }\nmembers: { a: lead }',
    };
    assert.deepEqual(faults(shadowed), [`${one}:2 retired-role-used lead`]);
  });

  it('need a plan that has custom roles', () => {
    const plans = (plan: string): string[] =>
      findings({
        'roles.yaml': `${rolesYaml}customRoles: { plans: [scale] }\n`,
        [acme]: `organization: acme\n${plan}\nroles: { lead: {} }\n`,
        [one]: 'workspace: one\nmembers: { ana: lead }\n',
      });
    assert.deepEqual(plans('plan: scale'), []);
    assert.deepEqual(plans('plan: free'), [`${acme}:3 plan-without-custom-roles roles`]);
    assert.deepEqual(plans('title: Acme'), [`${acme}:3 plan-without-custom-roles roles`]);
  });

  it('are not missed where their organization cannot be understood', () => {
    const files = {
      [acme]: 'organization: Acme!\nroles: { lead: {} }\n',
      [one]: 'workspace: one\nmembers: { a: lead }\n',
    };
    assert.deepEqual(faults(files), [`${acme}:1 bad-id Acme!`]);
  });

  it('are held against the grants of the catalog, and never extend a role of a workspace', () => {
    const grants = {
      [acme]: company('{ lead: { grants: [doc:raed, "tag:*"], extends: chief } }'),
      [one]: 'workspace: one\nroles: { chief: {} }\nmembers: { a: chief, b: lead }',
    };
    assert.deepEqual(faults(grants), [
      `${acme}:2 unknown-permission doc:raed`,
      `${acme}:2 unknown-permission "tag:*"`,
      `${acme}:2 unknown-role chief`,
    ]);
    const circle = {
      [acme]: company('{ a: { extends: b }, b: { extends: a } }'),
      [one]: 'workspace: one\nmembers: { a: a, b: b }',
    };
    assert.deepEqual(faults(circle), [`${acme}:2 extends-cycle a`]);
  });
});

describe('staff', () => {
  it('is given roles that span everything, in all the forms that a member is', () => {
    const staff = `staff:
  mia@vendor.example: helper
  sid@vendor.example: [helper]
  tom@vendor.example:
    - { role: helper, from: 2026-01-01, until: 2027-01-01, reason: on call }
  uma@vendor.example: { roles: helper, properties: { name: Uma } }
`;
    const policy = compileRight({ 'roles.yaml': rolesYaml.replace(/staff: .*\n/, staff) });
    assert.deepEqual(
      [...(policy.staff.get('user')?.keys() ?? [])],
      ['mia@vendor.example', 'sid@vendor.example', 'tom@vendor.example', 'uma@vendor.example'],
    );
    const tom = findMember(policy.staff, { type: 'user', id: 'tom@vendor.example' });
    assert.deepInclude(tom?.assignments[0], { untilMs: Date.UTC(2027, 0, 2), reason: 'on call' });
  });

  it('is given no other role, and nobody else such a role', () => {
    const staffed = (role: string): string[] =>
      findings({ 'roles.yaml': rolesYaml.replace(/staff: .*\n/, `staff: { mia: ${role} }\n`) });
    assert.deepEqual(staffed('helper'), []);
    for (const role of ['member', 'boss', 'roamer'])
      assert.deepEqual(staffed(role), [`roles.yaml:9 wrong-span ${role}`]);
    assert.deepEqual(staffed('helpr'), ['roles.yaml:9 unknown-role helpr']);
    assert.deepEqual(faults({ [acme]: 'organization: acme\nmembers: { mia: helper }\n' }), [
      `${acme}:2 wrong-span helper`,
    ]);
    assert.deepEqual(faults({ [one]: 'workspace: one\nmembers: { mia: helper }\n' }), [`${one}:2 wrong-span helper`]);
    const retired = 'workspace: one\nretired: { old: helper }\nmembers: { mia: member }\n';
    assert.deepEqual(faults({ [one]: retired }), [`${one}:2 wrong-span helper`]);
  });

  it('is checked as members are: ids, types, times, what is written twice', () => {
    const staffed = (staff: string): string[] =>
      findings({ 'roles.yaml': rolesYaml.replace(/staff: .*\n/, `staff: ${staff}\n`) });
    assert.deepEqual(staffed('{ "mia (her)": helper }'), ['roles.yaml:9 bad-subject "mia (her)"']);
    assert.deepEqual(staffed('{ "bot:mia": helper }'), ['roles.yaml:9 unknown-subject-type "bot:mia"']);
    assert.deepEqual(staffed('{ mia: helper, "user:mia": helper }'), ['roles.yaml:9 duplicate-member "user:mia"']);
    assert.deepEqual(staffed('{ mia: [{ role: helper, until: 2026-01-01 }] }'), [
      'roles.yaml:9 expired-membership helper',
    ]);
    assert.deepEqual(staffed('{ mia: [{ role: helper, until: 2026-13-01 }] }'), ['roles.yaml:9 bad-time 2026-13-01']);
    assert.deepEqual(staffed('{ mia: [helper, helper] }'), ['roles.yaml:9 duplicate-role helper']);
    assert.deepEqual(staffed('{ mia: { roles: helper, properties: { tem: x } } }'), [
      'roles.yaml:9 unread-property tem',
    ]);
    assert.deepEqual(staffed('{ mia: {} }'), ['roles.yaml:9 missing-key mia']);
    assert.deepEqual(staffed('[mia]'), ['roles.yaml:9 wrong-type [']);
  });

  it('is told from a member elsewhere whose id looks the same', () => {
    const files = { [one]: 'workspace: one\nmembers: { mіa@vendor.example: member }\n' };
    assert.deepEqual(
      faults(files).map((fault) => fault.replace(/ \S+$/, '')),
      [`${one}:2 bad-subject`],
    );
    const other = { [one]: 'workspace: one\nmembers: { міа: member }\n' };
    const staffed = { 'roles.yaml': rolesYaml.replace('mia@vendor.example', 'mia') };
    assert.deepEqual(
      findings({ ...staffed, ...other }).map((fault) => fault.split(' ')[1]),
      ['look-alike'],
    );
  });
});

describe('roles that span memberships or everything', () => {
  it('are never counted, and never take over the holders of a role that is gone', () => {
    const role = (id: string, spans: string): string[] =>
      findings({
        'roles.yaml': `permissions: { A: { a:b: t } }\nroles: { member: {}, ${id}: { spans: ${spans}, holders: 1 } }\n`,
      });
    assert.deepEqual(role('x', 'memberships'), ['roles.yaml:2 bad-value holders']);
    assert.deepEqual(role('x', 'everything'), ['roles.yaml:2 bad-value holders']);
    for (const spans of ['organization', 'memberships', 'everything']) {
      const defaults = `permissions: { A: { a:b: t } }\nroles: { x: { spans: ${spans} } }\ndefaultRole: x\n`;
      assert.deepEqual(findings({ 'roles.yaml': defaults }), ['roles.yaml:3 wrong-span x'], spans);
    }
  });

  it('that span memberships are given in the organization, and nowhere else', () => {
    const files = { [acme]: 'organization: acme\nmembers: { olu: roamer }\n' };
    assert.deepEqual(faults(files), []);
    assert.deepEqual(faults({ [one]: 'workspace: one\nmembers: { olu: roamer }\n' }), [`${one}:2 wrong-span roamer`]);
  });
});

describe('frozen roles of an organization', () => {
  const frozen = (plan: string): PolicyTexts => ({
    'roles.yaml': `plans: [free, scale]\ncustomRoles: { plans: [scale] }\n${rolesYaml}`,
    [acme]: `organization: acme\nplan: ${plan}\nroles: { lead: { extends: member, grants: [doc:share], denies: [doc:edit] } }\n`,
    [one]: 'workspace: one\nroles: { chief: { extends: lead } }\nmembers: { ana: lead, bo: chief }\n',
  });
  const held = (plan: string): string[] => {
    const policy = compileRight(frozen(plan));
    const lead = policy.organizations[0]!.roles.get('lead')!;
    const chief = policy.workspaces.get('one')!.roles.get('chief')!;
    return [lead, chief].map((role) => {
      const rules = role.rules.map(({ effect, cell }) => `${effect} ${cell.permission.id}`);
      return `${role.id} ${role.isFrozen ? 'frozen' : 'free'}: ${rules.join(', ')}`;
    });
  };

  it('give only what the default role gives, too, and are what they were with the plan', () => {
    assert.deepEqual(held('scale'), [
      'lead free: allow doc:read, allow doc:edit, deny doc:edit, allow doc:share',
      'chief free: allow doc:read, allow doc:edit, deny doc:edit, allow doc:share',
    ]);
    assert.deepEqual(held('free'), [
      'lead frozen: allow doc:read, allow doc:edit, deny doc:edit',
      'chief frozen: allow doc:read, allow doc:edit, deny doc:edit',
    ]);
  });

  it('are told in either file', () => {
    assert.deepEqual(findings(frozen('free')), [`${one}:2 frozen-roles roles`, `${acme}:3 frozen-roles roles`]);
  });
});
