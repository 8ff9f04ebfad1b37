import { assert } from 'chai';
import fc from 'fast-check';
import { limits } from '../../src/policy/limits.ts';
import { compileRight, compileTexts, findings, heldBy, onlyWorkspace, rulesOf, type PolicyTexts } from './policy-texts.ts';

const catalog = `scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.properties.team } }
  rest: {}
permissions:
  C:
    a:view: t
    a:edit: t
    a:delete: t
    leave:approve: { title: t, scopes: [self, team, rest] }
`;

/** Roles of a workspace, everybody held by somebody, over a small catalog. */
function texts(roles: string, options: { baseline?: string; builtIns?: string } = {}): PolicyTexts {
  const builtIns = options.builtIns ?? '  member: { grants: [a:view] }';
  return {
    'roles.yaml': `${catalog}baseline: [${options.baseline ?? ''}]\nroles:\n${builtIns}\n`,
    'policies/w.yaml': `workspace: w\nroles:\n${roles}\n`,
  };
}

const held = (roles: string, id: string, options = {}): string[] => heldBy(compileRight(texts(roles, options)), id);

const everyLeave = ['leave:approve@self', 'leave:approve@team', 'leave:approve@self+team', 'leave:approve@rest'];

/** Problems but for the warnings that nobody holds these roles. */
const faultsOf = (roles: string, options = {}): string[] =>
  findings(texts(roles, options)).filter((finding) => !finding.includes('unused-role'));

describe('what a role extends', () => {
  it('one role: it has all of it and its own', () => {
    assert.sameMembers(held('  lead: { extends: member, grants: [a:edit] }', 'lead'), ['a:view@-', 'a:edit@-']);
  });

  it('several roles, built-in and of the workspace, in whatever order they stand in the file', () => {
    const roles = '  lead: { extends: [member, editor, remover] }\n  editor: { grants: [a:edit] }\n  remover: { grants: [a:delete] }';
    assert.sameMembers(held(roles, 'lead'), ['a:view@-', 'a:edit@-', 'a:delete@-']);
    assert.deepEqual([...onlyWorkspace(compileRight(texts(roles))).roles.keys()], ['lead', 'editor', 'remover']);
  });

  it('a diamond: what comes by two ways is there once', () => {
    const roles = '  top: { grants: [a:view, a:edit] }\n  left: { extends: top, grants: [a:delete] }\n  right: { extends: top }\n  both: { extends: [left, right] }';
    assert.deepEqual(rulesOf(compileRight(texts(roles)), 'both'), ['allow a:view@-', 'allow a:edit@-', 'allow a:delete@-']);
  });

  it('a diamond: taken out on one way only, it comes by the other', () => {
    const roles = '  top: { grants: [a:view, a:edit] }\n  left: { extends: top, without: [a:edit] }\n  right: { extends: top }\n  both: { extends: [left, right] }';
    assert.sameMembers(held(roles, 'left'), ['a:view@-']);
    assert.sameMembers(held(roles, 'both'), ['a:view@-', 'a:edit@-']);
  });

  it('a chain of fifty roles reaches to its end, where Casbin would stop after ten', () => {
    const links = Array.from({ length: 50 }, (_, index) => `  r${index}: { extends: ${index === 49 ? 'member' : `r${index + 1}`} }`);
    assert.deepEqual(held(links.join('\n'), 'r0'), ['a:view@-']);
    assert.deepEqual(held(links.reverse().join('\n'), 'r0'), ['a:view@-']);
  });

  it('a chain longer than the limit is a problem, in whatever order it stands, and never a crash', () => {
    const chain = (length: number): string[] => Array.from({ length }, (_, index) => `  r${index}: { ${index === 0 ? '' : `extends: r${index - 1}`} }`);
    for (const length of [limits.roleChain + 1, 5000]) {
      for (const links of [chain(length), chain(length).reverse()]) {
        const faults = faultsOf(links.join('\n'));
        assert.isAbove(faults.length, 0);
        assert.isTrue(faults.every((fault) => fault.includes('too-deep')), faults[0]);
      }
    }
    assert.deepEqual(faultsOf(chain(limits.roleChain).join('\n')), []);
    assert.deepEqual(faultsOf(chain(limits.roleChain).reverse().join('\n')), []);
  });

  it('cycles of one, two and three roles, told once with all that are in it', () => {
    assert.deepEqual(faultsOf('  a: { extends: a }'), ['policies/w.yaml:3 extends-cycle a']);
    assert.deepEqual(faultsOf('  a: { extends: b }\n  b: { extends: a }'), ['policies/w.yaml:4 extends-cycle a']);
    const { problems } = compileTexts(texts('  a: { extends: b }\n  b: { extends: [member, c] }\n  c: { extends: a }'));
    const cycles = problems.filter(({ code }) => code === 'extends-cycle');
    assert.lengthOf(cycles, 1);
    for (const id of ['a', 'b', 'c']) assert.include(cycles[0]?.message, `\`${id}\``);
  });

  it('two cycles that share a role are two problems; a role beside them is none', () => {
    const roles = '  a: { extends: [b, c] }\n  b: { extends: a }\n  c: { extends: a }\n  d: { extends: a }';
    assert.deepEqual(faultsOf(roles).filter((fault) => fault.includes('extends-cycle')).length, 2);
  });

  it('an unknown role, a retired one, another workspace\'s and a name of JavaScript are unknown', () => {
    for (const id of ['membr', 'nobody', 'constructor', 'workspace-admin']) {
      assert.deepEqual(faultsOf(`  a:\n    extends: ${id}`), [`policies/w.yaml:4 unknown-role ${id}`]);
      assert.deepEqual(faultsOf(`  a:\n    extends: [member, ${id}]`), [`policies/w.yaml:4 unknown-role ${id}`]);
    }
    const other = { ...texts('  a:\n    extends: theirs'), 'policies/v.yaml': 'workspace: v\nroles: { theirs: {} }\nmembers: { ana: theirs }\n' };
    assert.deepEqual(findings(other).filter((finding) => finding.includes('unknown')), ['policies/w.yaml:4 unknown-role theirs']);
    const retired = { ...texts('  a:\n    extends: gone\nretired: { gone: member }') };
    const [problem] = compileTexts(retired).problems.filter(({ code }) => code === 'unknown-role');
    assert.include(problem?.help ?? '', '`member`');
  });

  it('a role called like a property of JavaScript is a role', () => {
    assert.sameMembers(held('  constructor: { grants: [a:edit] }\n  lead: { extends: constructor }', 'lead'), ['a:edit@-']);
  });

  it('built-in roles extend one another, and `spans` and `holders` stay where they are', () => {
    const builtIns = '  owner: { grants: [a:view], spans: organization, holders: 2 }\n  admin: { extends: owner }';
    const { catalog: compiled } = compileRight(texts('  lead: { extends: admin }', { builtIns }));
    assert.deepInclude(compiled.roles.get('admin'), { spans: 'workspace', holders: undefined, extends: ['owner'] });
    assert.deepInclude(compiled.roles.get('owner'), { spans: 'organization', holders: 2 });
  });
});

