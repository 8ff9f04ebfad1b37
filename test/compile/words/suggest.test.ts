import { assert } from 'chai';
import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../../../src/compile/words/suggest.ts';
import { limits } from '../../../src/policy/limits.ts';

describe('the name that was meant', () => {
  it('is the nearest one, and the first in order of those that are as near', () => {
    assert.strictEqual(nearest('titel', ['description', 'title', 'name']), 'title');
    assert.strictEqual(nearest('tag:creat', ['tag:delete', 'tag:create']), 'tag:create');
    assert.strictEqual(nearest('ab', ['ad', 'ac', 'aa']), 'aa');
    assert.strictEqual(nearest('TITLE', ['title']), 'title');
  });

  it('is nobody when none is near', () => {
    assert.strictEqual(nearest('ana', ['bob']), undefined);
    assert.strictEqual(nearest('ana', []), undefined);
    assert.strictEqual(nearest('', ['a-long-name']), undefined);
    assert.strictEqual(nearest('x'.repeat(129), ['x'.repeat(129)]), undefined);
  });

  it('is never another number, which is the next company rather than this one', () => {
    for (const text of ['1235', '01234', '1.10', '2026-11-20', '100000123', '1_000']) {
      assert.isUndefined(nearest(text, ['1234', '1.1', '2026-11-21', '100000124', '1_001', 'a']), text);
    }
    assert.strictEqual(nearest('4sale', ['4sales']), '4sales');
    const uuid = '550e8400-e29b-41d4-a716-446655440000';
    assert.strictEqual(nearest(uuid.replace('e84', 'e48'), ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', uuid]), uuid);
  });

  it('is what comparing with every name in order finds', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', ':'), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { maxLength: 12 }), (text, known) => {
        let best: string | undefined;
        let bestDistance = Math.max(text.length < 5 ? 1 : 2, Math.floor(text.length / 3)) + 1;
        for (const candidate of [...known].sort()) {
          const found = distance(text.toLowerCase(), candidate.toLowerCase());
          if (found < bestDistance) [best, bestDistance] = [candidate, found];
        }
        assert.strictEqual(nearest(text, known), best);
      }),
    );
  });

  it('is looked for among so many names and no more, however large a catalog is', () => {
    let looked = 0;
    function* names(): Generator<string> {
      for (let index = 0; index < 50_000; index += 1) {
        looked += 1;
        yield `resource-${index}:read`;
      }
    }
    assert.strictEqual(nearest('resource-7:reed', names()), 'resource-7:read');
    assert.strictEqual(looked, limits.suggestionNames + 1);
  });
});
