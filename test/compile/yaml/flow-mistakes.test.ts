import { assert } from 'chai';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import { textAt } from '../../support/policy-texts.ts';

function mistakes(text: string): { at: string; message: string; help: string }[] {
  return parseYaml('f.yaml', text).problems.map((problem) => ({
    at: `${problem.line} ${textAt(text, problem)}`,
    message: problem.message,
    help: problem.help ?? '',
  }));
}

/** The only mistake of a text: where it is, a part of its message and a part of its help. */
type Slip = readonly [text: string, at: string, message: string, help: string];

function check(slips: readonly Slip[]): void {
  for (const [text, at, message, help] of slips) {
    const [found, ...others] = mistakes(text);
    assert.lengthOf(others, 0, text);
    assert.equal(found?.at, at, JSON.stringify(text));
    assert.include(found?.message, message, text);
    assert.include(found?.help, help, text);
  }
}

describe('slips between brackets', () => {
  it('a comma in a text without quotes makes a key without a value, and the help quotes the whole text', () => {
    check([
      [
        'r: { title: Create, edit and delete roles, controls: roles }',
        '1 edit and delete roles',
        'has no value',
        '`"Create, edit and delete roles"`',
      ],
      ['r: { title: One, two, three }', '1 two, three', 'has no value', '`"One, two, three"`'],
      ['r: { title: Lead,EMEA: x, b }', '1 b', 'has no value', '`"x, b"`'],
      ['r: [{ role: member, reason: on call, nights }]', '1 nights', 'has no value', '`"on call, nights"`'],
      ['r:\n  {\n    title: One,\n    two,\n  }', '4 two', 'has no value', 'a text with a comma inside `{ }`'],
      ['r: { a, b: 1 }', '1 a', 'has no value', 'written `key: value`'],
      ['r: { "a", b: 1 }', '1 "a"', 'has no value', 'written `key: value`'],
      ['r: { a: "x", y }', '1 y', 'has no value', 'written `key: value`'],
      ['r: { a: [x], y }', '1 y', 'has no value', 'written `key: value`'],
    ]);
    for (const text of [
      'r: { a: , b: 1 }',
      'r: { a: "x, y" }',
      'r: [a, b]',
      'r: { "a": }',
      'r: { a : 1, b :  }',
      'a:\nb:\n',
      '? a\n',
    ]) {
      assert.deepEqual(mistakes(text), [], text);
    }
  });

  it('each of several such texts is told', () => {
    const found = mistakes('a: { t: One, two }\nb: { t: Three, four, u: Five, six }\n');
    assert.deepEqual(
      found.map(({ at }) => at),
      ['1 two', '2 four', '2 six'],
    );
  });

  it('a scope alone in a list is mostly meant with a star', () => {
    check([
      ['r: { grants: [@own] }', '1 @own', 'begins with `@`', 'with `"*@own"`'],
      ['r: [a:b, @own, c:d]', '1 @own', 'begins with `@`', 'with `"*@own"`'],
      ['r:\n  - @own\n', '2 @own', 'begins with `@`', 'with `"*@own"`'],
      ['r: [ @own]', '1 @own', 'begins with `@`', 'write `"@own"`'],
      ['r: [%x]', '1 %x', 'begins with `%`', 'write `"%x"`'],
      ['r: [`x`]', '1 `', 'backtick', 'as in'],
    ]);
    assert.notInclude(mistakes('@ana: member')[0]?.help, '*');
    assert.notInclude(mistakes('r: @ana')[0]?.help, '*');
  });

  it('a bracket that begins no further right than its key is told as that, and not as one that is missing', () => {
    check([
      ['a:\n  b: [\n    c,\n  ]\n', '4 ]', 'no further right than its key', 'behind the last entry'],
      ['a:\n  b: [\n    c\n]\n', '4 ]', 'no further right than its key', 'behind the last entry'],
      ['a: {\n  b: 1\n}\n', '3 }', 'no further right than its key', 'behind the last entry'],
      ['a: [\n  [b],\n  "]",\n]\n', '4 ]', 'no further right than its key', 'behind the last entry'],
      ['a:\n  b:\n  [\n    c\n  ]\n', '3 [', 'no further right than its key', 'behind the colon'],
      ['a:\n{ b: 1 }\nc: 2\n', '2 {', 'no further right than its key', 'behind the colon'],
      ['a:\n  b: [\n  c,\n  d ]\n', '3 c,', 'stands within the `[` above', 'further than the key'],
    ]);
    check([
      ['a: [1, 2\nb: 3\n', '1 [', 'never closed', 'close it with `]`'],
      ['a: [1, 2\nb: [3]\n', '1 [', 'never closed', 'close it with `]`'],
      ['a: {b: 1\nc: { d: 2 }\n', '1 {', 'never closed', 'close it with `}`'],
    ]);
  });

  it('a tab is told wherever it stands', () => {
    check([
      ['a: [\tb ]\n', '1 \t', 'a tab stands here', 'a blank instead'],
      ['a:\t[b]\n', '1 \t', 'a tab stands here', 'a blank instead'],
      ['a:\n  b: {\tc: 1 }\n', '2 \t', 'a tab stands here', 'a blank instead'],
      ['a: [b,\n\t\tc]\n', '2 \t\t', 'indented with a tab', 'never with tabs'],
      ['a: {\n\tb: 1\n}\n', '2 \t', 'indented with a tab', 'never with tabs'],
    ]);
  });
});
