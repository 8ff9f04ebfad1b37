import { assert } from 'chai';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { policyOf } from '../../support/compile-yaml.ts';
import { acme, codeOf, faultOf, memberPolicyFiles, type Asked } from '../../support/member-change-policy.ts';

const policyWith = (builtIns: string, custom = '', top = ''): PolicySet => {
  const files = memberPolicyFiles(top);
  return policyOf({
    ...files,
    'roles.yaml': (files['roles.yaml'] ?? '').replace('roles:\n', `roles:\n${builtIns}`),
    'policies/acme/support.yaml': (files['policies/acme/support.yaml'] ?? '').replace('roles:\n', `roles:\n${custom}`),
  });
};
const foreman = '  foreman: { grants: ["member:*"], assigns: [agent, seller] }\n';
const policy = policyWith(foreman);
const given = { kim: ['foreman'], lea: ['agent', 'manager'], mo: ['agent'], pat: ['agent', 'approver'] } as const;
const until = '2999-01-01T00:00:00Z';

describe('who controls members by a role with `assigns`', () => {
  const rows: readonly (Partial<Asked> & Pick<Asked, 'roles'> & { readonly title: string; readonly says: string })[] = [
    { title: 'hands out what it names', roles: ['agent'], says: 'allowed' },
    { title: 'hands out both that it names', roles: ['agent', 'seller'], says: 'allowed' },
    { title: 'hands out no other', roles: ['manager'], says: 'not-assignable' },
    { title: 'hands out no other beside what it names', roles: ['agent', 'lead'], says: 'not-assignable' },
    { title: 'hands out no other for a time', roles: [{ role: 'manager', until }], says: 'not-assignable' },
    { title: 'does not hand out their own role', roles: ['foreman'], says: 'not-assignable' },
    { title: 'does not lift themselves', subject: 'kim', roles: ['foreman', 'manager'], says: 'not-assignable' },
    { title: 'takes what it names', subject: 'mo', roles: [], says: 'allowed' },
    { title: 'takes it from who holds others, which stay', subject: 'lea', roles: ['manager'], says: 'allowed' },
    { title: 'takes no other', subject: 'lea', roles: ['agent'], says: 'not-assignable' },
    { title: 'removes nobody who holds others', subject: 'lea', roles: [], says: 'not-assignable' },
    { title: 'changes what it names', subject: 'mo', roles: [{ role: 'agent', until }], says: 'allowed' },
    {
      title: 'sets no end to another',
      subject: 'pat',
      roles: ['agent', { role: 'approver', until }],
      says: 'not-assignable',
    },
    { title: 'leaves', subject: 'kim', roles: [], says: 'allowed' },
    { title: 'hands nothing over that it does not name', roles: ['captain'], inPlaceOf: 'cat', says: 'not-assignable' },
  ];
  for (const { title, says, ...asked } of rows) {
    it(`${title}: ${says}`, () => {
      const fault = faultOf({ policy, given, actor: 'kim', ...asked });
      assert.strictEqual(fault?.code ?? 'allowed', says, fault?.message);
    });
  }

  it('is told what they may hand out', () => {
    assert.strictEqual(
      faultOf({ policy, given, actor: 'kim', roles: ['manager'] })?.message,
      '`kim` hands out, changes and takes only `agent`, `seller` in workspace `support`, and this changes `manager`',
    );
    const none = policyWith('  foreman: { grants: ["member:*"], assigns: [] }\n');
    assert.include(
      faultOf({ policy: none, given: { kim: ['foreman'] }, actor: 'kim', roles: ['agent'] })?.message,
      'no role',
    );
  });

  it('is not limited who also controls members by a role without', () => {
    const more = { kim: ['foreman', 'manager'] };
    assert.strictEqual(codeOf({ policy, given: more, actor: 'kim', roles: ['manager'] }), 'allowed');
    const spanning = { kim: ['foreman'], 'acme/kim': ['admin'] };
    assert.strictEqual(codeOf({ policy, given: spanning, actor: 'kim', roles: ['manager'] }), 'allowed');
  });

  it('is limited where the other role controls members in some scopes only', () => {
    const more = { kim: ['foreman', 'half-manager'] };
    assert.strictEqual(codeOf({ policy, given: more, actor: 'kim', roles: ['manager'] }), 'not-assignable');
  });

  it('is limited where the other role controls members by what the plan does not have', () => {
    const planned = (plans: string): PolicySet => {
      const files = memberPolicyFiles();
      return policyOf({
        ...files,
        'roles.yaml': (files['roles.yaml'] ?? '')
          .replace('roles:\n', `roles:\n${foreman}  host: { grants: ["guest:*"] }\n`)
          .replace('  Team:\n', `  Team:\n    guest:manage: { title: Guests, controls: members, plans: [${plans}] }\n`),
        'policies/acme/organization.yaml': `${files['policies/acme/organization.yaml'] ?? ''}plan: scale\n`,
      });
    };
    const asked = { given: { kim: ['foreman', 'host'] }, actor: 'kim', roles: ['seller', 'manager'] };
    assert.strictEqual(codeOf({ policy: planned('scale'), ...asked }), 'allowed');
    assert.strictEqual(codeOf({ policy: planned('free'), ...asked }), 'not-assignable');
  });

  it('is limited where the other role denies what it would control by', () => {
    const denying = policyWith(`${foreman}  odd: { grants: ["member:*"], denies: ["member:manage@own"] }\n`);
    const more = { kim: ['foreman', 'odd'] };
    assert.strictEqual(codeOf({ policy: denying, given: more, actor: 'kim', roles: ['agent'] }), 'actor-not-allowed');
  });

  it('hands out what several such roles name together, and nothing by one that controls nothing', () => {
    const two = policyWith(
      `${foreman}  boss: { grants: ["member:*"], assigns: [lead-in] }\n  lead-in: {}\n  idle: { assigns: [manager] }\n`,
    );
    const more = { kim: ['foreman', 'boss', 'idle'] };
    assert.strictEqual(codeOf({ policy: two, given: more, actor: 'kim', roles: ['agent', 'lead-in'] }), 'allowed');
    assert.strictEqual(codeOf({ policy: two, given: more, actor: 'kim', roles: ['manager'] }), 'not-assignable');
  });

  it('hands out nothing after a right without limit has ended', () => {
    const more = { kim: ['foreman', { role: 'manager', until: '2027-01-01T00:00:00Z' }] };
    assert.strictEqual(codeOf({ policy, given: more, actor: 'kim', roles: ['manager'] }), 'not-assignable');
    const short = [{ role: 'manager', until: '2027-01-01T00:00:00Z' }];
    assert.strictEqual(codeOf({ policy, given: more, actor: 'kim', roles: short }), 'allowed');
  });

  it('may be one of the whole company, who hands out roles of it', () => {
    const wide = policyWith('  head: { grants: ["member:*"], spans: organization, assigns: [auditor, agent] }\n');
    const head = { 'acme/kim': ['head'] };
    assert.strictEqual(codeOf({ policy: wide, place: acme, given: head, actor: 'kim', roles: ['auditor'] }), 'allowed');
    assert.strictEqual(
      codeOf({ policy: wide, place: acme, given: head, actor: 'kim', roles: ['payer'] }),
      'not-assignable',
    );
    assert.strictEqual(codeOf({ policy: wide, given: head, actor: 'kim', roles: ['agent'] }), 'allowed');
    assert.strictEqual(codeOf({ policy: wide, given: head, actor: 'kim', roles: ['manager'] }), 'not-assignable');
  });

  it('may be one of a custom role, that names custom roles', () => {
    const custom = policyWith('', '  gaffer: { grants: ["member:*"], assigns: [lead] }\n');
    const gaffer = { kim: ['gaffer'] };
    assert.strictEqual(codeOf({ policy: custom, given: gaffer, actor: 'kim', roles: ['lead'] }), 'allowed');
    assert.strictEqual(codeOf({ policy: custom, given: gaffer, actor: 'kim', roles: ['agent'] }), 'not-assignable');
  });
});

