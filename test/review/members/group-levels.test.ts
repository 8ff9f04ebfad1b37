import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, type Asked } from '../../support/member-change-policy.ts';
import { groupPlace } from '../../../src/policy/runtime-member.ts';

const files = (top = ''): Record<string, string> => ({
  'roles.yaml': `permissions:
  Work: { ticket:answer: Answer, ticket:close: Close, invoice:create: Create, invoice:approve: Approve }
  Team: { member:manage: { title: Manage, controls: members } }
roles:
  agent: { grants: [ticket:answer] }
  manager: { grants: [ticket:answer, member:manage] }
  payer: { spans: memberships, grants: [invoice:approve] }
  seller: { grants: [invoice:create] }
  admin: { spans: organization, grants: ["ticket:*", member:manage, invoice:approve] }
  helper: { spans: everything, grants: ["ticket:*", member:manage] }
staff: { mia: helper }
${top}`,
  'policies/acme/organization.yaml': `organization: acme
roles:
  lead: { grants: [ticket:answer] }
  chief: { spans: organization, grants: [ticket:answer] }
  rover: { spans: memberships, grants: [ticket:close] }
groups: { payers: [], chiefs: [cy], travellers: [tia, max2], plain: [pat, mia] }
members: { ada: admin, group:payers: payer, group:chiefs: chief, group:travellers: rover }
`,
  'policies/acme/support.yaml': 'workspace: support\nmembers: { max: manager }\n',
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { sam: manager, tia: seller }\n',
});
const exclusive = 'exclusive: [[invoice:create, invoice:approve]]\n';
const [allowing, preventing] = [policyOf(files(exclusive)), policyOf(files(`${exclusive}escalation: prevent\n`))];
const code = (asked: Asked): string => codeOf({ policy: allowing, ...asked });
const into = (group: string): Pick<Asked, 'place' | 'roles'> => ({
  place: groupPlace('acme', group),
  roles: ['member'],
});

describe('a group and roles of other levels at run time', () => {
  it('is given a role of the company in a workspace, and in the company what spans it or memberships', () => {
    const desk = { subject: 'group:plain' };
    assert.equal(code({ ...desk, actor: 'max', roles: ['lead'] }), 'allowed');
    for (const role of ['chief', 'rover', 'payer']) {
      assert.equal(code({ ...desk, actor: 'ada', place: acme, roles: [role] }), 'allowed', role);
      assert.equal(code({ ...desk, actor: 'max', roles: [role] }), 'wrong-span', role);
      assert.equal(code({ ...desk, actor: 'max', place: acme, roles: [role] }), 'actor-not-allowed', role);
    }
    assert.equal(code({ ...desk, actor: 'ada', place: acme, roles: ['lead'] }), 'wrong-span');
    assert.equal(code({ ...desk, actor: 'ada', place: acme, roles: ['helper'] }), 'wrong-span');
    assert.equal(code({ ...desk, actor: 'ada', place: acme, roles: ['rovr'] }), 'unknown-role');
  });

  it('is filled by who controls the company, where it holds something there', () => {
    for (const group of ['payers', 'chiefs', 'travellers']) {
      assert.equal(code({ ...into(group), actor: 'max' }), 'actor-not-allowed', group);
      assert.equal(code({ ...into(group), actor: 'ada' }), 'allowed', group);
      assert.equal(code({ ...into(group), actor: 'mia' }), 'allowed', `${group} by the staff`);
    }
  });

  it('makes somebody whom only those above may touch', () => {
    assert.equal(code({ actor: 'max', subject: 'cy', roles: ['agent'] }), 'organization-member');
    assert.equal(code({ actor: 'max', subject: 'tia', roles: ['agent'] }), 'allowed', 'who waits may be let in');
    const there = { given: { tia: ['agent'] } };
    assert.equal(code({ ...there, actor: 'max', subject: 'tia', roles: ['lead'] }), 'organization-member');
    assert.equal(code({ ...there, actor: 'ada', subject: 'tia', roles: ['lead'] }), 'allowed');
  });

  it('that makes its people members counts as a membership for what waits', () => {
    const given = { 'group:plain': ['agent'], 'acme/pat': ['rover'] };
    assert.equal(code({ given, actor: 'max', subject: 'pat', roles: ['lead'] }), 'organization-member');
    assert.equal(code({ given: { 'acme/pat': ['rover'] }, actor: 'max', subject: 'pat', roles: ['lead'] }), 'allowed');
  });

  it('does not let pass together what excludes each other, where one part waited', () => {
    const fault = faultOf({ policy: allowing, actor: 'ada', subject: 'tia', ...into('payers') });
    assert.equal(fault?.code, 'exclusive-permissions');
    const given = { 'group:travellers': ['seller'] };
    const byGroup = faultOf({ policy: allowing, given, actor: 'ada', subject: 'new', ...into('payers') });
    assert.isUndefined(byGroup);
    const waits = { given: { 'acme/max2': ['payer'] }, actor: 'ada', subject: 'group:travellers' };
    assert.equal(code({ ...waits, roles: ['seller'] }), 'exclusive-permissions');
    assert.equal(code({ ...waits, roles: ['agent'] }), 'allowed');
  });

  it('gives under `prevent` only what the actor holds, what waits for it included', () => {
    const prevented = (asked: Asked): string => codeOf({ policy: preventing, ...asked });
    assert.equal(prevented({ actor: 'max', subject: 'group:plain', roles: ['agent'] }), 'allowed');
    assert.equal(prevented({ actor: 'max', subject: 'group:travellers', roles: ['agent'] }), 'escalation-prevented');
    assert.equal(
      prevented({ actor: 'max', subject: 'group:payers', roles: ['agent'] }),
      'escalation-prevented',
      'nobody is in it yet',
    );
    assert.equal(prevented({ actor: 'ada', subject: 'group:payers', roles: ['agent'] }), 'allowed');
    assert.equal(prevented({ actor: 'mia', subject: 'group:payers', roles: ['agent'] }), 'escalation-prevented');
    assert.equal(prevented({ actor: 'mia', subject: 'group:travellers', roles: ['agent'] }), 'allowed');
  });

  it('looks at the staff where ids look alike', () => {
    assert.equal(code({ ...into('plain'), actor: 'ada', subject: 'mіa' }), 'look-alike');
  });
});
