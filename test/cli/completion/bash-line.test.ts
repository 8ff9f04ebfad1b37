import { assert } from 'chai';
import { quoteForBash, readBashLine } from '../../../src/cli/completion/bash-line.ts';

// As bash has it from the start.
const breaks = ' \t\n"\'@><=;|&(:';

describe('a line of bash', () => {
  const lines: readonly (readonly [line: string, words: readonly string[], kept: string])[] = [
    ['', [''], ''],
    ['rolebook ', ['rolebook', ''], ''],
    ['rolebook acc', ['rolebook', 'acc'], ''],
    ['rolebook  access   an', ['rolebook', 'access', 'an'], ''],
    ['rolebook access service:b', ['rolebook', 'access', 'service:b'], 'service:'],
    ['rolebook access ana@ac', ['rolebook', 'access', 'ana@ac'], 'ana'],
    ['rolebook who-can doc:edit@p', ['rolebook', 'who-can', 'doc:edit@p'], 'doc:edit'],
    ['rolebook matrix --organization=ac', ['rolebook', 'matrix', '--organization=ac'], '--organization='],
    ["rolebook access 'ana b", ['rolebook', 'access', 'ana b'], ''],
    ['rolebook access "ana b', ['rolebook', 'access', 'ana b'], ''],
    ['rolebook access ana\\ b', ['rolebook', 'access', 'ana b'], ''],
    ["rolebook access o\\'br", ['rolebook', 'access', "o'br"], ''],
    ['rolebook access "a\\"b\\x', ['rolebook', 'access', 'a"b\\x'], ''],
    ['rolebook access \'a\'"b"c', ['rolebook', 'access', 'abc'], ''],
    ['rolebook access "service":b', ['rolebook', 'access', 'service:b'], 'service:'],
    ['rolebook access service:"b', ['rolebook', 'access', 'service:b'], 'service:'],
    ['rolebook access ab"c', ['rolebook', 'access', 'abc'], 'ab'],
    ['rolebook access "a:b"c', ['rolebook', 'access', 'a:bc'], ''],
    ['rolebook access \\', ['rolebook', 'access', ''], ''],
    ["rolebook access '", ['rolebook', 'access', ''], ''],
  ];
  for (const [line, words, kept] of lines) {
    it(`is taken apart as bash does: ${line}`, () => {
      const read = readBashLine(line, breaks);
      assert.deepEqual(read.words, words);
      assert.equal(read.kept, kept);
    });
  }

  it('knows which quote is open', () => {
    assert.equal(readBashLine("rolebook access 'a", breaks).quote, "'");
    assert.equal(readBashLine('rolebook access "a', breaks).quote, '"');
    assert.equal(readBashLine('rolebook access "a"', breaks).quote, '');
    assert.equal(readBashLine('rolebook access "it\'s', breaks).quote, '"');
  });

  it('takes nothing apart at signs that bash does not', () => {
    assert.equal(readBashLine('rolebook access service:b', ' \t\n').kept, '');
  });
});

describe('a name that is put into a line of bash', () => {
  it('is quoted as the part that it replaces is', () => {
    assert.equal(quoteForBash('ana bo', { kept: '', quote: '' }), 'ana\\ bo');
    assert.equal(quoteForBash("o'b`$x`", { kept: '', quote: '' }), "o\\'b\\`\\$x\\`");
    assert.equal(quoteForBash("o'b", { kept: '', quote: "'" }), "o'\\''b");
    assert.equal(quoteForBash('a$b`c\\"', { kept: '', quote: '"' }), 'a\\$b\\`c\\\\\\"');
    assert.equal(quoteForBash('service:it is', { kept: 'service:', quote: '' }), 'it\\ is');
  });

  it('is not offered where it could not stand', () => {
    assert.isUndefined(quoteForBash('bang!', { kept: '', quote: '"' }));
    assert.isUndefined(quoteForBash('ana', { kept: 'service:', quote: '' }));
  });
});