describe('a role that extends one with `assigns`', () => {
  const limitOf = (builtIns: string): readonly string[] | 'any' => {
    const role = policyWith(`${foreman}  both: { grants: ["member:*"] }\n${builtIns}`).catalog.roles.get('sub');
    return role?.assigns ? [...role.assigns] : 'any';
  };

  for (const [title, role, limit] of [
    ['has its limit with its permission', '{ extends: foreman }', ['agent', 'seller']],
    ['keeps it with more grants', '{ extends: foreman, grants: [ticket:close] }', ['agent', 'seller']],
    [
      'keeps it with a part of the permission of its own',
      '{ extends: foreman, grants: ["member:manage@own"] }',
      ['agent', 'seller'],
    ],
    ['says another one itself', '{ extends: foreman, assigns: [agent] }', ['agent']],
    ['has none where its own grants give the permission', '{ extends: foreman, grants: ["member:*"] }', 'any'],
    ['has none where a role without limit gives it', '{ extends: [foreman, both] }', 'any'],
    ['keeps it beside a role that gives a part', '{ extends: [half-manager, foreman] }', ['agent', 'seller']],
    ['has none of a permission that was taken out', '{ extends: foreman, without: ["member:*"] }', 'any'],
  ] as const) {
    it(title, () => assert.deepEqual(limitOf(`  sub: ${role}\n`), limit));
  }

  it('has it over several steps, and those of two together', () => {
    assert.deepEqual(limitOf('  mid: { extends: foreman }\n  sub: { extends: mid }\n'), ['agent', 'seller']);
    assert.deepEqual(
      limitOf('  other: { grants: ["member:*"], assigns: [voider] }\n  sub: { extends: [foreman, other] }\n'),
      ['agent', 'seller', 'voider'],
    );
  });
});