describe('what a role is without', () => {
  it('is taken out of what it extends, one scope alone too', () => {
    const roles = '  all: { grants: [leave:approve, a:view] }\n  some: { extends: all, without: ["leave:approve@team"] }';
    assert.sameMembers(held(roles, 'some'), ['a:view@-', 'leave:approve@self', 'leave:approve@self+team', 'leave:approve@rest']);
  });

  it('its own grants are not taken out: they come after', () => {
    const roles = '  all: { grants: ["*"] }\n  some: { extends: all, without: ["*"], grants: [a:edit] }\n  same: { extends: all, without: [a:view], grants: [a:view] }';
    assert.deepEqual(held(roles, 'some'), ['a:edit@-']);
    assert.includeMembers(held(roles, 'same'), ['a:view@-']);
  });

  it('what extends it has not got it either', () => {
    const roles = '  all: { grants: [a:view, a:edit] }\n  less: { extends: all, without: [a:edit] }\n  least: { extends: less }';
    assert.deepEqual(held(roles, 'least'), ['a:view@-']);
  });

  it('what takes nothing out is a mistake', () => {
    const removes = (roles: string, options = {}): string[] => faultsOf(roles, options).filter((fault) => fault.includes('removes-nothing'));
    assert.lengthOf(removes('  r: { extends: member, without: [a:edit] }'), 1);
    assert.lengthOf(removes('  r: { without: [a:edit] }'), 1);
    assert.lengthOf(removes('  r: { without: [a:edit], grants: [a:edit] }'), 1);
    assert.lengthOf(removes('  r: { extends: member, without: ["leave:*"] }'), 1);
    assert.lengthOf(removes('  r: { extends: member, without: ["*"] }'), 0);
  });

  it('the baseline cannot be taken out, though a wildcard of the other role had it, too', () => {
    const options = { baseline: 'a:view', builtIns: '  member: { grants: ["*"] }' };
    assert.deepEqual(faultsOf('  r:\n    extends: member\n    without: [a:view]', options), ['policies/w.yaml:5 removes-nothing a:view']);
    assert.includeMembers(held('  r: { extends: member, without: ["a:*"] }', 'r', options), ['a:view@-']);
    assert.notInclude(held('  r: { extends: member, without: ["a:*"] }', 'r', options), 'a:edit@-');
  });

  it('twice the same, or something unknown, is a mistake', () => {
    assert.deepEqual(faultsOf('  r:\n    extends: member\n    without: [a:view, a:view]'), ['policies/w.yaml:5 duplicate-grant a:view']);
    assert.deepEqual(faultsOf('  r:\n    extends: member\n    without: [a:vew]'), ['policies/w.yaml:5 unknown-permission a:vew']);
  });
});

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
    assert.deepEqual(faultsOf('  r:\n    grants: [a:vew, "leave:approve@mine", "b:*", "*@mine", "a:view@self", a:edit, a:edit]'), [
      'policies/w.yaml:4 unknown-permission a:vew',
      'policies/w.yaml:4 unknown-scope "leave:approve@mine"',
      'policies/w.yaml:4 unknown-permission "b:*"',
      'policies/w.yaml:4 unknown-scope "*@mine"',
      'policies/w.yaml:4 unknown-scope "a:view@self"',
      'policies/w.yaml:4 duplicate-grant a:edit',
    ]);
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
    assert.sameMembers(held('  r: { grants: [leave:approve], denies: ["leave:approve@self"] }', 'r'), ['leave:approve@team', 'leave:approve@rest']);
  });

  it('never reaches the baseline', () => {
    const options = { baseline: 'a:view' };
    assert.deepEqual(rulesOf(compileRight(texts('  r: { denies: ["a:*"] }', options)), 'r'), ['allow a:view@-', 'deny a:edit@-', 'deny a:delete@-']);
  });

  it('never reaches the baseline in a combination of scopes either', () => {
    const policy = compileRight(texts('  r: { grants: [leave:approve], denies: ["leave:approve@team"] }', { baseline: '"leave:approve@self"' }));
    assert.sameMembers(heldBy(policy, 'r'), ['leave:approve@self', 'leave:approve@self+team', 'leave:approve@rest']);
    assert.include(rulesOf(policy, 'r'), 'deny leave:approve@team');
  });

  it('everything: the baseline stays', () => {
    assert.deepEqual(held('  r: { grants: ["*"], denies: ["*"] }', 'r', { baseline: 'a:view' }), ['a:view@-']);
    assert.deepEqual(held('  r: { grants: ["*"], denies: ["*"] }', 'r'), []);
  });

  it('what denies nothing but the baseline is warned of', () => {
    const warned = (grant: string): boolean => faultsOf(`  r: { grants: [a:edit], denies: ["${grant}"] }`, { baseline: 'a:view, "leave:approve@self"' })
      .some((fault) => fault.includes('denies-nothing'));
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
    const policy = compileRight(texts('  r: {}', { baseline: 'a:view, "*@self"', builtIns: '  member: {}\n  boss: { spans: organization }' }));
    for (const id of ['r', 'member', 'boss']) {
      assert.sameMembers(heldBy(policy, id), ['a:view@-', 'leave:approve@self', 'leave:approve@self+team'], id);
    }
  });

  it('is not handed on as a grant: a role that extends another can still not lose it', () => {
    assert.deepEqual(held('  r: { extends: member, without: ["*"] }', 'r', { baseline: 'a:edit' }), ['a:edit@-']);
  });

  it('has mistakes of its own', () => {
    assert.deepEqual(faultsOf('  r: {}', { baseline: 'a:vew, a:edit, a:edit' }).map((fault) => fault.replace(/:\d+/, '')), [
      'roles.yaml unknown-permission a:vew',
      'roles.yaml duplicate-grant a:edit',
    ]);
  });
});

