import { assert } from 'chai';
import { policyOf } from '../../support/compile-yaml.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import type { RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { findBrokenRules, newlyBroken } from '../../../src/review/members/broken-rules.ts';

const catalog = `permissions:
  Billing:
    invoice:view: View
    invoice:create: Create
    invoice:approve: Approve
    invoice:void: { title: Void, requires: [invoice:view] }
exclusive: [[invoice:create, invoice:approve]]
roles:
  viewer: { grants: [invoice:view] }
  maker: { grants: [invoice:create] }
  checker: { grants: [invoice:approve] }
  voider: { grants: [invoice:void] }
  blind: { grants: [], denies: [invoice:view] }
  head: { grants: [invoice:view], holders: 1 }
  all-checker: { grants: [invoice:approve], spans: organization }
  all-viewer: { grants: [invoice:view], spans: organization }
`;

const files = {
  'roles.yaml': catalog,
  'policies/organization.yaml': 'organization: acme\n',
  'policies/support.yaml': 'workspace: support\nmembers: { hal: head, ana: maker }\n',
  'policies/sales.yaml': 'workspace: sales\nmembers: { hal: head }\n',
};
const policy = policyOf(files);

type Roles = RuntimeMember['assignments'][number] | string;

function member(where: string, id: string, ...roles: Roles[]): RuntimeMember {
  const place = { kind: where === 'acme' ? 'organization' : 'workspace', id: where } as const;
  const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
  return { place, subject: { type: 'user', id }, assignments, sequence: 1, token: '' };
}

const messagesOf = (...members: RuntimeMember[]): string[] =>
  findBrokenRules(policy, members, nowMs).map(({ message }) => message);

describe('members at run time under a policy', () => {
  it('break nothing where each holds what goes together', () => {
    assert.deepEqual(messagesOf(), []);
    assert.deepEqual(messagesOf(member('support', 'bo', 'maker', 'viewer'), member('sales', 'bo', 'checker')), []);
    assert.deepEqual(messagesOf(member('support', 'bo', 'voider'), member('acme', 'bo', 'all-viewer')), []);
    const apart = [
      { role: 'maker', until: '2026-12-31' },
      { role: 'checker', from: '2027-01-01' },
    ];
    assert.deepEqual(messagesOf(member('support', 'bo', ...apart)), []);
  });

  it('break `exclusive` in one workspace by two roles, by the company, and by what YAML gives them', () => {
    const both = 'in workspace `support`, which exclude each other';
    assert.deepEqual(messagesOf(member('support', 'bo', 'maker', 'checker')), [
      `\`bo\` would hold both \`invoice:create\` (\`maker\`) and \`invoice:approve\` (\`checker\`) ${both}`,
    ]);
    assert.deepEqual(messagesOf(member('support', 'bo', 'maker'), member('acme', 'bo', 'all-checker')), [
      `\`bo\` would hold both \`invoice:create\` (\`maker\`) and \`invoice:approve\` (\`all-checker\`) ${both}`,
    ]);
    assert.deepEqual(messagesOf(member('acme', 'ana', 'all-checker')), [
      `\`ana\` would hold both \`invoice:create\` (\`maker\`) and \`invoice:approve\` (\`all-checker\`) ${both}`,
    ]);
    const later = messagesOf(member('support', 'bo', 'maker', { role: 'checker', from: '2027-01-01' }));
    assert.include(later[0], 'from 2027-01-01T00:00:00Z on');
  });

  it('break `requires` by what they lack or what is denied them, in each workspace', () => {
    const lacks =
      '`bo` would hold `invoice:void` (`voider`) and not `invoice:view` in workspace `support`, which it requires';
    assert.deepEqual(messagesOf(member('support', 'bo', 'voider')), [lacks]);
    assert.deepEqual(messagesOf(member('support', 'bo', 'voider', 'viewer', 'blind')), [lacks]);
    assert.deepEqual(messagesOf(member('support', 'bo', 'voider'), member('sales', 'bo', 'viewer')), [lacks]);
    const ends = messagesOf(member('support', 'bo', 'voider', { role: 'viewer', until: '2026-12-31' }));
    assert.include(ends[0], 'from 2027-01-01T00:00:00Z on');
  });

  it('break `holders` by being more than there must be', () => {
    assert.deepEqual(messagesOf(member('support', 'bo', 'head'), member('support', 'cy', 'head')), [
      'workspace `support` would have 3 holders of `head`; there must be exactly 1',
    ]);
    assert.lengthOf(messagesOf(member('support', 'bo', 'head'), member('sales', 'cy', 'head')), 2);
    assert.include(messagesOf(member('support', 'bo', { role: 'head', from: '2027-01-01' }))[0], 'from 2027-01-01');
    assert.deepEqual(messagesOf(member('support', 'bo', { role: 'head', until: '2026-11-19' })), []);
  });

  it('hold nothing where the place, the role or the subject type is gone', () => {
    const odd = { ...member('support', 'bo', 'maker', 'checker'), subject: { type: 'robot', id: 'bo' } };
    assert.deepEqual(
      messagesOf(member('nowhere', 'bo', 'maker', 'checker'), member('support', 'bo', 'maker', 'gone')),
      [],
    );
    assert.lengthOf(messagesOf(odd), 1, 'a type that the policy does not name is still somebody');
  });
});

