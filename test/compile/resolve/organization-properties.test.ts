import { assert } from 'chai';
import { companyTexts, mistakesIn } from '../../support/company-policy.ts';
import { compileRight } from '../../support/policy-texts.ts';

const rolesWith = (settings: string, when: string): Record<string, string> => ({
  'roles.yaml': `organizationProperties: ${settings}
scopes: { own: { when: { ${when} } }, rest: {} }
permissions: { C: { a:b: { title: t, scopes: [own, rest] } } }
roles: { m: { grants: [a:b] } }
`,
  'policies/organization.yaml': 'organization: acme\n',
  'policies/w.yaml': 'workspace: w\nmembers: { bo: m }\n',
});

describe('what a company may set', () => {
  it('has its default where nothing is set, and all of it is known', () => {
    const policy = compileRight(companyTexts);
    const [acme, newco] = policy.organizations;
    assert.deepEqual(acme?.properties, { strictInboxes: true, regions: [] });
    assert.strictEqual(newco?.properties, undefined);
    assert.deepEqual(policy.catalog.organizationDefaults, { strictInboxes: false, regions: [] });
  });

  it('is a text, a number, true or false, or a list of these', () => {
    for (const value of ['eu', '7', 'true', '[]', '[eu, us]', '[1, 2]', '[true]']) {
      assert.deepEqual(mistakesIn(rolesWith(`{ x: ${value} }`, 'organization.properties.x: $resource.x')), [], value);
    }
    for (const value of ['null', '{}', '{ a: 1 }', '[[1]]', '[null]', '[{ a: 1 }]']) {
      const [first = ''] = mistakesIn(rolesWith(`{ x: ${value} }`, 'organization.properties.x: $resource.x'));
      assert.match(first, /^roles.yaml:1 (wrong-type|bad-value)/, value);
    }
    for (const name of ['"1x"', '"a.b"', '"a b"', '""', '"_x"', `x${'x'.repeat(64)}`]) {
      const [first = ''] = mistakesIn(rolesWith(`{ ${name}: true, y: 1 }`, 'organization.properties.y: 1'));
      assert.match(first, /^roles.yaml:1 /, name);
    }
  });

  it('is set to a value of its own type, by its own name', () => {
    const set = (properties: string): string[] =>
      mistakesIn({
        ...companyTexts,
        'policies/newco/organization.yaml': `organization: newco\nproperties: ${properties}\n`,
      });
    for (const right of [
      '{}',
      '{ strictInboxes: true }',
      '{ regions: [eu, 7] }',
      '{ strictInboxes: false, regions: [] }',
    ]) {
      assert.deepEqual(set(right), [], right);
    }
    const wrong = [
      '{ strictInbox: true }',
      '{ strictinboxes: true }',
      '{ strictInboxes: "true" }',
      '{ strictInboxes: 1 }',
      '{ strictInboxes: [true] }',
      '{ strictInboxes: null }',
      '{ regions: eu }',
      '{ regions: [[eu]] }',
      '{ constructor: true }',
      '{ toString: true }',
      '[strictInboxes]',
      'strictInboxes',
    ];
    for (const properties of wrong) {
      const found = set(properties);
      assert.lengthOf(found, 1, `${properties} ${found.join()}`);
      assert.match(
        found[0] ?? '',
        /^policies\/newco\/organization.yaml:2 (unknown-property|wrong-type|bad-id|bad-value)/,
      );
    }
  });

  it('is looked up by its path, on either side, and by no other', () => {
    const when = (pairs: string): string[] => mistakesIn(rolesWith('{ x: eu }', pairs));
    for (const right of ['organization.properties.x: eu', 'resource.x: $organization.properties.x']) {
      assert.deepEqual(when(right), [], right);
    }
    const wrong = [
      'organization.properties.y: eu',
      'organization.x: eu',
      'organization.plan: eu',
      'organization.properties: eu',
      'organization.properties.x.y: eu',
      'organization: eu',
      'resource.x: $organization.properties.y',
      'resource.x: $organization.x',
      'resource.x: $organization.properties.x.y',
      'organization.properties.constructor: eu',
    ];
    for (const pairs of wrong) {
      const found = when(pairs).filter((finding) => !finding.includes('unread-property'));
      assert.lengthOf(found, 1, `${pairs} ${found.join()}`);
      assert.match(found[0] ?? '', /^roles.yaml:2 (unknown-property|bad-path|bad-value|bad-id)/, pairs);
    }
  });

  it('is compared with what it could equal', () => {
    const settings = '{ flag: false, seats: 5, region: eu, regions: [eu], any: [] }';
    const others =
      'organization.properties.flag: true, organization.properties.seats: 1, organization.properties.region: eu, organization.properties.regions: eu, organization.properties.any: 1';
    const when = (name: string, side: string): string[] => {
      const read = others.split(', ').filter((pair) => !pair.includes(`.${name}:`));
      return mistakesIn(rolesWith(settings, [`organization.properties.${name}: ${side}`, ...read].join(', ')));
    };
    const right = [
      ['flag', 'true'],
      ['flag', '{ not: true }'],
      ['seats', '{ below: 7 }'],
      ['seats', '[1, 2]'],
      ['region', '{ in: [eu, us] }'],
      ['regions', 'us'],
      ['any', 'true'],
      ['any', 'eu'],
      ['region', '$resource.amount'],
    ] as const;
    for (const [name, side] of right) assert.deepEqual(when(name, side), [], `${name} ${side}`);
    const wrong = [
      ['flag', '"true"'],
      ['flag', '1'],
      ['flag', '{ not: "yes" }'],
      ['flag', '{ above: 1 }'],
      ['seats', '"5"'],
      ['seats', '{ in: [a, b] }'],
      ['region', '1'],
      ['region', '{ below: 1 }'],
      ['regions', '1'],
      ['seats', '{ before: 2027-01-01 }'],
    ] as const;
    for (const [name, side] of wrong)
      assert.match(when(name, side).join(), /^roles.yaml:2 wrong-type/, `${name} ${side}`);
  });

  it('warns of what nothing looks up, and what a member is called keeps its meaning', () => {
    assert.deepEqual(mistakesIn(rolesWith('{ x: 1, y: 2 }', 'organization.properties.x: 1')), [
      'roles.yaml:1 unread-property y',
    ]);
    assert.deepEqual(mistakesIn(companyTexts), []);
  });
});
