import { assert } from 'chai';
import fc from 'fast-check';
import type { ApiProblem } from '../../../src/http/messages/api-problem.ts';
import { parseJsonBody } from '../../../src/http/messages/json-text.ts';
import { findInexactNumber } from '../../../src/policy/exact-number.ts';
import { limits } from '../../../src/policy/limits.ts';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));
const codeOf = (text: string): string => {
  try {
    parse(text);
    return 'accepted';
  } catch (error) {
    return (error as ApiProblem).code;
  }
};

describe('reading JSON', () => {
  it('gives what JSON.parse gives, for any value without duplicate keys', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const written = JSON.stringify(JSON.parse(text));
        fc.pre(findInexactNumber(written) === undefined);
        assert.deepEqual(parse(written), JSON.parse(written));
      }),
    );
  });

  it('finds a repeated name in any object, however it is spelled', () => {
    fc.assert(
      fc.property(objects, fc.boolean(), (object, escaped) => {
        const members = Object.entries(object).map(([name, value]) => JSON.stringify({ [name]: value }).slice(1, -1));
        const [first = ''] = Object.keys(object);
        fc.pre(findInexactNumber(JSON.stringify(object)) === undefined);
        const spelled = escaped ? `"${[...escapeUnits(first)].join('')}"` : JSON.stringify(first);
        assert.strictEqual(codeOf(`[{${members.join(',')}}]`), 'accepted');
        assert.strictEqual(codeOf(`[{${members.join(',')}, ${spelled}: 0}]`), 'duplicate-key');
      }),
    );
  });

  it('is not misled by colons, quotes and brackets inside texts', () => {
    for (const value of ['a:b', '"', '\\', '\\"', ':"}', '{"a":1,"a":2}', '[[[[', '\u2028', '\\u0022:']) {
      assert.deepEqual(parse(JSON.stringify({ [value]: value, list: [value] })), { [value]: value, list: [value] });
    }
  });

  it('finds a number that cannot be held exactly among the names and texts that hold one', () => {
    const value = fc.oneof(fc.constantFrom('9007199254740993', '1e400'), fc.json({ maxDepth: 2 }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (values) => {
        const text = `[${values.join(', ')}]`;
        const place = findInexactNumber(text);
        assert.strictEqual(codeOf(text), place === undefined ? 'accepted' : 'inexact-number');
        assert.strictEqual(codeOf(JSON.stringify({ [text]: text })), 'accepted');
        if (values.includes('1e400') || values.includes('9007199254740993')) assert.notStrictEqual(place, undefined);
      }),
    );
  });

  it('takes the same name in two objects for what it is', () => {
    assert.strictEqual(codeOf('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 1}]}'), 'accepted');
    assert.strictEqual(codeOf('{"a": 1, "b": [{"a": 1, "a": 1}]}'), 'duplicate-key');
  });

  it('counts depth by the deepest place, not by brackets', () => {
    const nest = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    assert.strictEqual(codeOf(`[${Array.from({ length: 100 }, () => '[]').join(',')}]`), 'accepted');
    assert.strictEqual(codeOf(nest(limits.requestDepth)), 'accepted');
    assert.strictEqual(codeOf(nest(limits.requestDepth + 1)), 'too-deep');
  });
});

const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });

function* escapeUnits(text: string): Generator<string> {
  for (let index = 0; index < text.length; index += 1) {
    yield `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
}