describe('what a publication breaks', () => {
  const broken = (...members: RuntimeMember[]): ReturnType<typeof findBrokenRules> =>
    findBrokenRules(policy, members, nowMs);
  const both = member('support', 'bo', 'maker', 'checker');

  it('is what was not broken before, as soon and as badly', () => {
    assert.lengthOf(
      newlyBroken(broken(both), () => []),
      1,
    );
    assert.lengthOf(
      newlyBroken(broken(both), () => broken(both)),
      0,
    );
    const later = member('support', 'bo', 'maker', { role: 'checker', from: '2027-01-01' });
    assert.lengthOf(
      newlyBroken(broken(both), () => broken(later)),
      1,
      'sooner',
    );
    assert.lengthOf(
      newlyBroken(broken(later), () => broken(both)),
      0,
      'later',
    );
    const elsewhere = member('sales', 'bo', 'maker', 'checker');
    assert.lengthOf(
      newlyBroken(broken(both), () => broken(elsewhere)),
      1,
      'another workspace',
    );
    const heads = [member('support', 'bo', 'head'), member('support', 'cy', 'head')];
    assert.lengthOf(
      newlyBroken(broken(...heads), () => broken(heads[0] ?? assert.fail())),
      1,
      'more of them',
    );
    assert.lengthOf(
      newlyBroken(broken(heads[0] ?? assert.fail()), () => broken(...heads)),
      0,
      'fewer of them',
    );
  });

  it('is not what was broken before by former ids, nor when a rename is finished or undone', () => {
    const renamed = (was: (id: string) => string, formerly: (id: string) => string): ReturnType<typeof policyOf> =>
      policyOf({
        ...files,
        'roles.yaml': catalog
          .replace('invoice:create: Create', `bill:make: { title: Create${was('invoice:create')} }`)
          .replace('invoice:view: View', `bill:view: { title: View${was('invoice:view')} }`)
          .replace('requires: [invoice:view]', 'requires: [bill:view]')
          .replace('[[invoice:create,', '[[bill:make,')
          .replaceAll('grants: [invoice:create]', 'grants: [bill:make]')
          .replaceAll('[invoice:view]', '[bill:view]'),
        'policies/support.yaml': files['policies/support.yaml'].replace('support', `help\n${formerly('support')}`),
      });
    const underway = renamed(
      (id) => `, was: ${id}`,
      (id) => `formerly: ${id}`,
    );
    const finished = renamed(
      () => '',
      () => '',
    );
    const given = (place: string): RuntimeMember[] => [
      member(place, 'bo', 'maker', 'checker'),
      member(place, 'cy', 'voider'),
      member(place, 'dan', 'head'),
    ];
    const sides = [
      findBrokenRules(policy, given('support'), nowMs),
      findBrokenRules(underway, given('help'), nowMs),
      findBrokenRules(finished, given('help'), nowMs),
    ] as const;
    for (const side of sides) assert.lengthOf(side, 3);
    const [first, second, third] = sides;
    for (const [before, after] of [
      [first, second],
      [second, third],
      [second, first],
      [third, second],
    ] as const) {
      assert.deepEqual(
        newlyBroken(after, () => before),
        [],
      );
    }
    assert.lengthOf(
      newlyBroken(third, () => first),
      3,
    );
  });

  it('asks what was before only where something is broken', () => {
    assert.deepEqual(
      newlyBroken([], () => assert.fail('asked')),
      [],
    );
  });
});
