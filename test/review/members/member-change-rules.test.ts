import { expect } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const prevent = policyOf(memberPolicyFiles('escalation: prevent\n'));
const nobodyControls = policyOf({
  'roles.yaml': 'permissions: { Work: { ticket:close: Close } }\nroles: { agent: { title: Agent, grants: ["*"] } }\n',
  'policies/support.yaml': 'workspace: support\ntitle: Support\nmembers: { mia: agent }\n',
});

describe('who may change members', () => {
  it('lets somebody whose permission controls members, and nobody else', () => {
    expect(codeOf({ actor: 'mia', roles: ['agent'] })).to.equal('allowed');
    for (const actor of ['cat', 'nobody', 'service:mia', 'new', 'cyd']) {
      expect(codeOf({ actor, roles: ['agent'] }), actor).to.equal('actor-not-allowed');
    }
    expect(faultOf({ actor: 'cat', roles: ['agent'] })?.message).to.equal(
      '`cat` cannot change members of workspace `support`: that needs `member:manage` in all scopes',
    );
  });

  it('wants the permission in all its scopes, now, and not denied', () => {
    expect(codeOf({ actor: 'hal', roles: ['agent'] }), 'one scope').to.equal('actor-not-allowed');
    expect(codeOf({ actor: 'zoe', roles: ['agent'] }), 'over').to.equal('actor-not-allowed');
    expect(codeOf({ actor: 'eve', roles: ['agent'] }), 'to come').to.equal('actor-not-allowed');
    expect(codeOf({ actor: 'sid', roles: ['agent'] }), 'denied').to.equal('actor-not-allowed');
  });

  it('counts roles of the organization, and those given at run time', () => {
    expect(codeOf({ actor: 'ada', roles: ['agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'pia', roles: ['agent'] })).to.equal('actor-not-allowed');
    expect(codeOf({ actor: 'ora', roles: ['agent'] }), 'of another company').to.equal('actor-not-allowed');
    expect(codeOf({ actor: 'kim', given: { kim: ['manager'] }, roles: ['agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'kim', given: { 'acme/kim': ['admin'] }, roles: ['agent'] })).to.equal('allowed');
    const over = { role: 'manager', until: '2026-11-20T09:00:00Z' };
    expect(codeOf({ actor: 'kim', given: { kim: [over] }, roles: ['agent'] })).to.equal('actor-not-allowed');
    expect(codeOf({ actor: 'kim', given: { kim: ['gone'] }, roles: ['agent'] })).to.equal('actor-not-allowed');
  });

  it('wants a role that spans the organization for what spans it', () => {
    expect(codeOf({ place: acme, actor: 'ada', roles: ['auditor'] })).to.equal('allowed');
    expect(codeOf({ place: acme, actor: 'mia', roles: ['auditor'] })).to.equal('actor-not-allowed');
    expect(codeOf({ place: acme, actor: 'pia', roles: ['auditor'] })).to.equal('actor-not-allowed');
    expect(faultOf({ place: acme, actor: 'mia', roles: ['auditor'] })?.message).to.equal(
      '`mia` cannot change members of organization `acme`: that needs `member:manage` in all scopes through a role that spans it',
    );
  });

  it('lets nobody where no permission controls members, and says why', () => {
    const fault = faultOf({ policy: nobodyControls, actor: 'mia', roles: ['agent'] });
    expect(fault?.code).to.equal('actor-not-allowed');
    expect(fault?.message).to.include('no permission of roles.yaml says `controls: members`');
  });

  it('keeps those who hold a role of the organization from everybody who holds none', () => {
    expect(codeOf({ actor: 'ada', subject: 'pia', roles: ['agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', subject: 'pia', roles: ['agent'] })).to.equal('organization-member');
    const given = { 'acme/kim': [{ role: 'auditor', from: '2027-01-01' }], kim: ['agent'] };
    expect(codeOf({ actor: 'mia', subject: 'kim', given, roles: [] }), 'later').to.equal('organization-member');
    expect(codeOf({ actor: 'ada', subject: 'kim', given, roles: [] })).to.equal('allowed');
    const over = { 'acme/kim': [{ role: 'auditor', until: '2026-11-20T09:00:00Z' }], kim: ['agent'] };
    expect(codeOf({ actor: 'mia', subject: 'kim', given: over, roles: [] }), 'over').to.equal('allowed');
    const toCome = { 'acme/tom': [{ role: 'auditor', from: '2027-01-01' }], tom: ['manager'] };
    expect(
      codeOf({ actor: 'tom', subject: 'pia', given: toCome, roles: ['agent'] }),
      'an actor who will hold one',
    ).to.equal('organization-member');
  });

  it('lets nobody come who cannot be told from somebody who is there, and lets change who is there already', () => {
    const hal = '\u04bb\u0430\u04cf';
    expect(codeOf({ actor: 'mia', subject: hal, roles: ['agent'] })).to.equal('look-alike');
    expect(codeOf({ actor: 'mia', subject: `service:${hal}`, roles: ['agent'] }), 'another type').to.equal('allowed');
    expect(codeOf({ actor: 'mia', subject: '\u0436\u0443\u043a', roles: ['agent'] })).to.equal('allowed');
    const given = { [hal]: ['agent'], coco: ['agent'] };
    expect(codeOf({ actor: 'mia', subject: hal, given, roles: ['agent'] }), 'there already').to.equal('allowed');
    expect(codeOf({ actor: 'mia', subject: hal, given, roles: [] }), 'goes').to.equal('allowed');
    const coco = '\u0441\u043e\u0441\u043e';
    expect(codeOf({ actor: 'mia', subject: coco, given, roles: ['agent'] }), 'at run time').to.equal('look-alike');
    const above = { [`acme/${coco}`]: ['auditor'] };
    expect(codeOf({ actor: 'ada', subject: 'coco', given: above, roles: ['agent'] }), 'above').to.equal('look-alike');
    expect(faultOf({ actor: 'mia', subject: coco, given, roles: ['agent'] })?.message).to.equal(
      `\`${coco}\` looks like \`coco\`, a member of workspace \`support\` or above it, and is written in other letters`,
    );
  });

  it('leaves what is written in YAML to git, and names the line', () => {
    expect(codeOf({ actor: 'mia', subject: 'new', roles: ['agent'] })).to.equal('allowed');
    const fault = faultOf({ actor: 'mia', subject: 'hal', roles: [] });
    expect(fault?.code).to.equal('member-in-git');
    expect(fault?.message).to.equal(
      '`hal` is a member of workspace `support` by policies/acme/support.yaml:9:3; change it there, in git',
    );
    expect(codeOf({ place: acme, actor: 'ada', subject: 'pia', roles: [] })).to.equal('member-in-git');
    expect(codeOf({ place: acme, actor: 'ada', subject: 'mia', roles: ['auditor'] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', subject: 'service:hal', roles: ['agent'] }), 'another type').to.equal('allowed');
  });
});

describe('which roles can be given', () => {
  it('takes built-in roles and those of the workspace, and suggests what was meant', () => {
    for (const role of ['agent', 'lead']) expect(codeOf({ actor: 'mia', roles: [role] }), role).to.equal('allowed');
    for (const role of ['closer', 'agnet', 'Agent', 'constructor', '__proto__', 'x'.repeat(300)]) {
      expect(codeOf({ actor: 'mia', roles: [role] }), role).to.equal('unknown-role');
    }
    const fault = faultOf({ actor: 'mia', roles: ['agent', 'leat'] });
    expect(fault?.message).to.equal('there is no role `leat` for workspace `support`; did you mean `lead`?');
    expect(fault?.at).to.deep.equal({ index: 1, member: 'role' });
    expect(faultOf({ actor: 'mia', roles: ['chief'] })?.message).to.equal(
      'role `chief` of workspace `support` was deleted; its holders went to `lead`',
    );
  });

  it('gives roles of the organization to the organization, all others in workspaces', () => {
    expect(codeOf({ place: acme, actor: 'ada', roles: ['auditor'] })).to.equal('allowed');
    expect(codeOf({ actor: 'ada', roles: ['auditor'] })).to.equal('wrong-span');
    expect(codeOf({ place: acme, actor: 'ada', roles: ['agent'] })).to.equal('wrong-span');
    expect(codeOf({ place: acme, actor: 'ada', roles: ['lead'] })).to.equal('unknown-role');
  });

  it('knows the workspaces and organizations of the policy, and no others', () => {
    expect(codeOf({ place: { kind: 'workspace', id: 'acme' }, actor: 'ada', roles: [] })).to.equal('unknown-workspace');
    const place = { kind: 'organization', id: 'support' } as const;
    expect(codeOf({ place, actor: 'ada', roles: [] })).to.equal('unknown-organization');
  });

  it('takes times that are to come, and none that are past or the wrong way round', () => {
    const give = (from?: string, until?: string): string =>
      codeOf({ actor: 'mia', roles: [{ role: 'agent', ...(from ? { from } : {}), ...(until ? { until } : {}) }] });
    expect(give('2026-12-01', '2026-12-31')).to.equal('allowed');
    expect(give('2020-01-01')).to.equal('allowed');
    expect(give(undefined, '2026-11-20'), 'a date ends with its day').to.equal('allowed');
    expect(give(undefined, '2026-11-20T09:00:00.001Z')).to.equal('allowed');
    expect(give(undefined, '2026-11-20T09:00:00Z')).to.equal('bad-period');
    expect(give(undefined, '2026-11-19')).to.equal('bad-period');
    expect(give('2027-01-02T00:00:00Z', '2027-01-01')).to.equal('bad-period');
    expect(give('2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).to.equal('bad-period');
    expect(give('2027-01-01', '2027-01-01')).to.equal('allowed');
  });

  it('takes a role that is over where it stood before, so that a list can be sent back with one line more', () => {
    const over = { role: 'agent', until: '2026-11-19' };
    expect(codeOf({ actor: 'mia', given: { new: [over] }, roles: [over, 'lead'] })).to.equal('allowed');
    const other = { role: 'agent', until: '2026-11-18' };
    expect(codeOf({ actor: 'mia', given: { new: [other] }, roles: [over, 'lead'] })).to.equal('bad-period');
  });

  it('takes a role twice for two times, and not for one', () => {
    const first = { role: 'agent', until: '2027-01-01T00:00:00Z' };
    expect(codeOf({ actor: 'mia', roles: [first, { role: 'agent', from: '2027-01-01' }] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', roles: [first, { role: 'agent', from: '2026-12-31' }] })).to.equal('duplicate-role');
    expect(codeOf({ actor: 'mia', roles: ['agent', 'agent'] })).to.equal('duplicate-role');
  });
});

describe('escalation: prevent', () => {
  const ask = (asked: Parameters<typeof codeOf>[0]): string => codeOf({ policy: prevent, ...asked });

  it('lets nobody hand out what they do not hold, by any role, and names the permission', () => {
    expect(ask({ actor: 'mia', roles: ['agent'] })).to.equal('allowed');
    expect(ask({ actor: 'mia', roles: ['lead'] })).to.equal('escalation-prevented');
    expect(codeOf({ actor: 'mia', roles: ['lead'] }), 'allow').to.equal('allowed');
    const fault = faultOf({ policy: prevent, actor: 'mia', roles: ['lead'] });
    expect(fault?.permission).to.equal('invoice:create');
    expect(fault?.message).to.equal(
      '`new` would gain `invoice:create` in workspace `support`, which `mia` does not hold (`escalation: prevent`)',
    );
    expect(ask({ actor: 'kim', given: { kim: ['manager', 'lead'] }, roles: ['lead'] })).to.equal('allowed');
    expect(ask({ actor: 'mia', subject: 'mia2', roles: ['manager'] })).to.equal('allowed');
  });

  it('looks at what comes later, too', () => {
    const roles = [{ role: 'agent' }, { role: 'lead', from: '2027-01-01' }];
    const fault = faultOf({ policy: prevent, actor: 'mia', roles });
    expect(fault?.message).to.include('from 2027-01-01T00:00:00Z on');
    const actorLater = { kim: ['manager', { role: 'lead', from: '2026-12-01' }] };
    expect(ask({ actor: 'kim', given: actorLater, roles: ['lead'] })).to.equal('escalation-prevented');
    const shorter = { new: [{ role: 'lead', until: '2026-12-31' }] };
    expect(ask({ actor: 'mia', given: shorter, roles: [{ role: 'lead', until: '2026-12-30' }] })).to.equal('allowed');
    expect(ask({ actor: 'mia', given: shorter, roles: [{ role: 'lead', until: '2027-01-01' }] })).to.equal(
      'escalation-prevented',
    );
  });

  it('lets somebody keep what they have, and lose it', () => {
    const given = { new: ['lead'] };
    expect(ask({ actor: 'mia', given, roles: ['lead', 'agent'] })).to.equal('allowed');
    expect(ask({ actor: 'mia', given, roles: [] })).to.equal('allowed');
    expect(ask({ actor: 'mia', given, roles: ['seller'] })).to.equal('allowed');
  });

  it('takes giving up a role that denies for a gain', () => {
    const given = { new: ['lead', 'silent'], kim: ['manager', 'silent'] };
    expect(ask({ actor: 'mia', given, roles: ['lead'] })).to.equal('allowed');
    const closeless = policyOf({
      ...memberPolicyFiles('escalation: prevent\n'),
      'policies/acme/support.yaml': `workspace: support
title: Support
roles:
  boss: { title: Boss, grants: ["member:*"] }
  silent: { title: Silent, grants: [], denies: [ticket:close] }
members: { bob: boss, cat: captain }
`,
    });
    const held = { new: ['agent', 'silent'] };
    expect(codeOf({ policy: closeless, actor: 'bob', given: held, roles: ['agent'] })).to.equal('escalation-prevented');
    expect(codeOf({ policy: closeless, actor: 'bob', given: held, roles: ['silent'] })).to.equal('allowed');
    expect(codeOf({ policy: closeless, actor: 'bob', given: held, roles: [] })).to.equal('allowed');
  });

  it('looks into each workspace for a role of the organization', () => {
    expect(ask({ place: acme, actor: 'ada', roles: ['auditor'] })).to.equal('allowed');
    expect(ask({ place: acme, actor: 'ada', roles: ['payer'] })).to.equal('escalation-prevented');
    // In support a role of hers denies the admin what she holds everywhere else.
    const given = { ada: ['silent'] };
    expect(ask({ place: acme, actor: 'ada', given, roles: ['auditor'] })).to.equal('escalation-prevented');
  });
});

describe('rules over people', () => {
  it('keeps the number of holders', () => {
    expect(codeOf({ actor: 'mia', roles: ['agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', roles: ['captain'] })).to.equal('wrong-holders');
    expect(faultOf({ actor: 'mia', roles: ['captain'] })?.message).to.equal(
      'workspace `support` would have 2 holders of `captain`; there must be exactly 1',
    );
    expect(codeOf({ place: acme, actor: 'ada', roles: ['owner'] })).to.equal('wrong-holders');
    const later = [{ role: 'captain', from: '2027-01-01' }];
    expect(faultOf({ actor: 'mia', roles: later })?.message).to.include('from 2027-01-01T00:00:00Z on');
  });

  it('lets a wrong number come nearer to the right one, and no further from it', () => {
    const given = { kim: ['captain'], new: ['captain'] };
    expect(codeOf({ actor: 'mia', subject: 'kim', given, roles: [] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', subject: 'kim', given, roles: ['captain', 'agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', subject: 'lea', given, roles: ['captain'] })).to.equal('wrong-holders');
  });

  it('gives nobody both sides of an exclusive pair, at any time or by any two places', () => {
    expect(codeOf({ actor: 'mia', roles: ['seller', 'agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'mia', roles: ['seller', 'approver'] })).to.equal('exclusive-permissions');
    expect(faultOf({ actor: 'mia', roles: ['seller', 'approver'] })?.message).to.equal(
      '`new` would hold both `invoice:create` (`seller`) and `invoice:approve` (`approver`) in workspace `support`, which exclude each other',
    );
    const apart = [
      { role: 'seller', until: '2026-12-31' },
      { role: 'approver', from: '2027-01-01' },
    ];
    expect(codeOf({ actor: 'mia', roles: apart })).to.equal('allowed');
    const touching = [
      { role: 'seller', until: '2027-01-01' },
      { role: 'approver', from: '2027-01-01' },
    ];
    expect(codeOf({ actor: 'mia', roles: touching })).to.equal('exclusive-permissions');
    const given = { 'acme/kim': ['payer'], lea: ['seller'] };
    expect(codeOf({ actor: 'ada', subject: 'kim', given, roles: ['agent'] })).to.equal('allowed');
    expect(codeOf({ actor: 'ada', subject: 'kim', given, roles: ['seller'] })).to.equal('exclusive-permissions');
    expect(codeOf({ place: acme, actor: 'ada', subject: 'lea', given, roles: ['auditor'] })).to.equal('allowed');
    expect(codeOf({ place: acme, actor: 'ada', subject: 'lea', given, roles: ['payer'] })).to.equal(
      'exclusive-permissions',
    );
  });
});
