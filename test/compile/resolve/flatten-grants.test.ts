import { assert } from 'chai';
import fc from 'fast-check';
import { compileRight, heldBy, onlyWorkspace, rulesOf } from '../../support/policy-texts.ts';
import { faultsOf, held, texts } from './role-texts.ts';
import { lawRuns } from '../../support/law-runs.ts';

const everyLeave = ['leave:approve@self', 'leave:approve@team', 'leave:approve@self+team', 'leave:approve@rest'];

describe('what a role grants', () => {
  it('wildcards mean everything the catalog has, and nothing more', () => {
    assert.sameMembers(held('  r: { grants: ["*"] }', 'r'), ['a:view@-', 'a:edit@-', 'a:delete@-', ...everyLeave]);
    assert.sameMembers(held('  r: { grants: ["a:*"] }', 'r'), ['a:view@-', 'a:edit@-', 'a:delete@-']);
    assert.sameMembers(held('  r: { grants: ["*@self"] }', 'r'), ['leave:approve@self', 'leave:approve@self+team']);
    assert.deepEqual(held('  r: {}', 'r'), []);
  });

  it('a request in several scopes is reached by a grant for any of them', () => {
    for (const scope of ['self', 'team']) {
      assert.include(held(`  r: { grants: ["leave:approve@${scope}"] }`, 'r'), 'leave:approve@self+team');
    }
    assert.deepEqual(held('  r: { grants: ["leave:approve@rest"] }', 'r'), ['leave:approve@rest']);
  });

  it('each rule remembers the line that wrote it, an inherited one that of the other role', () => {
    const policy = compileRight(texts('  r:\n    extends: member\n    grants:\n      - a:edit\n      - "a:*"'));
    const role = onlyWorkspace(policy).roles.get('r');
    const origins = role?.rules.map(({ cell, origin }) => `${cell.permission.id} ${origin.file}:${origin.line}`);
    assert.deepEqual(origins, ['a:view policies/w.yaml:7', 'a:edit policies/w.yaml:6', 'a:delete policies/w.yaml:7']);
    const inherited = compileRight(texts('  r: { extends: member }'));
    assert.equal(onlyWorkspace(inherited).roles.get('r')?.rules[0]?.origin.file, 'roles.yaml');
  });

  it('unknown permissions and scopes, and the same twice, are mistakes on the word', () => {
    assert.deepEqual(
      faultsOf('  r:\n    grants: [a:vew, "leave:approve@mine", "b:*", "*@mine", "a:view@self", a:edit, a:edit]'),
      [
        'policies/w.yaml:4 unknown-permission a:vew',
        'policies/w.yaml:4 unknown-scope "leave:approve@mine"',
        'policies/w.yaml:4 unknown-permission "b:*"',
        'policies/w.yaml:4 unknown-scope "*@mine"',
        'policies/w.yaml:4 unknown-scope "a:view@self"',
        'policies/w.yaml:4 duplicate-grant a:edit',
      ],
    );
  });
});

describe('what a role denies', () => {
  it('is denied, whatever it grants or extends', () => {
    const roles = '  r: { extends: member, grants: [a:edit, a:delete], denies: [a:view, a:edit] }';
    assert.deepEqual(held(roles, 'r'), ['a:delete@-']);
    assert.includeMembers(rulesOf(compileRight(texts(roles)), 'r'), ['deny a:view@-', 'deny a:edit@-']);
  });

  it('is inherited, and `without` does not lift it', () => {
    const roles = '  r: { denies: [a:edit] }\n  s: { extends: [member, r], grants: [a:edit], without: [a:view] }';
    assert.includeMembers(rulesOf(compileRight(texts(roles)), 's'), ['deny a:edit@-', 'allow a:edit@-']);
    assert.deepEqual(held(roles, 's'), []);
  });

  it('reaches every request that is in one of its scopes', () => {
    assert.sameMembers(held('  r: { grants: [leave:approve], denies: ["leave:approve@self"] }', 'r'), [
      'leave:approve@team',
      'leave:approve@rest',
    ]);
  });

  it('never reaches the baseline', () => {
    const options = { baseline: 'a:view' };
    assert.deepEqual(rulesOf(compileRight(texts('  r: { denies: ["a:*"] }', options)), 'r'), [
      'allow a:view@-',
      'deny a:edit@-',
      'deny a:delete@-',
    ]);
  });

  it('never reaches the baseline in a combination of scopes either', () => {
    const policy = compileRight(
      texts('  r: { grants: [leave:approve], denies: ["leave:approve@team"] }', { baseline: '"leave:approve@self"' }),
    );
    assert.sameMembers(heldBy(policy, 'r'), ['leave:approve@self', 'leave:approve@self+team', 'leave:approve@rest']);
    assert.include(rulesOf(policy, 'r'), 'deny leave:approve@team');
  });

  it('everything: the baseline stays', () => {
    assert.deepEqual(held('  r: { grants: ["*"], denies: ["*"] }', 'r', { baseline: 'a:view' }), ['a:view@-']);
    assert.deepEqual(held('  r: { grants: ["*"], denies: ["*"] }', 'r'), []);
  });

  it('what denies nothing but the baseline is warned of', () => {
    const warned = (grant: string): boolean =>
      faultsOf(`  r: { grants: [a:edit], denies: ["${grant}"] }`, { baseline: 'a:view, "leave:approve@self"' }).some(
        (fault) => fault.includes('denies-nothing'),
      );
    assert.isTrue(warned('a:view'));
    assert.isTrue(warned('leave:approve@self'));
    assert.isTrue(warned('*@self'));
    assert.isFalse(warned('a:*'));
    assert.isFalse(warned('leave:approve'));
    assert.isFalse(warned('a:edit'));
  });

  it('unknown and doubled denies are mistakes, for they would deny nothing', () => {
    assert.deepEqual(faultsOf('  r:\n    denies: [a:vew, a:edit, a:edit]'), [
      'policies/w.yaml:4 unknown-permission a:vew',
      'policies/w.yaml:4 duplicate-grant a:edit',
    ]);
  });
});

