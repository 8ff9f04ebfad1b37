import { assert } from 'chai';
import fc from 'fast-check';
import { describeValue, quote } from '../../../src/compile/words/describe-value.ts';
import { nearest, suggest } from '../../../src/compile/words/suggest.ts';
import { anyText } from '../../support/any-text.ts';

describe('values in words', () => {
  it('says what was found', () => {
    const cases: [unknown, RegExp][] = [
      [null, /nothing/],
      [undefined, /nothing/],
      ['', /empty/],
      ['a b', /^`a b`$/],
      [7, /`7`/],
      [true, /`true`/],
      [[1], /list/],
      [{ a: 1 }, /mapping/],
    ];
    for (const [value, words] of cases) assert.match(describeValue(value), words);
  });

  it("shows a user's text as it stands, cut where it is long", () => {
    assert.equal(quote('Ana López 安娜 😀'), '`Ana López 安娜 😀`');
    assert.equal(quote('x'.repeat(60)), `\`${'x'.repeat(60)}\``);
    assert.equal(quote('x'.repeat(61)), `\`${'x'.repeat(57)}...\``);
    assert.notInclude(quote(`${'x'.repeat(56)}😀${'y'.repeat(9)}`), '\ud83d');
  });

  it('spells out what would move the cursor, colour the terminal or turn the text around', () => {
    for (const character of [
      '\u0000',
      '\u0007',
      '\n',
      '\r',
      '\t',
      '\u001b',
      '\u007f',
      '\u009b',
      '\u200b',
      '\u200e',
      '\u2028',
      '\u202e',
      '\u2066',
      '\u2069',
    ]) {
      assert.equal(quote(`a${character}b`), `\`a\\u{${character.charCodeAt(0).toString(16)}}b\``);
    }
    assert.equal(quote('a\ud800b'), '`a\\u{d800}b`');
  });

  it('any text is one printable line', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const shown = quote(text);
        assert.isTrue(shown.isWellFormed());
        assert.notMatch(shown, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
      }),
    );
  });
});

describe('did you mean', () => {
  it('the nearest known name is found', () => {
    assert.equal(nearest('membr', ['member', 'owner']), 'member');
    assert.equal(nearest('Member', ['member']), 'member');
    assert.equal(nearest('message:snd', ['message:send', 'message:delete']), 'message:send');
    assert.equal(nearest('a', ['b']), 'b');
  });

  it('nothing is offered that is not near', () => {
    assert.isUndefined(nearest('ana', ['bob']));
    assert.isUndefined(nearest('auditor', ['member', 'owner']));
    assert.isUndefined(nearest('x', []));
    assert.isUndefined(nearest('x'.repeat(129), ['x'.repeat(129)]));
  });

  it('between two as near the first by name is taken, whatever their order', () => {
    assert.equal(nearest('rale', ['role', 'rule']), nearest('rale', ['rule', 'role']));
    assert.equal(nearest('rxle', ['rule', 'role']), 'role');
  });

  it('where none is near, a few known ones are listed, many are not', () => {
    assert.match(suggest('membr', ['member', 'owner']) ?? '', /`member`/);
    assert.notInclude(suggest('membr', ['member', 'owner']), 'owner');
    assert.match(suggest('auditor', ['member', 'owner']) ?? '', /`member`.*`owner`/);
    assert.isUndefined(suggest('auditor', []));
    assert.isUndefined(
      suggest(
        'auditor',
        Array.from({ length: 13 }, (_, index) => `x${index}`),
      ),
    );
  });
});