describe('roles at random', () => {
  const grants = ['a:view', 'a:edit', 'a:*', '*', 'leave:approve', 'leave:approve@self', 'leave:approve@team', 'leave:approve@rest', '*@team'];
  const list = fc.uniqueArray(fc.constantFrom(...grants), { maxLength: 3 });
  const role = fc.record({ grants: list, denies: list, extends: fc.boolean() });
  const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

  it('hold what the words say, worked out one scope at a time', () => {
    fc.assert(fc.property(fc.array(role, { minLength: 1, maxLength: 4 }), list, (roles, baseline) => {
      const lines = roles.map((entry, index) =>
        `  r${index}: { grants: [${quoted(entry.grants)}], denies: [${quoted(entry.denies)}]${entry.extends && index > 0 ? `, extends: r${index - 1}` : ''} }`);
      const policy = compileRight(texts(lines.join('\n'), { baseline: quoted(baseline) }));
      const last = roles.length - 1;
      let first = last;
      while (first > 0 && roles[first]!.extends) first -= 1;
      const chain = roles.slice(first);
      const expected = policy.catalog.cells.filter((cell) => {
        const reaches = (word: string): boolean => reachesCell(word, cell.permission.id, cell.scopes);
        if (baseline.some(reaches)) return true;
        return chain.some((entry) => entry.grants.some(reaches)) && !chain.some((entry) => entry.denies.some(reaches));
      });
      assert.sameMembers(heldBy(policy, `r${last}`), expected.map((cell) => `${cell.permission.id}@${cell.scopeWord}`));
    }), { numRuns: 150 });
  });

  function reachesCell(word: string, permission: string, scopes: readonly string[]): boolean {
    const [name = '', scope] = word.split('@');
    const named = name === '*' || name === permission || (name.endsWith(':*') && permission.startsWith(name.slice(0, -1)));
    return named && (scope === undefined || scopes.includes(scope));
  }
});
