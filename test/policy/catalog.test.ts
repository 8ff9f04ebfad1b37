import { assert } from 'chai';
import fc from 'fast-check';
import { formatCell, noScopeWord, scopeWordOf, type Cell, type Permission } from '../../src/policy/permission.ts';
import { isLowerCaseId } from '../../src/policy/ids.ts';
import { isJsonObject } from '../../src/policy/text/json.ts';
import { heldCells, type Effect, type Role, type Rule } from '../../src/policy/role.ts';

const permission = { id: 'leave:approve' } as Permission;
const cell = (index: number, ...scopes: string[]): Cell => ({
  index,
  permission,
  scopes,
  scopeWord: scopeWordOf(scopes),
});

describe('scope words', () => {
  it('a permission without scopes has a word that no scope can have', () => {
    assert.equal(scopeWordOf([]), noScopeWord);
    assert.isFalse(isLowerCaseId(noScopeWord));
  });

  it('a combination is one word, whatever order its scopes come in', () => {
    assert.equal(scopeWordOf(['team', 'self']), 'self+team');
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/), { maxLength: 4 });
    fc.assert(fc.property(ids, (scopes) => assert.equal(scopeWordOf([...scopes].reverse()), scopeWordOf(scopes))));
  });

  it('two combinations never have the same word', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[a-c][a-c-]?$/), { maxLength: 3 });
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        const isSame = [...left].sort().join(' ') === [...right].sort().join(' ');
        assert.equal(scopeWordOf(left) === scopeWordOf(right), isSame);
      }),
    );
  });

  it('a cell is shown as it would be granted', () => {
    assert.equal(formatCell(cell(0)), 'leave:approve');
    assert.equal(formatCell(cell(0, 'self', 'team')), 'leave:approve@self+team');
  });

  it('finding the word of scopes leaves their order alone', () => {
    const scopes = ['team', 'self'];
    scopeWordOf(scopes);
    assert.deepEqual(scopes, ['team', 'self']);
  });
});

describe('what a role holds', () => {
  const role = (...rules: [number, Effect][]): Role =>
    ({ rules: rules.map(([index, effect]) => ({ cell: cell(index), effect }) as Rule) }) as unknown as Role;

  it('is what it allows and does not deny', () => {
    assert.deepEqual([...heldCells(role([1, 'allow'], [2, 'allow'], [2, 'deny'], [3, 'deny']))], [1]);
    assert.deepEqual([...heldCells(role([2, 'deny'], [2, 'allow']))], []);
    assert.deepEqual([...heldCells(role())], []);
  });
});

describe('JSON objects', () => {
  it('are neither lists nor null', () => {
    assert.isTrue(isJsonObject({}));
    for (const value of [null, undefined, [], 'a', 1, true]) assert.isFalse(isJsonObject(value));
  });
});
