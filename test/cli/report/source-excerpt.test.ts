import { assert } from 'chai';
import { plainPaint } from '../../../src/cli/report/paint.ts';
import { formatExcerpt } from '../../../src/cli/report/source-excerpt.ts';

describe('a source excerpt', () => {
  it('puts the caret under the first character and tildes under the rest', () => {
    assert.equal(excerpt('    extends: membr', 9, 14, 5), '9 |     extends: membr\n  |              ^~~~~');
  });

  it('makes the gutter as wide as the number', () => {
    assert.equal(excerpt('ab', 120, 2, 1), '120 | ab\n    |  ^');
  });

  it('keeps tabs, so both lines jump alike', () => {
    assert.equal(excerpt('\ta:\tbc', 1, 5, 2), '1 | \ta:\tbc\n  | \t  \t^~');
  });

  it('counts two columns for a wide character, none for a combining one, and two units for an emoji', () => {
    assert.equal(excerpt('日本: x', 1, 5, 1), '1 | 日本: x\n  |       ^');
    assert.equal(excerpt('e\u0301: x', 1, 5, 1), '1 | e\u0301: x\n  |    ^');
    assert.equal(excerpt('🙂: xy', 1, 5, 2), '1 | 🙂: xy\n  |     ^~');
    assert.equal(excerpt('日本', 1, 1, 2), '1 | 日本\n  | ^~~~');
  });

  it('puts a caret past the end of a line that is too short, or empty', () => {
    assert.equal(excerpt('a:', 1, 9, 4), '1 | a:\n  |   ^');
    assert.equal(excerpt('', 1, 1, 1), '1 | \n  | ^');
  });

  it('shows the part around the place of a very long line', () => {
    const [source = '', marker = ''] = excerpt(`${'a'.repeat(5000)}WRONG${'b'.repeat(5000)}`, 1, 5001, 5).split('\n');
    assert.isAtMost(source.length, 180);
    assert.isTrue(source.startsWith('1 | …') && source.endsWith('…'));
    assert.equal(source.indexOf('WRONG'), marker.indexOf('^~~~~'));
  });

  it('cuts no surrogate pair in half', () => {
    const text = `a${'🙂'.repeat(200)}`;
    for (const column of [100, 101, 102, 103]) assert.isTrue(excerpt(text, 1, column, 1).isWellFormed());
  });

  it('shows control characters and direction marks instead of obeying them', () => {
    const shown = excerpt('a\u001b[2J\u202eb', 1, 7, 1);
    assert.equal(shown, '1 | a␛[2J\ufffdb\n  |       ^');
  });
});

function excerpt(text: string, line: number, column: number, length: number): string {
  return formatExcerpt(text, { line, column, length }, plainPaint);
}
