import { assert } from 'chai';
import { casbinRows, holdOthers } from '../../src/compile/casbin/casbin-rules.ts';
import { runtimeRows } from '../../src/compile/casbin/runtime-rows.ts';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../src/policy/policy-places.ts';
import { groupPlace, type Place, type RuntimeAssignment, type RuntimeMember } from '../../src/policy/runtime-member.ts';
import { companyTexts } from '../support/company-policy.ts';
import { ask, nowMs, policyOf } from '../support/compile-yaml.ts';
import { groupPolicyFiles } from '../support/group-policy.ts';

const newco: Place = { kind: 'organization', id: 'newco' };
const acme: Place = { kind: 'organization', id: 'acme' };
const support: Place = { kind: 'workspace', id: 'support' };

const policy = policyOf({
  ...companyTexts,
  'policies/acme/organization.yaml': `${companyTexts['policies/acme/organization.yaml'] ?? ''}  group:payers: accountant
  group:later: { roles: [{ role: accountant, from: 2027-01-01 }] }
groups: { payers: [gil], later: [lin], hired: [hob] }
`,
  'policies/newco/organization.yaml': `organization: newco
members: { nia: company-admin, "group:payers": accountant }
groups: { payers: [gus], hired: [] }
`,
});

function memberOf(place: Place, id: string, roles: readonly RuntimeAssignment[], type = 'user'): RuntimeMember {
  return { place, subject: { type, id }, assignments: roles, sequence: 7, token: '' };
}

describe('a group of a company', () => {
  let engine: CasbinEngine;
  let members: RuntimeMembers;
  beforeEach(async () => {
    members = new RuntimeMembers();
    engine = await CasbinEngine.create(policy, members);
  });

  const change = (member: RuntimeMember): void => {
    members.set(member);
    engine.memberChanged(member.place, member.subject);
  };
  const code = (id: string, permission: string, organization = 'acme', atMs = nowMs): string =>
    engine.decide(ask(id, permission, { workspace: undefined, organization }), atMs);

  it('gives everybody in it what belongs to the company, where there is no workspace, too', () => {
    assert.equal(code('gil', 'billing:pay'), 'granted');
    assert.equal(code('gus', 'billing:pay', 'newco'), 'granted');
    assert.equal(code('gil', 'billing:pay', 'newco'), 'not-a-member');
    assert.equal(code('gus', 'billing:pay'), 'not-a-member');
    assert.equal(code('gil', 'seat:assign'), 'not-granted');
    assert.equal(code('lin', 'billing:pay'), 'grant-not-started');
    assert.equal(code('lin', 'billing:pay', 'acme', Date.UTC(2027, 0, 2)), 'granted');
  });

  it('is named in the reason', () => {
    const { reason } = engine.explain(
      ask('gus', 'billing:pay', { workspace: undefined, organization: 'newco' }),
      nowMs,
    );
    assert.equal(reason.group, 'payers');
  });

  it('is told to Casbin at the company itself', () => {
    const rows = casbinRows(policy, nowMs).g.map((row) => row.join(' '));
    assert.include(rows, 'user:gil role:organization:accountant organization:acme');
    assert.include(rows, 'user:gus role:organization:accountant organization:newco');
    assert.notInclude(rows, 'user:lin role:organization:accountant organization:acme');
    assert.isTrue(holdOthers(policy, nowMs, Date.UTC(2027, 0, 2)));
  });

  it('gives the same to whoever is put into it at run time, and takes it away with them', () => {
    for (const organization of ['acme', 'newco']) {
      const into = groupPlace(organization, 'payers');
      assert.equal(code('kit', 'billing:pay', organization), 'not-a-member');
      change(memberOf(into, 'kit', [{ role: 'member' }]));
      assert.equal(code('kit', 'billing:pay', organization), 'granted');
      change(memberOf(into, 'kit', []));
      assert.equal(code('kit', 'billing:pay', organization), 'not-a-member');
    }
  });

  it('gives what it is given at run time to everybody in it, and takes it away again', () => {
    change(memberOf(groupPlace('newco', 'hired'), 'kit', [{ role: 'member' }]));
    for (const [place, id] of [
      [acme, 'hob'],
      [newco, 'kit'],
    ] as const) {
      assert.equal(code(id, 'billing:pay', place.id), 'not-a-member');
      change(memberOf(place, 'hired', [{ role: 'accountant' }], 'group'));
      assert.equal(code(id, 'billing:pay', place.id), 'granted');
      change(memberOf(place, 'hired', [], 'group'));
      assert.equal(code(id, 'billing:pay', place.id), 'not-a-member');
    }
  });

  it('has rows for Casbin at the company itself for what was given at run time', () => {
    const places = new PolicyPlaces(policy);
    const given = memberOf(acme, 'hired', [{ role: 'accountant' }], 'group');
    const put = memberOf(groupPlace('newco', 'payers'), 'kit', [{ role: 'member' }]);
    const rowsOf = (member: RuntimeMember): string[] =>
      runtimeRows(places, member, nowMs, members).map((row) => row.join(' '));
    assert.sameMembers(rowsOf(given), [
      'user:hob role:accountant support',
      'user:hob role:accountant sales',
      'user:hob role:organization:accountant organization:acme',
    ]);
    assert.deepEqual(rowsOf(put), ['user:kit role:organization:accountant organization:newco']);
  });
});

describe('somebody in a group who hands over what YAML gives them', () => {
  it('keeps what they hold by the group', async () => {
    const texts = groupPolicyFiles();
    const members = new RuntimeMembers();
    const engine = await CasbinEngine.create(policyOf(texts), members);
    const roles = (): string[] => {
      const workspace = engine.policy.workspaces.get('support') ?? assert.fail();
      return engine.assignmentsOf(workspace, { type: 'user', id: 'cat' }).map(({ role }) => role.id);
    };
    for (const member of [
      memberOf(groupPlace('acme', 'desk'), 'cat', [{ role: 'member' }]),
      memberOf(support, 'cat', [{ role: 'captain', handedOver: true }]),
    ]) {
      members.set(member);
      engine.memberChanged(member.place, member.subject);
    }
    assert.deepEqual(roles(), ['agent']);
  });
});