describe('the baseline', () => {
  it('is in every role, built-in and custom', () => {
    const policy = compileRight(
      texts('  r: {}', { baseline: 'a:view, "*@self"', builtIns: '  member: {}\n  boss: { spans: organization }' }),
    );
    for (const id of ['r', 'member', 'boss']) {
      assert.sameMembers(heldBy(policy, id), ['a:view@-', 'leave:approve@self', 'leave:approve@self+team'], id);
    }
  });

  it('is not handed on as a grant: a role that extends another can still not lose it', () => {
    assert.deepEqual(held('  r: { extends: member, without: ["*"] }', 'r', { baseline: 'a:edit' }), ['a:edit@-']);
  });

  it('has mistakes of its own', () => {
    assert.deepEqual(
      faultsOf('  r: {}', { baseline: 'a:vew, a:edit, a:edit' }).map((fault) => fault.replace(/:\d+/, '')),
      ['roles.yaml unknown-permission a:vew', 'roles.yaml duplicate-grant a:edit'],
    );
  });
});

describe('roles at random', () => {
  const grants = [
    'a:view',
    'a:edit',
    'a:*',
    '*',
    'leave:approve',
    'leave:approve@self',
    'leave:approve@team',
    'leave:approve@rest',
    '*@team',
  ];
  const list = fc.uniqueArray(fc.constantFrom(...grants), { maxLength: 3 });
  const role = fc.record({ grants: list, denies: list, extends: fc.boolean() });
  const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

  it('hold what the words say, worked out one scope at a time', () => {
    fc.assert(
      fc.property(fc.array(role, { minLength: 1, maxLength: 4 }), list, (roles, baseline) => {
        const lines = roles.map(
          (entry, index) =>
            `  r${index}: { grants: [${quoted(entry.grants)}], denies: [${quoted(entry.denies)}]${entry.extends && index > 0 ? `, extends: r${index - 1}` : ''} }`,
        );
        const policy = compileRight(texts(lines.join('\n'), { baseline: quoted(baseline) }));
        const last = roles.length - 1;
        let first = last;
        while (first > 0 && roles[first]!.extends) first -= 1;
        const chain = roles.slice(first);
        const expected = policy.catalog.cells.filter((cell) => {
          const reaches = (word: string): boolean => reachesCell(word, cell.permission.id, cell.scopes);
          if (baseline.some(reaches)) return true;
          return (
            chain.some((entry) => entry.grants.some(reaches)) && !chain.some((entry) => entry.denies.some(reaches))
          );
        });
        assert.sameMembers(
          heldBy(policy, `r${last}`),
          expected.map((cell) => `${cell.permission.id}@${cell.scopeWord}`),
        );
      }),
      { numRuns: lawRuns(150) },
    );
  });

  function reachesCell(word: string, permission: string, scopes: readonly string[]): boolean {
    const [name = '', scope] = word.split('@');
    const named =
      name === '*' || name === permission || (name.endsWith(':*') && permission.startsWith(name.slice(0, -1)));
    return named && (scope === undefined || scopes.includes(scope));
  }
});
