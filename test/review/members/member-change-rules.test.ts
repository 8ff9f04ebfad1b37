import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles } from '../../support/member-change-policy.ts';

const nobodyControls = policyOf({
  'roles.yaml': 'permissions: { Work: { ticket:close: Close } }\nroles: { agent: { title: Agent, grants: ["*"] } }\n',
  'policies/support.yaml': 'workspace: support\ntitle: Support\nmembers: { mia: agent }\n',
});

describe('who may change members', () => {
  it('lets somebody whose permission controls members, and nobody else', () => {
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['agent'] }), 'allowed');
    for (const actor of ['cat', 'nobody', 'service:mia', 'new', 'cyd']) {
      assert.strictEqual(codeOf({ actor, roles: ['agent'] }), 'actor-not-allowed', actor);
    }
    assert.strictEqual(
      faultOf({ actor: 'cat', roles: ['agent'] })?.message,
      '`cat` cannot change members of workspace `support`: that needs `member:manage` in all scopes',
    );
  });

  it('wants the permission in all its scopes, now, and not denied', () => {
    assert.strictEqual(codeOf({ actor: 'hal', roles: ['agent'] }), 'actor-not-allowed', 'one scope');
    assert.strictEqual(codeOf({ actor: 'zoe', roles: ['agent'] }), 'actor-not-allowed', 'over');
    assert.strictEqual(codeOf({ actor: 'eve', roles: ['agent'] }), 'actor-not-allowed', 'to come');
    assert.strictEqual(codeOf({ actor: 'sid', roles: ['agent'] }), 'actor-not-allowed', 'denied');
  });

  it('counts roles of the organization, and those given at run time', () => {
    assert.strictEqual(codeOf({ actor: 'ada', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'pia', roles: ['agent'] }), 'actor-not-allowed');
    assert.strictEqual(codeOf({ actor: 'ora', roles: ['agent'] }), 'actor-not-allowed', 'of another company');
    assert.strictEqual(codeOf({ actor: 'kim', given: { kim: ['manager'] }, roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'kim', given: { 'acme/kim': ['admin'] }, roles: ['agent'] }), 'allowed');
    const over = { role: 'manager', until: '2026-11-20T09:00:00Z' };
    assert.strictEqual(codeOf({ actor: 'kim', given: { kim: [over] }, roles: ['agent'] }), 'actor-not-allowed');
    assert.strictEqual(codeOf({ actor: 'kim', given: { kim: ['gone'] }, roles: ['agent'] }), 'actor-not-allowed');
  });

  it('wants a role that spans the organization for what spans it', () => {
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', roles: ['auditor'] }), 'allowed');
    assert.strictEqual(codeOf({ place: acme, actor: 'mia', roles: ['auditor'] }), 'actor-not-allowed');
    assert.strictEqual(codeOf({ place: acme, actor: 'pia', roles: ['auditor'] }), 'actor-not-allowed');
    assert.strictEqual(
      faultOf({ place: acme, actor: 'mia', roles: ['auditor'] })?.message,
      '`mia` cannot change members of organization `acme`: that needs `member:manage` in all scopes through a role that spans it',
    );
  });

  it('wants what controls members of the company itself, where there is such a permission', () => {
    const files = memberPolicyFiles();
    const roles = (files['roles.yaml'] ?? '')
      .replace('baseline:', '    seat:assign: { title: Seats, spans: organization, controls: members }\nbaseline:')
      .replace('  auditor:', '  seater: { title: Seater, grants: [seat:assign], spans: organization }\n  auditor:');
    const policy = policyOf({ ...files, 'roles.yaml': roles });
    const given = { 'acme/kim': ['seater'] };
    assert.strictEqual(codeOf({ policy, place: acme, actor: 'ada', roles: ['auditor'] }), 'actor-not-allowed');
    assert.include(
      faultOf({ policy, place: acme, actor: 'ada', roles: ['auditor'] })?.message as string,
      'needs `seat:assign` in all scopes',
    );
    assert.strictEqual(codeOf({ policy, given, place: acme, actor: 'kim', roles: ['auditor'] }), 'allowed');
    // It counts in the workspaces of the company, too.
    assert.strictEqual(codeOf({ policy, given, actor: 'kim', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ policy, actor: 'ada', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ policy, place: acme, actor: 'mia', roles: ['auditor'] }), 'actor-not-allowed');
  });

  it('lets nobody where no permission controls members, and says why', () => {
    const fault = faultOf({ policy: nobodyControls, actor: 'mia', roles: ['agent'] });
    assert.strictEqual(fault?.code, 'actor-not-allowed');
    assert.include(fault?.message as string, 'no permission of roles.yaml says `controls: members`');
  });

  it('keeps those who hold a role of the organization from everybody who holds none', () => {
    assert.strictEqual(codeOf({ actor: 'ada', subject: 'pia', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'pia', roles: ['agent'] }), 'organization-member');
    const given = { 'acme/kim': [{ role: 'auditor', from: '2027-01-01' }], kim: ['agent'] };
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'kim', given, roles: [] }), 'organization-member', 'later');
    assert.strictEqual(codeOf({ actor: 'ada', subject: 'kim', given, roles: [] }), 'allowed');
    const over = { 'acme/kim': [{ role: 'auditor', until: '2026-11-20T09:00:00Z' }], kim: ['agent'] };
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'kim', given: over, roles: [] }), 'allowed', 'over');
    const toCome = { 'acme/tom': [{ role: 'auditor', from: '2027-01-01' }], tom: ['manager'] };
    assert.strictEqual(
      codeOf({ actor: 'tom', subject: 'pia', given: toCome, roles: ['agent'] }),
      'organization-member',
      'an actor who will hold one',
    );
  });

  it('lets nobody come who cannot be told from somebody who is there, and lets change who is there already', () => {
    const hal = '\u04bb\u0430\u04cf';
    assert.strictEqual(codeOf({ actor: 'mia', subject: hal, roles: ['agent'] }), 'look-alike');
    assert.strictEqual(
      codeOf({ actor: 'mia', subject: `service:${hal}`, roles: ['agent'] }),
      'allowed',
      'another type',
    );
    assert.strictEqual(codeOf({ actor: 'mia', subject: '\u0436\u0443\u043a', roles: ['agent'] }), 'allowed');
    const given = { [hal]: ['agent'], coco: ['agent'] };
    assert.strictEqual(codeOf({ actor: 'mia', subject: hal, given, roles: ['agent'] }), 'allowed', 'there already');
    assert.strictEqual(codeOf({ actor: 'mia', subject: hal, given, roles: [] }), 'allowed', 'goes');
    const coco = '\u0441\u043e\u0441\u043e';
    assert.strictEqual(codeOf({ actor: 'mia', subject: coco, given, roles: ['agent'] }), 'look-alike', 'at run time');
    const above = { [`acme/${coco}`]: ['auditor'] };
    assert.strictEqual(
      codeOf({ actor: 'ada', subject: 'coco', given: above, roles: ['agent'] }),
      'look-alike',
      'above',
    );
    assert.strictEqual(
      faultOf({ actor: 'mia', subject: coco, given, roles: ['agent'] })?.message,
      `\`${coco}\` looks like \`coco\`, a member of workspace \`support\` or above it, and is written in other letters`,
    );
  });

  it('leaves what is written in YAML to git, and names the line', () => {
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'new', roles: ['agent'] }), 'allowed');
    const fault = faultOf({ actor: 'mia', subject: 'hal', roles: [] });
    assert.strictEqual(fault?.code, 'member-in-git');
    assert.strictEqual(
      fault?.message,
      '`hal` is a member of workspace `support` by policies/acme/support.yaml:9:3; change it there, in git',
    );
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', subject: 'pia', roles: [] }), 'member-in-git');
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', subject: 'mia', roles: ['auditor'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'service:hal', roles: ['agent'] }), 'allowed', 'another type');
  });
});

