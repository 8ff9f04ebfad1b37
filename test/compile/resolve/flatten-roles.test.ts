import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { compileRight, compileTexts, findings, onlyWorkspace, rulesOf } from '../../support/policy-texts.ts';
import { faultsOf, held, texts } from './role-texts.ts';

describe('what a role extends', () => {
  it('one role: it has all of it and its own', () => {
    assert.sameMembers(held('  lead: { extends: member, grants: [a:edit] }', 'lead'), ['a:view@-', 'a:edit@-']);
  });

  it('several roles, built-in and of the workspace, in whatever order they stand in the file', () => {
    const roles =
      '  lead: { extends: [member, editor, remover] }\n  editor: { grants: [a:edit] }\n  remover: { grants: [a:delete] }';
    assert.sameMembers(held(roles, 'lead'), ['a:view@-', 'a:edit@-', 'a:delete@-']);
    assert.deepEqual([...onlyWorkspace(compileRight(texts(roles))).roles.keys()], ['lead', 'editor', 'remover']);
  });

  it('a diamond: what comes by two ways is there once', () => {
    const roles =
      '  top: { grants: [a:view, a:edit] }\n  left: { extends: top, grants: [a:delete] }\n  right: { extends: top }\n  both: { extends: [left, right] }';
    assert.deepEqual(rulesOf(compileRight(texts(roles)), 'both'), [
      'allow a:view@-',
      'allow a:edit@-',
      'allow a:delete@-',
    ]);
  });

  it('a diamond: taken out on one way only, it comes by the other', () => {
    const roles =
      '  top: { grants: [a:view, a:edit] }\n  left: { extends: top, without: [a:edit] }\n  right: { extends: top }\n  both: { extends: [left, right] }';
    assert.sameMembers(held(roles, 'left'), ['a:view@-']);
    assert.sameMembers(held(roles, 'both'), ['a:view@-', 'a:edit@-']);
  });

  it('a chain of fifty roles reaches to its end, where Casbin would stop after ten', () => {
    const links = Array.from(
      { length: 50 },
      (_, index) => `  r${index}: { extends: ${index === 49 ? 'member' : `r${index + 1}`} }`,
    );
    assert.deepEqual(held(links.join('\n'), 'r0'), ['a:view@-']);
    assert.deepEqual(held(links.reverse().join('\n'), 'r0'), ['a:view@-']);
  });

  it('a chain longer than the limit is a problem, in whatever order it stands, and never a crash', () => {
    const chain = (length: number): string[] =>
      Array.from({ length }, (_, index) => `  r${index}: { ${index === 0 ? '' : `extends: r${index - 1}`} }`);
    for (const length of [limits.roleChain + 1, 5000]) {
      for (const links of [chain(length), chain(length).reverse()]) {
        const faults = faultsOf(links.join('\n'));
        assert.isAbove(faults.length, 0);
        assert.isTrue(
          faults.every((fault) => fault.includes('too-deep')),
          faults[0],
        );
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

  it("an unknown role, a retired one, another workspace's and a name of JavaScript are unknown", () => {
    for (const id of ['membr', 'nobody', 'constructor', 'workspace-admin']) {
      assert.deepEqual(faultsOf(`  a:\n    extends: ${id}`), [`policies/w.yaml:4 unknown-role ${id}`]);
      assert.deepEqual(faultsOf(`  a:\n    extends: [member, ${id}]`), [`policies/w.yaml:4 unknown-role ${id}`]);
    }
    const other = {
      ...texts('  a:\n    extends: theirs'),
      'policies/v.yaml': 'workspace: v\nroles: { theirs: {} }\nmembers: { ana: theirs }\n',
    };
    assert.deepEqual(
      findings(other).filter((finding) => finding.includes('unknown')),
      ['policies/w.yaml:4 unknown-role theirs'],
    );
    const retired = { ...texts('  a:\n    extends: gone\nretired: { gone: member }') };
    const [problem] = compileTexts(retired).problems.filter(({ code }) => code === 'unknown-role');
    assert.include(problem?.help ?? '', '`member`');
  });

  it('a role called like a property of JavaScript is a role', () => {
    assert.sameMembers(held('  constructor: { grants: [a:edit] }\n  lead: { extends: constructor }', 'lead'), [
      'a:edit@-',
    ]);
  });

  it('built-in roles extend one another, and `spans` and `holders` stay where they are', () => {
    const builtIns = '  owner: { grants: [a:view], spans: organization, holders: 2 }\n  admin: { extends: owner }';
    const { catalog: compiled } = compileRight(texts('  lead: { extends: admin }', { builtIns }));
    assert.deepInclude(compiled.roles.get('admin'), { spans: 'workspace', holders: undefined, extends: ['owner'] });
    assert.deepInclude(compiled.roles.get('owner'), { spans: 'organization', holders: { least: 2, most: 2 } });
  });
});

describe('what a role is without', () => {
  it('is taken out of what it extends, one scope alone too', () => {
    const roles =
      '  all: { grants: [leave:approve, a:view] }\n  some: { extends: all, without: ["leave:approve@team"] }';
    assert.sameMembers(held(roles, 'some'), [
      'a:view@-',
      'leave:approve@self',
      'leave:approve@self+team',
      'leave:approve@rest',
    ]);
  });

  it('its own grants are not taken out: they come after', () => {
    const roles =
      '  all: { grants: ["*"] }\n  some: { extends: all, without: ["*"], grants: [a:edit] }\n  same: { extends: all, without: [a:view], grants: [a:view] }';
    assert.deepEqual(held(roles, 'some'), ['a:edit@-']);
    assert.includeMembers(held(roles, 'same'), ['a:view@-']);
  });

  it('what extends it has not got it either', () => {
    const roles =
      '  all: { grants: [a:view, a:edit] }\n  less: { extends: all, without: [a:edit] }\n  least: { extends: less }';
    assert.deepEqual(held(roles, 'least'), ['a:view@-']);
  });

  it('what takes nothing out is a mistake', () => {
    const removes = (roles: string, options = {}): string[] =>
      faultsOf(roles, options).filter((fault) => fault.includes('removes-nothing'));
    assert.lengthOf(removes('  r: { extends: member, without: [a:edit] }'), 1);
    assert.lengthOf(removes('  r: { without: [a:edit] }'), 1);
    assert.lengthOf(removes('  r: { without: [a:edit], grants: [a:edit] }'), 1);
    assert.lengthOf(removes('  r: { extends: member, without: ["leave:*"] }'), 1);
    assert.lengthOf(removes('  r: { extends: member, without: ["*"] }'), 0);
  });

  it('the baseline cannot be taken out, though a wildcard of the other role had it, too', () => {
    const options = { baseline: 'a:view', builtIns: '  member: { grants: ["*"] }' };
    assert.deepEqual(faultsOf('  r:\n    extends: member\n    without: [a:view]', options), [
      'policies/w.yaml:5 removes-nothing a:view',
    ]);
    assert.includeMembers(held('  r: { extends: member, without: ["a:*"] }', 'r', options), ['a:view@-']);
    assert.notInclude(held('  r: { extends: member, without: ["a:*"] }', 'r', options), 'a:edit@-');
  });

  it('twice the same, or something unknown, is a mistake', () => {
    assert.deepEqual(faultsOf('  r:\n    extends: member\n    without: [a:view, a:view]'), [
      'policies/w.yaml:5 duplicate-grant a:view',
    ]);
    assert.deepEqual(faultsOf('  r:\n    extends: member\n    without: [a:vew]'), [
      'policies/w.yaml:5 unknown-permission a:vew',
    ]);
  });
});
