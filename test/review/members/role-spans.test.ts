import { assert } from 'chai';
import { codeOf, faultOf, acme, support, type Asked } from '../../support/member-change-policy.ts';
import { policyOf } from '../../support/compile-yaml.ts';

const files = (top = ''): Record<string, string> => ({
  'roles.yaml': `permissions:
  Work: { ticket:answer: Answer, ticket:close: Close, invoice:create: Create, invoice:approve: Approve }
  Team: { member:manage: { title: Manage, controls: members } }
roles:
  agent: { grants: [ticket:answer] }
  silent: { denies: [ticket:close] }
  manager: { grants: [ticket:answer, member:manage] }
  coordinator: { spans: memberships, grants: [ticket:close, member:manage] }
  payer: { spans: memberships, grants: [invoice:approve] }
  seller: { grants: [invoice:create] }
  admin: { spans: organization, grants: ["ticket:*", member:manage] }
  helper: { spans: everything, grants: ["ticket:*", member:manage] }
  watcher: { spans: everything, grants: [ticket:answer] }
exclusive: [[invoice:create, invoice:approve]]
staff: { mia: helper, sid: watcher, tom: [{ role: helper, from: 2999-01-01 }] }
${top}`,
  'policies/acme/organization.yaml': `organization: acme
roles:
  lead: { grants: [ticket:close] }
  chief: { spans: organization, grants: [ticket:answer] }
  rover: { spans: memberships, grants: [ticket:close] }
retired: { boss: chief, clerk: agent }
members: { ada: admin, cora: coordinator, pat: payer }
`,
  'policies/acme/support.yaml': 'workspace: support\nmembers: { max: manager, cora: agent }\n',
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { sam: manager }\n',
});
const [allowing, preventing] = [policyOf(files()), policyOf(files('escalation: prevent\n'))];
const code = (asked: Asked): string => codeOf({ policy: allowing, ...asked });

describe('roles of an organization at run time', () => {
  it('are given in its workspaces, or in all of it, by what they span', () => {
    assert.equal(code({ actor: 'max', roles: ['lead'] }), 'allowed');
    assert.equal(code({ actor: 'ada', place: acme, roles: ['chief'] }), 'allowed');
    assert.equal(code({ actor: 'ada', place: acme, roles: ['rover'] }), 'allowed');
    assert.equal(code({ actor: 'ada', place: acme, roles: ['lead'] }), 'wrong-span');
    assert.equal(code({ actor: 'max', roles: ['chief'] }), 'wrong-span');
    assert.equal(code({ actor: 'max', roles: ['rover'] }), 'wrong-span');
  });

  it('that are gone say where their holders went, and misspelt ones what was meant', () => {
    const said = (asked: Asked): string => faultOf({ policy: allowing, ...asked })?.message ?? '';
    assert.include(said({ actor: 'max', roles: ['clerk'] }), 'its holders went to `agent`');
    assert.include(said({ actor: 'ada', place: acme, roles: ['boss'] }), 'its holders went to `chief`');
    assert.include(said({ actor: 'max', roles: ['leed'] }), 'did you mean `lead`?');
    assert.include(said({ actor: 'ada', place: acme, roles: ['cheif'] }), 'did you mean `chief`?');
  });
});

