import { assert } from 'chai';
import fc from 'fast-check';
import { escapeName, pointerAt } from '../../../src/policy/text/json-pointer.ts';

/** The pointer to each number of a value, in the order in which `JSON.stringify` writes them. */
function pointersTo(value: unknown, at = ''): string[] {
  if (typeof value === 'number') return [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => pointersTo(child, `${at}/${escapeName(name)}`));
}

/** Where the numbers of a text begin, by leaving out all texts. */
function placesOf(json: string): number[] {
  const blank = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => ' '.repeat(text.length));
  return [...blank.matchAll(/-?\d[\d.eE+-]*/g)].map(({ index }) => index);
}

describe('a pointer into a JSON text', () => {
  it('leads to each number of any value, however it is laid out', () => {
    const value = fc.jsonValue({ maxDepth: 5 }).map((any) => JSON.parse(JSON.stringify(any)) as unknown);
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (any, indent) => {
        const json = JSON.stringify(any, undefined, indent);
        assert.deepEqual(
          placesOf(json).map((place) => pointerAt(json, place)),
          pointersTo(any),
        );
      }),
    );
  });

  it('is of the names as they mean, not as they are written', () => {
    const json = '{"a/b":{"c~d":[[],{"\\u0065\\"":[1, 22]}]}, "": 3}';
    assert.equal(pointerAt(json, json.indexOf('22')), '/a~1b/c~0d/1/e"/1');
    assert.equal(pointerAt(json, json.indexOf('3')), '/');
    assert.equal(pointerAt('7', 0), '');
    assert.equal(pointerAt('[{"a,b":"]}","c":7}]', 17), '/0/c');
  });
});
