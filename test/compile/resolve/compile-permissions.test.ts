import { assert } from 'chai';
import type { Permission } from '../../../src/policy/permission.ts';
import { limits } from '../../../src/policy/limits.ts';
import { compileRight, findings, type PolicyTexts } from '../../support/policy-texts.ts';

const rolesYaml = (parts: string): PolicyTexts => ({ 'roles.yaml': `${parts}\nroles: { member: {} }\n` });

function permissionOf(parts: string, id: string): Permission {
  const permission = compileRight(rolesYaml(parts)).catalog.permissions.get(id);
  assert.isDefined(permission, id);
  return permission;
}

const wordsOf = ({ cells }: Permission): string[] => cells.map(({ scopeWord }) => scopeWord);

const scopes = (count: number): string =>
  `scopes:\n${Array.from({ length: count }, (_, index) => `  s${index}: { when: { resource.a${index}: 1 } }`).join('\n')}\n  rest: {}\n  other: {}\n`;

describe('permissions', () => {
  it('keep their title, category and place', () => {
    const permission = permissionOf('permissions:\n  Tags:\n    call-flow:edit.all: Edit all\n', 'call-flow:edit.all');
    assert.deepInclude(permission, {
      resource: 'call-flow',
      action: 'edit.all',
      title: 'Edit all',
      category: 'Tags',
      requires: [],
      scopes: [],
    });
    assert.deepInclude(permission.position, { file: 'roles.yaml', line: 3, column: 5 });
    assert.deepEqual(wordsOf(permission), ['-']);
  });

  it('say what they require, control and warn of', () => {
    const text =
      'permissions:\n  C:\n    a:b: t\n    a:c: { title: u, requires: [a:b], caution: Beware., controls: roles }\n';
    assert.deepInclude(permissionOf(text, 'a:c'), {
      title: 'u',
      requires: ['a:b'],
      caution: 'Beware.',
      controls: 'roles',
    });
  });

  it('names of JavaScript are categories and permissions like any other', () => {
    assert.equal(
      permissionOf('permissions: { constructor: { constructor:toString: t } }', 'constructor:toString').category,
      'constructor',
    );
  });

  it('cells are numbered through the catalog, and found by their scope word', () => {
    const { catalog } = compileRight(
      rolesYaml(`${scopes(2)}permissions: { C: { a:b: { title: t, scopes: [s0, s1, rest] }, a:c: u } }`),
    );
    assert.deepEqual(
      catalog.cells.map(({ index }) => index),
      catalog.cells.map((_, index) => index),
    );
    for (const permission of catalog.permissions.values()) {
      assert.sameMembers([...permission.cellsByWord.keys()], wordsOf(permission));
      for (const cell of permission.cells) assert.equal(catalog.cells[cell.index], cell);
    }
  });

  it('one listed twice is told at the second place', () => {
    assert.deepEqual(findings(rolesYaml('permissions:\n  A:\n    a:b: t\n  B:\n    a:b: u')), [
      'roles.yaml:5 duplicate-permission a:b',
    ]);
  });

  it('what one requires must exist and be another', () => {
    const text = 'permissions:\n  C:\n    a:b: { title: t, requires: [a:c, a:b] }\n    a:d: u';
    assert.deepEqual(findings(rolesYaml(text)), ['roles.yaml:3 unknown-permission a:c', 'roles.yaml:3 bad-value a:b']);
  });
});

