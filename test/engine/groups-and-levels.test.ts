import { assert } from 'chai';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listHeldRoles } from '../../src/engine/permission-listing.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import { groupPlace, inGroup, type Place, type RuntimeAssignment } from '../../src/policy/runtime-member.ts';
import { ask, nowMs, policyOf } from '../support/compile-yaml.ts';
import { findings } from '../support/policy-texts.ts';

const acme: Place = { kind: 'organization', id: 'acme' };
const support: Place = { kind: 'workspace', id: 'support' };

const rolesYaml = `
permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
  Company: { bill:view: { title: View, spans: organization } }
scopes: { same: { when: { resource.team: $subject.properties.team } }, rest: {} }
roles:
  member: { grants: [doc:read] }
  roamer: { spans: memberships, grants: [doc:edit] }
  helper: { spans: everything, grants: [doc:read] }
staff: { mia: helper }
`;
const files = {
  'roles.yaml': rolesYaml,
  'policies/acme/organization.yaml': `
organization: acme
roles:
  lead: { extends: member, grants: [doc:edit] }
  rover: { spans: memberships, grants: [doc:edit] }
  chief: { spans: organization, grants: [bill:view] }
groups: { travellers: [olu, ana, mia], chiefs: [cat], leads: [lea], empty: [] }
members: { group:travellers: rover, group:chiefs: chief, pia: roamer }
`,
  'policies/acme/support.yaml': `
workspace: support
members: { ana: member, group:leads: lead }
`,
  'policies/acme/sales.yaml': `
workspace: sales
members: { group:travellers: { roles: [{ role: member, from: 2026-11-21 }] }, pia: [{ role: member, until: 2026-11-19 }] }
`,
};
const policy = policyOf(files);

describe('groups and roles of other levels', () => {
  let engine: CasbinEngine;
  let members: RuntimeMembers;
  beforeEach(async () => {
    members = new RuntimeMembers();
    engine = await CasbinEngine.create(policy, members);
  });
  const put = (place: Place, id: string, assignments: readonly RuntimeAssignment[], type = 'user'): void => {
    const subject = { type, id };
    members.set({ place, subject, assignments, sequence: 1, token: '' });
    engine.memberChanged(place, subject);
  };
  const code = (id: string, workspace: string, permission = 'doc:edit', atMs = nowMs): string =>
    engine.decide(ask(id, permission, { workspace }), atMs);

  it('give a role of the company to everybody in them, and what belongs to it at the company', () => {
    assert.equal(code('lea', 'support'), 'granted');
    const atCompany = ask('cat', 'bill:view', { workspace: undefined, organization: 'acme' });
    assert.equal(engine.decide(atCompany, nowMs), 'granted');
    const { reason } = engine.explain(atCompany, nowMs);
    assert.deepInclude(reason, { role: 'chief', group: 'chiefs' });
  });

  it('hold what spans memberships where those in them are members, themselves or by the group', () => {
    assert.equal(code('ana', 'support'), 'granted');
    assert.equal(code('olu', 'support'), 'not-a-member');
    const { reason } = engine.explain(ask('ana', 'doc:edit'), nowMs);
    assert.deepInclude(reason, { role: 'rover', group: 'travellers' });
    const later = Date.UTC(2026, 10, 21);
    assert.equal(code('olu', 'sales', 'doc:edit', later - 1), 'grant-not-started');
    assert.equal(code('olu', 'sales', 'doc:edit', later), 'granted');
  });

  it('count as a membership, with which holds what their people have by themselves', () => {
    assert.equal(code('pia', 'support'), 'not-a-member');
    put(groupPlace('acme', 'leads'), 'pia', inGroup);
    assert.equal(code('pia', 'support'), 'granted');
    const workspace = policy.workspaces.get('support') ?? assert.fail('no workspace');
    assert.deepEqual(listHeldRoles(engine, workspace, { type: 'user', id: 'pia' }, nowMs), [
      { role: 'lead', title: 'lead', group: 'leads' },
      { role: 'roamer', title: 'roamer' },
    ]);
    put(groupPlace('acme', 'leads'), 'pia', []);
    assert.equal(code('pia', 'support'), 'not-a-member');
  });

  it('do so as they are given and taken roles at run time, in the company and in a workspace', () => {
    put(groupPlace('acme', 'empty'), 'kim', inGroup);
    put(acme, 'empty', [{ role: 'roamer' }], 'group');
    assert.equal(code('kim', 'support'), 'not-a-member');
    put(support, 'kim', [{ role: 'member' }]);
    assert.equal(code('kim', 'support'), 'granted');
    put(support, 'kim', []);
    put(support, 'empty', [{ role: 'member' }], 'group');
    assert.equal(code('kim', 'support'), 'granted');
    assert.equal(code('kim', 'sales'), 'not-a-member');
    put(acme, 'empty', [], 'group');
    assert.equal(code('kim', 'support'), 'not-granted');
  });

  it('add up with what somebody has as staff', () => {
    assert.equal(code('mia', 'support', 'doc:read'), 'granted');
    assert.equal(code('mia', 'support'), 'not-granted', 'nobody is a member by being staff');
    put(groupPlace('acme', 'leads'), 'mia', inGroup);
    assert.equal(code('mia', 'support'), 'granted');
  });

  it('are nothing where a company gives them a role of another one', () => {
    put(acme, 'travellers', [{ role: 'nobody-knows' }, { role: 'lead' }, { role: 'helper' }], 'group');
    assert.equal(code('olu', 'support', 'doc:read'), 'not-a-member');
  });
});

describe('the staff', () => {
  it('are people, and no groups', () => {
    const faults = (staff: string): string[] =>
      findings({ ...files, 'roles.yaml': rolesYaml.replace('mia: helper', staff) }).filter((one) =>
        one.startsWith('roles'),
      );
    assert.deepEqual(faults('"group:chiefs": helper'), ['roles.yaml:10 bad-subject "group:chiefs"']);
    assert.deepEqual(faults('"group:": helper'), ['roles.yaml:10 bad-subject "group:"']);
    assert.deepEqual(faults('"group:x": { roles: helper, properties: { team: red } }'), [
      'roles.yaml:10 bad-subject "group:x"',
    ]);
  });
});