describe('which roles can be given', () => {
  it('takes built-in roles and those of the workspace, and suggests what was meant', () => {
    for (const role of ['agent', 'lead']) assert.strictEqual(codeOf({ actor: 'mia', roles: [role] }), 'allowed', role);
    for (const role of ['closer', 'agnet', 'Agent', 'constructor', '__proto__', 'x'.repeat(300)]) {
      assert.strictEqual(codeOf({ actor: 'mia', roles: [role] }), 'unknown-role', role);
    }
    const fault = faultOf({ actor: 'mia', roles: ['agent', 'leat'] });
    assert.strictEqual(fault?.message, 'there is no role `leat` for workspace `support`; did you mean `lead`?');
    assert.deepEqual(fault?.at as object, { index: 1, member: 'role' });
    assert.strictEqual(
      faultOf({ actor: 'mia', roles: ['chief'] })?.message,
      'role `chief` of workspace `support` was deleted; its holders went to `lead`',
    );
  });

  it('gives roles of the organization to the organization, all others in workspaces', () => {
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', roles: ['auditor'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'ada', roles: ['auditor'] }), 'wrong-span');
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', roles: ['agent'] }), 'wrong-span');
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', roles: ['lead'] }), 'unknown-role');
  });

  it('knows the workspaces and organizations of the policy, and no others', () => {
    assert.strictEqual(
      codeOf({ place: { kind: 'workspace', id: 'acme' }, actor: 'ada', roles: [] }),
      'unknown-workspace',
    );
    const place = { kind: 'organization', id: 'support' } as const;
    assert.strictEqual(codeOf({ place, actor: 'ada', roles: [] }), 'unknown-organization');
  });

  it('takes times that are to come, and none that are past or the wrong way round', () => {
    const give = (from?: string, until?: string): string =>
      codeOf({ actor: 'mia', roles: [{ role: 'agent', ...(from ? { from } : {}), ...(until ? { until } : {}) }] });
    assert.strictEqual(give('2026-12-01', '2026-12-31'), 'allowed');
    assert.strictEqual(give('2020-01-01'), 'allowed');
    assert.strictEqual(give(undefined, '2026-11-20'), 'allowed', 'a date ends with its day');
    assert.strictEqual(give(undefined, '2026-11-20T09:00:00.001Z'), 'allowed');
    assert.strictEqual(give(undefined, '2026-11-20T09:00:00Z'), 'bad-period');
    assert.strictEqual(give(undefined, '2026-11-19'), 'bad-period');
    assert.strictEqual(give('2027-01-02T00:00:00Z', '2027-01-01'), 'bad-period');
    assert.strictEqual(give('2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z'), 'bad-period');
    assert.strictEqual(give('2027-01-01', '2027-01-01'), 'allowed');
  });

  it('takes a role that is over where it stood before, so that a list can be sent back with one line more', () => {
    const over = { role: 'agent', until: '2026-11-19' };
    assert.strictEqual(codeOf({ actor: 'mia', given: { new: [over] }, roles: [over, 'lead'] }), 'allowed');
    const other = { role: 'agent', until: '2026-11-18' };
    assert.strictEqual(codeOf({ actor: 'mia', given: { new: [other] }, roles: [over, 'lead'] }), 'bad-period');
  });

  it('takes a role twice for two times, and not for one', () => {
    const first = { role: 'agent', until: '2027-01-01T00:00:00Z' };
    assert.strictEqual(codeOf({ actor: 'mia', roles: [first, { role: 'agent', from: '2027-01-01' }] }), 'allowed');
    assert.strictEqual(
      codeOf({ actor: 'mia', roles: [first, { role: 'agent', from: '2026-12-31' }] }),
      'duplicate-role',
    );
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['agent', 'agent'] }), 'duplicate-role');
  });
});

