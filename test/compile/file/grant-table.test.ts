import { assert } from 'chai';
import { compileCatalog } from '../../../src/compile/resolve/compile-catalog.ts';
import type { RolesFile } from '../../../src/compile/file/entries.ts';
import type { GrantTable } from '../../../src/compile/file/grant-table.ts';
import { suggest } from '../../../src/compile/words/suggest.ts';
import { parsePolicyFile } from '../../../src/compile/file/parsed-file.ts';
import { sourceFile } from '../../support/policy-texts.ts';

const text = `scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.properties.team } }
  rest: {}
  unused: {}
permissions:
  Leave:
    leave:view: View leave
    leave:approve: { title: Approve leave, scopes: [self, team, rest] }
    leave:delete: { title: Delete leave, scopes: [self] }
  Tags:
    tag:create: Create tags
    Tag:create: Another resource
roles: { member: {} }
`;

function createTable(): GrantTable {
  const file = parsePolicyFile<RolesFile>(sourceFile('roles.yaml', text), 'roles');
  return compileCatalog(file, file.entry!).table;
}

const table = createTable();

/** The cells that a grant reaches; for what is unknown its problem. */
function reach(grant: string): string[] | string {
  const found = table.resolve(grant);
  if (!('grantables' in found)) {
    const { code, help } = found;
    return `${code} ${(typeof help === 'string' ? help : suggest(help.text, help.among())) ?? ''}`.trim();
  }
  const cells = found.grantables.flatMap(({ cells: reached }) =>
    reached.map(({ permission, scopeWord }) => `${permission.id}@${scopeWord}`),
  );
  return [...new Set(cells)].sort();
}

describe('what a grant means', () => {
  it('a permission without scopes is one cell', () => {
    assert.deepEqual(reach('leave:view'), ['leave:view@-']);
  });

  it('a permission with scopes means all of them, in every combination', () => {
    assert.deepEqual(reach('leave:approve'), [
      'leave:approve@rest',
      'leave:approve@self',
      'leave:approve@self+team',
      'leave:approve@team',
    ]);
  });

  it('a permission in one scope means every combination the scope is part of, and no other', () => {
    assert.deepEqual(reach('leave:approve@self'), ['leave:approve@self', 'leave:approve@self+team']);
    assert.deepEqual(reach('leave:approve@team'), ['leave:approve@self+team', 'leave:approve@team']);
    assert.deepEqual(reach('leave:approve@rest'), ['leave:approve@rest']);
  });

  it('a wildcard means what the catalog lists', () => {
    assert.deepEqual(reach('tag:*'), ['tag:create@-']);
    assert.deepEqual(reach('Tag:*'), ['Tag:create@-']);
    assert.deepEqual(reach('*@self'), ['leave:approve@self', 'leave:approve@self+team', 'leave:delete@self']);
    assert.lengthOf(reach('*'), 8);
    assert.deepEqual(table.all.length, 7);
  });

  it('nothing unknown is granted, however near it is', () => {
    assert.match(String(reach('leave:aprove')), /^unknown-permission .*`leave:approve`/);
    assert.match(String(reach('Leave:view')), /^unknown-permission/);
    assert.match(String(reach('tags:*')), /^unknown-permission .*tag/i);
    assert.match(String(reach('leave:approve@selv')), /^unknown-scope .*`self`/);
    assert.match(String(reach('leave:view@self')), /^unknown-scope/);
    assert.match(String(reach('leave:approve@unused')), /^unknown-scope/);
    assert.match(String(reach('*@unused')), /^unknown-scope/);
    assert.match(String(reach('*@tem')), /^unknown-scope .*`team`/);
    for (const grant of [
      'constructor:x',
      'leave:constructor',
      'leave:__proto__',
      'constructor:*',
      '*@constructor',
      'leave:approve@self+team',
      'leave:approve@-',
    ]) {
      assert.match(String(reach(grant)), /^unknown-/, grant);
    }
  });

  it('knows the scopes of a permission one by one', () => {
    assert.deepEqual(
      table.ofPermission('leave:approve').map(({ scope }) => scope?.id),
      ['self', 'team', 'rest'],
    );
    assert.deepEqual(
      table.ofPermission('leave:view').map(({ scope }) => scope?.id),
      [undefined],
    );
    assert.deepEqual(table.ofPermission('no:such'), []);
  });
});
