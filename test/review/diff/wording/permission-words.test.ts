import { assert } from 'chai';
import { PermissionWords } from '../../../../src/review/diff/wording/permission-words.ts';
import type { Catalog } from '../../../../src/policy/catalog.ts';
import { formatCell } from '../../../../src/policy/permission.ts';
import { policyOf } from '../../../support/compile-yaml.ts';

const { catalog } = policyOf({
  'roles.yaml': `scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.id } }
  shared: {}
permissions:
  Docs:
    doc:read: { title: Read documents, scopes: [self, team, shared] }
    doc:edit: { title: Edit documents, scopes: [self, shared] }
    api:use: API keys and their use
    log:view: View the log
roles: { admin: { grants: ["*"] } }
`,
});
const words = new PermissionWords(catalog, catalog);

function cellsOf(wanted: (name: string) => boolean, from: Catalog = catalog): string[] {
  return from.cells.map(formatCell).filter(wanted);
}

describe('permissions in few words', () => {
  it('are what a grant would say', () => {
    assert.deepEqual(
      words.shorten(
        'gained',
        cellsOf(() => true),
      ),
      ['*'],
    );
    assert.deepEqual(
      words.shorten(
        'gained',
        cellsOf((name) => name.startsWith('doc:')),
      ),
      ['doc:*'],
    );
    assert.deepEqual(
      words.shorten(
        'gained',
        cellsOf((name) => name.startsWith('doc:read')),
      ),
      ['doc:read'],
    );
    assert.deepEqual(words.shorten('lost', ['log:view']), ['log:view']);
    assert.deepEqual(words.shorten('lost', []), []);
  });

  it('begin with what the catalog warns of, because a list may be cut', () => {
    const { catalog: grave } = policyOf({
      'roles.yaml': `permissions:
  Tags:
    tag:create: Create tags
    tag:edit: Edit tags
    log:view: View the log
  Team:
    team:leave: Leave
    team:erase: { title: Erase, caution: It is gone for ever. }
    member:invite: { title: Invite, controls: members }
    api:use: Use
roles: { admin: { grants: ["*"] } }
`,
    });
    const gained = ['tag:create', 'log:view', 'team:leave', 'team:erase', 'member:invite'];
    assert.deepEqual(new PermissionWords(grave, grave).shorten('gained', gained), [
      'team:*',
      'member:invite',
      'tag:create',
      'log:view',
    ]);
  });

  it('name a scope for every combination it is part of, and no other', () => {
    assert.deepEqual(words.shorten('gained', ['doc:read@self', 'doc:read@self+team']), ['doc:read@self']);
    assert.deepEqual(words.shorten('gained', ['doc:read@self+team']), ['doc:read@self+team']);
    assert.deepEqual(words.shorten('gained', ['doc:read@self']), ['doc:read@self']);
  });

  it('say a scope of every permission with one wildcard', () => {
    const own = cellsOf((name) => name.includes('@self'));
    assert.deepEqual(words.shorten('gained', own), ['*@self']);
    assert.deepEqual(words.shorten('gained', [...own, 'log:view']), ['*@self', 'log:view']);
  });

  it('have a title that fits into a sentence', () => {
    assert.strictEqual(words.describe('doc:read@self'), 'read documents');
    assert.strictEqual(words.describe('api:use'), 'API keys and their use');
    assert.strictEqual(words.describe('doc:*'), undefined);
    assert.strictEqual(words.describe('*'), undefined);
  });
});