describe('rules over people', () => {
  it('keeps the number of holders', () => {
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['captain'] }), 'wrong-holders');
    assert.strictEqual(
      faultOf({ actor: 'mia', roles: ['captain'] })?.message,
      'workspace `support` would have 2 holders of `captain`; there must be exactly 1',
    );
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', roles: ['owner'] }), 'wrong-holders');
    const later = [{ role: 'captain', from: '2027-01-01' }];
    assert.include(faultOf({ actor: 'mia', roles: later })?.message as string, 'from 2027-01-01T00:00:00Z on');
  });

  it('lets a wrong number come nearer to the right one, and no further from it', () => {
    const given = { kim: ['captain'], new: ['captain'] };
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'kim', given, roles: [] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'kim', given, roles: ['captain', 'agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'mia', subject: 'lea', given, roles: ['captain'] }), 'wrong-holders');
  });

  it('gives nobody both sides of an exclusive pair, at any time or by any two places', () => {
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['seller', 'agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'mia', roles: ['seller', 'approver'] }), 'exclusive-permissions');
    assert.strictEqual(
      faultOf({ actor: 'mia', roles: ['seller', 'approver'] })?.message,
      '`new` would hold both `invoice:create` (`seller`) and `invoice:approve` (`approver`) in workspace `support`, which exclude each other',
    );
    const apart = [
      { role: 'seller', until: '2026-12-31' },
      { role: 'approver', from: '2027-01-01' },
    ];
    assert.strictEqual(codeOf({ actor: 'mia', roles: apart }), 'allowed');
    const touching = [
      { role: 'seller', until: '2027-01-01' },
      { role: 'approver', from: '2027-01-01' },
    ];
    assert.strictEqual(codeOf({ actor: 'mia', roles: touching }), 'exclusive-permissions');
    const given = { 'acme/kim': ['payer'], lea: ['seller'] };
    assert.strictEqual(codeOf({ actor: 'ada', subject: 'kim', given, roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ actor: 'ada', subject: 'kim', given, roles: ['seller'] }), 'exclusive-permissions');
    assert.strictEqual(codeOf({ place: acme, actor: 'ada', subject: 'lea', given, roles: ['auditor'] }), 'allowed');
    assert.strictEqual(
      codeOf({ place: acme, actor: 'ada', subject: 'lea', given, roles: ['payer'] }),
      'exclusive-permissions',
    );
  });
});