describe('scopes', () => {
  const cells = (count: number, names: string): string[] =>
    wordsOf(permissionOf(`${scopes(count)}permissions: { C: { a:b: { title: t, scopes: [${names}] } } }`, 'a:b'));

  it('a request is in any combination of those with a `when`, or in the rest alone', () => {
    assert.deepEqual(cells(0, 'rest'), ['rest']);
    assert.deepEqual(cells(1, 's0'), ['s0']);
    assert.sameMembers(cells(2, 's1, rest, s0'), ['s0', 's1', 's0+s1', 'rest']);
  });

  it('six with a `when` make 63 combinations, and the rest', () => {
    const words = cells(6, 's0, s1, s2, s3, s4, s5, rest');
    assert.lengthOf(words, 64);
    assert.lengthOf(new Set(words), 64);
    assert.include(words, 's0+s1+s2+s3+s4+s5');
    assert.isTrue(words.filter((word) => word.includes('rest')).every((word) => word === 'rest'));
  });

  it('the order in which a permission names them makes no other words', () => {
    assert.sameMembers(cells(3, 's2, s0, s1'), cells(3, 's0, s1, s2'));
  });

  it('a seventh with a `when` is too many, and a second rest', () => {
    const text = (count: number, names: string): PolicyTexts =>
      rolesYaml(`${scopes(count)}permissions: { C: { a:b: { title: t, scopes: [${names}] } } }`);
    assert.deepEqual(
      findings(text(7, 's0, s1, s2, s3, s4, s5, s6')).map((finding) => finding.replace(/:\d+/, '')),
      ['roles.yaml too-many-scopes s6'],
    );
    assert.deepEqual(
      findings(text(0, 'rest, other')).map((finding) => finding.replace(/:\d+/, '')),
      ['roles.yaml too-many-scopes other'],
    );
    assert.equal(limits.conditionalScopes, 6);
  });

  it('an unknown one is told where it stands', () => {
    assert.deepEqual(findings(rolesYaml('permissions:\n  C:\n    a:b:\n      title: t\n      scopes: [mine]')), [
      'roles.yaml:5 unknown-scope mine',
    ]);
  });

  it('a `when` looks a path up, and compares it with another or a literal', () => {
    const text = `scopes:
  a: { when: { resource.owner: $subject.id, context.ip: office, subject.properties.team: $resource.team.id } }
  b: { when: { resource.size: 3, resource.open: true, resource.kind: [a, 1] } }
permissions: { C: { x:y: { title: t, scopes: [a, b] } } }`;
    const { catalog } = compileRight(rolesYaml(text));
    assert.deepEqual(catalog.scopes.get('a')?.when, [
      { path: ['resource', 'owner'], comparison: 'equals', other: { path: ['subject', 'id'] } },
      { path: ['context', 'ip'], comparison: 'equals', other: { literal: 'office' } },
      { path: ['subject', 'properties', 'team'], comparison: 'equals', other: { path: ['resource', 'team', 'id'] } },
    ]);
    assert.deepEqual(
      catalog.scopes.get('b')?.when?.map(({ other }) => other),
      [{ literal: 3 }, { literal: true }, { literal: ['a', 1] }],
    );
  });

  it('a path that can never be found is refused, for its scope would never hold', () => {
    const finding = (when: string): string[] =>
      findings(
        rolesYaml(`scopes: { a: { when: { ${when} } } }\npermissions: { C: { x:y: { title: t, scopes: [a] } } }`),
      );
    for (const path of [
      'resource.owner',
      'context.a-b.c_d',
      'subject.id',
      'subject.type',
      'subject.properties.a.b',
      `resource${'.a'.repeat(limits.pathSegments - 1)}`,
    ]) {
      assert.deepEqual(finding(`${path}: 1`), [], path);
      assert.deepEqual(finding(`resource.x: $${path}`), [], path);
    }
    const wrong = [
      'subject.properties',
      'subject.name',
      'subject.id.x',
      'subject.roles',
      `resource${'.a'.repeat(limits.pathSegments)}`,
    ];
    for (const path of wrong) {
      assert.deepEqual(finding(`${path}: 1`), [`roles.yaml:1 bad-path ${path}`], path);
      assert.deepEqual(finding(`resource.x: $${path}`), [`roles.yaml:1 bad-path $${path}`], path);
    }
    for (const path of [
      'owner',
      'resource',
      'request.owner',
      'resource..a',
      'resource.',
      '$resource.a',
      'resource[0]',
      '""',
    ]) {
      assert.isAbove(finding(`${path}: 1`).length, 0, path);
    }
    for (const path of [
      '$',
      '$$resource.a',
      '$owner',
      '$resource',
      '$resource..a',
      '$resource.a.',
      '"$ resource.a"',
      '$env.HOME',
    ]) {
      assert.lengthOf(finding(`resource.x: ${path}`), 1, path);
    }
  });
});
