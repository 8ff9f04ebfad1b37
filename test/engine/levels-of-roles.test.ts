import { assert } from 'chai';
import { casbinRows } from '../../src/compile/casbin/casbin-rules.ts';
import { runtimeRows } from '../../src/compile/casbin/runtime-rows.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../src/policy/policy-places.ts';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { nowMs, policyOf, sourceFiles } from '../support/compile-yaml.ts';

const roles = `
permissions:
  Docs: { doc:read: Read }
  Company: { bill:read: { title: Bills, spans: organization }, bill:pay: { title: Pay, spans: organization } }
customRoles: { without: [bill:pay] }
roles:
  member: { grants: [doc:read] }
  boss: { spans: organization, grants: ['*'] }
  roamer: { spans: memberships, grants: ['*'] }
  helper: { spans: everything, grants: [bill:read] }
staff: { mia: helper }
`;

const files = {
  'roles.yaml': roles,
  'policies/organization.yaml': `
organization: acme
roles:
  chief: { spans: organization, extends: boss }
  lead: { extends: boss }
members: { olu: chief, pia: roamer }
`,
  'policies/support.yaml': 'workspace: support\nmembers: { ana: lead, pia: member }\n',
};

const policy = policyOf(files);

async function allowed(subject: string, place: { workspace: string } | { organization: string }): Promise<string> {
  const engine = await CasbinEngine.create(policy);
  const asked = { workspace: undefined, ...place, subjectType: 'user', subjectId: subject };
  const permissions = ['doc:read', 'bill:read', 'bill:pay'];
  return permissions.filter((permission) => engine.decide({ ...asked, permission }, nowMs) === 'granted').join();
}

describe('what belongs to a company', () => {
  it('is held by the staff at every company, and in its workspaces', async () => {
    assert.equal(await allowed('mia', { organization: 'acme' }), 'bill:read');
    assert.equal(await allowed('mia', { workspace: 'support' }), 'bill:read');
  });

  it('is held by a role of the company that spans it, but for what no custom role may hold', async () => {
    assert.equal(await allowed('olu', { organization: 'acme' }), 'bill:read');
    assert.equal(await allowed('olu', { workspace: 'support' }), 'doc:read,bill:read');
  });

  it('is beyond a role of the company that is given in workspaces, and one that spans memberships', async () => {
    assert.equal(await allowed('ana', { workspace: 'support' }), 'doc:read');
    assert.equal(await allowed('pia', { workspace: 'support' }), 'doc:read');
    assert.equal(await allowed('pia', { organization: 'acme' }), '');
  });

  it('comes as rows of the company for its own roles and for the staff', () => {
    const rows = casbinRows(policy, nowMs).g.filter(([, , domain]) => domain === 'organization:acme');
    assert.deepEqual(rows, [
      ['user:mia', 'role:organization:helper', 'organization:acme'],
      ['user:olu', 'role:organization:organization:acme/chief', 'organization:acme'],
    ]);
  });

  it('comes as a row of the company for a membership at run time, too, and for none that spans memberships', () => {
    const member = {
      place: { kind: 'organization', id: 'acme' } as const,
      subject: { type: 'user', id: 'bo' },
      assignments: [{ role: 'chief' }, { role: 'roamer' }],
    };
    assert.deepEqual(runtimeRows(new PolicyPlaces(policy), member, nowMs, new RuntimeMembers([])), [
      ['user:bo', 'role:organization:acme/chief', 'support'],
      ['user:bo', 'role:organization:organization:acme/chief', 'organization:acme'],
    ]);
  });

  const wrongs = [
    ['lead: { grants: [bill:read] }', 'wrong-span'],
    ['lead: { denies: [bill:read] }', 'wrong-span'],
    ['rover: { spans: memberships, grants: [bill:read] }', 'wrong-span'],
    ['chief: { spans: organization, grants: [bill:pay] }', 'not-for-custom-roles'],
    ['lead: { grants: [doc:read], assigns: [member] }', 'assigns-nothing'],
    ['lead: { extends: member, assigns: [gone] }', 'unknown-role'],
  ] as const;
  for (const [text, code] of wrongs) {
    it(`is refused as ${code}: ${text}`, () => {
      const organization = `organization: acme\nroles: { ${text} }\n`;
      const given = sourceFiles({ 'roles.yaml': roles, 'policies/organization.yaml': organization });
      const { problems } = compilePolicy(given, nowMs);
      assert.include(
        problems.map((problem) => problem.code as string),
        code,
      );
    });
  }
});