describe('roles that span everything at run time', () => {
  it('are given by nobody, and taken from nobody', () => {
    for (const place of [support, acme]) {
      for (const actor of ['ada', 'mia']) {
        const fault = faultOf({ policy: allowing, actor, place, roles: ['helper'] });
        assert.equal(fault?.code, 'wrong-span');
        assert.include(fault?.message ?? '', 'under `staff` of roles.yaml');
      }
    }
  });

  it('let their holders manage members everywhere, where they control them', () => {
    assert.equal(code({ actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.equal(code({ actor: 'mia', place: acme, roles: ['chief'] }), 'allowed');
    assert.equal(code({ actor: 'sid', roles: ['agent'] }), 'actor-not-allowed');
    assert.equal(code({ actor: 'sid', place: acme, roles: ['chief'] }), 'actor-not-allowed');
    assert.equal(code({ actor: 'tom', roles: ['agent'] }), 'actor-not-allowed');
    assert.equal(code({ policy: preventing, actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.equal(code({ policy: preventing, actor: 'mia', roles: ['seller'] }), 'escalation-prevented');
  });

  it('guard their holders from whoever holds nothing from above', () => {
    assert.equal(code({ actor: 'max', subject: 'sid', roles: ['silent'] }), 'organization-member');
    assert.equal(code({ actor: 'max', subject: 'tom', roles: ['silent'] }), 'organization-member');
    assert.equal(code({ actor: 'ada', subject: 'sid', roles: ['silent'] }), 'allowed');
    assert.equal(code({ actor: 'mia', subject: 'sid', place: acme, roles: ['chief'] }), 'allowed');
  });

  it('count when a change is judged by all that somebody would hold', () => {
    const gains = { policy: preventing, subject: 'sid', roles: ['agent'] };
    // Sid answers already, so Ada gives nothing that she does not hold.
    assert.equal(code({ ...gains, actor: 'ada' }), 'allowed');
    assert.equal(code({ policy: preventing, actor: 'ada', subject: 'sid', place: acme, roles: ['chief'] }), 'allowed');
  });

  it('are of people whose ids nobody else may seem to have', () => {
    assert.equal(code({ actor: 'max', subject: 'mіа', roles: ['agent'] }), 'look-alike');
    assert.equal(code({ actor: 'ada', place: acme, subject: 'ѕіd', roles: ['chief'] }), 'look-alike');
    assert.equal(code({ actor: 'max', subject: 'mio', roles: ['agent'] }), 'allowed');
  });
});

describe('roles that span memberships at run time', () => {
  it('are given in the organization, by who controls members of all of it', () => {
    assert.equal(code({ actor: 'ada', place: acme, roles: ['coordinator'] }), 'allowed');
    assert.equal(code({ actor: 'max', place: acme, roles: ['coordinator'] }), 'actor-not-allowed');
    // What a coordinator controls is the workspaces where she is a member, not the company.
    assert.equal(code({ actor: 'cora', place: acme, roles: ['coordinator'] }), 'actor-not-allowed');
    assert.equal(code({ actor: 'ada', roles: ['coordinator'] }), 'wrong-span');
  });

  it('let their holders manage members where they are members themselves', () => {
    const sales = { kind: 'workspace', id: 'sales' } as const;
    assert.equal(code({ actor: 'cora', roles: ['agent'] }), 'allowed');
    assert.equal(code({ actor: 'cora', place: sales, roles: ['agent'] }), 'actor-not-allowed');
    const given = { 'acme/dee': ['coordinator'], dee: ['agent'] };
    assert.equal(code({ actor: 'dee', given, roles: ['agent'] }), 'allowed');
    const ended = { ...given, dee: [{ role: 'agent', until: '2026-11-20T08:59:59Z' }] };
    assert.equal(code({ actor: 'dee', given: ended, roles: ['agent'] }), 'actor-not-allowed');
  });

  it('are not given unseen: who makes somebody a member gives what waits for it', () => {
    const given = { 'acme/dee': ['coordinator'] };
    const asked = { policy: preventing, given, subject: 'dee', roles: ['agent'] };
    // Max may answer and manage, and not close.
    assert.equal(code({ ...asked, actor: 'max' }), 'escalation-prevented');
    assert.equal(code({ ...asked, actor: 'ada' }), 'allowed');
    assert.equal(code({ ...asked, policy: allowing, actor: 'max' }), 'allowed');
    assert.equal(code({ policy: preventing, actor: 'max', roles: ['agent'] }), 'allowed');
  });

  it('are given to a member under `prevent` by nobody who holds less', () => {
    const asked: Asked = {
      policy: preventing,
      actor: 'ada',
      place: acme,
      given: { dee: ['agent'] },
      subject: 'dee',
      roles: [],
    };
    assert.equal(code({ ...asked, roles: ['coordinator'] }), 'allowed');
    assert.equal(code({ ...asked, roles: ['payer'] }), 'escalation-prevented');
    // Nothing yet; whoever makes Eve a member is asked then.
    assert.equal(code({ ...asked, subject: 'eve', roles: ['payer'] }), 'allowed');
    const waiting = { 'acme/eve': ['payer'] };
    assert.equal(
      code({ policy: preventing, actor: 'ada', given: waiting, subject: 'eve', roles: ['agent'] }),
      'escalation-prevented',
    );
  });

  it('guard their holders where these are members, and nowhere else', () => {
    const given = { 'acme/dee': ['coordinator'], dee: ['agent'] };
    assert.equal(code({ actor: 'max', given, subject: 'dee', roles: [] }), 'organization-member');
    assert.equal(code({ actor: 'ada', given, subject: 'dee', roles: [] }), 'allowed');
    assert.equal(code({ actor: 'dee', given, subject: 'dee', roles: [] }), 'allowed');
    assert.equal(code({ actor: 'cora', given, subject: 'dee', roles: [] }), 'allowed');
    assert.equal(
      code({ actor: 'max', given: { 'acme/dee': ['coordinator'] }, subject: 'dee', roles: ['agent'] }),
      'allowed',
    );
  });

  it('exclude what they exclude where they hold', () => {
    assert.equal(
      code({ actor: 'max', given: { 'acme/dee': ['payer'] }, subject: 'dee', roles: ['seller'] }),
      'exclusive-permissions',
    );
    assert.equal(
      code({ actor: 'ada', place: acme, given: { dee: ['seller'] }, subject: 'dee', roles: ['payer'] }),
      'exclusive-permissions',
    );
    assert.equal(code({ actor: 'ada', place: acme, subject: 'dee', roles: ['payer'] }), 'allowed');
  });

  it('are no leave when they are taken: whoever gives one to themselves needs the right', () => {
    assert.equal(code({ actor: 'dee', place: acme, subject: 'dee', roles: ['coordinator'] }), 'actor-not-allowed');
    const given = { 'acme/dee': ['coordinator'] };
    assert.equal(code({ actor: 'dee', place: acme, given, subject: 'dee', roles: [] }), 'allowed');
  });
});
