import { assert } from 'chai';
import { joinTexts } from '../../../../src/review/changes/text/joined-text.ts';

const base = 'a\nb\nc\nd\ne\n';

describe('a text that was changed here and there', () => {
  it('has what both did, in whatever order they stand', () => {
    assert.deepEqual(joinTexts(base, 'A\nb\nc\nd\ne\n', 'a\nb\nc\nd\nE\n'), { text: 'A\nb\nc\nd\nE\n' });
    assert.deepEqual(joinTexts(base, 'a\nb\nc\nd\ne\nf\n', 'z\na\nb\nc\nd\ne\n'), { text: 'z\na\nb\nc\nd\ne\nf\n' });
    assert.deepEqual(joinTexts(base, 'a\nc\nd\ne\n', 'a\nb\nc\ne\n'), { text: 'a\nc\ne\n' });
    assert.deepEqual(joinTexts(base, 'a\nB\nc\nd\ne\n', 'a\nb\nC\nd\ne\n'), { text: 'a\nB\nC\nd\ne\n' });
  });

  it('has once what both did alike', () => {
    assert.deepEqual(joinTexts(base, 'a\nB\nc\nd\ne\nf\n', 'a\nB\nc\nd\ne\nf\n'), { text: 'a\nB\nc\nd\ne\nf\n' });
    assert.deepEqual(joinTexts(base, 'a\nB\nc\nd\ne\n', base), { text: 'a\nB\nc\nd\ne\n' });
    assert.deepEqual(joinTexts(base, base, 'a\nB\nc\nd\ne'), { text: 'a\nB\nc\nd\ne' });
    assert.deepEqual(joinTexts('', 'a\n', ''), { text: 'a\n' });
  });

  it('is not joined where they did different things to the same lines, which is told by its own line', () => {
    const wrong: readonly (readonly [string, string, number])[] = [
      ['a\nB\nc\nd\ne\n', 'a\nX\nc\nd\ne\n', 2],
      ['a\nc\nd\ne\n', 'a\nX\nc\nd\ne\n', 2],
      ['a\nX\nc\nd\ne\n', 'a\nc\nd\ne\n', 2],
      ['a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\ne\ng\n', 6],
      ['z\na\nb\nc\nd\ne\n', 'y\na\nb\nc\nd\ne\n', 1],
      ['a\nX\nY\nd\ne\n', 'z\na\nb\nZ\nd\ne\n', 4],
      ['a\nb\nc\nd\nE\n', 'a\nb\nc\nd\ne', 5],
      ['', 'a\nb\nc\nd\nE\n', 5],
      ['a\ne\n', 'a\nb\nC\nd\ne\n', 3],
      ['a\nX\nc\nY\ne\n', 'a\nb\nc\nZ\ne\n', 4],
    ];
    for (const [theirs, mine, conflict] of wrong) {
      assert.deepEqual(joinTexts(base, theirs, mine), { conflict }, JSON.stringify([theirs, mine]));
      assert.isDefined(joinTexts(base, theirs, mine, 'mine'));
    }
  });

  it('has the lines of one side there when somebody says whose', () => {
    const [theirs, mine] = ['a\nB\nc\nd\nE\n', 'a\nX\nc\nd\ne\n'];
    assert.deepEqual(joinTexts(base, theirs, mine, 'mine'), { text: 'a\nX\nc\nd\nE\n' });
    assert.deepEqual(joinTexts(base, theirs, mine, 'theirs'), { text: 'a\nB\nc\nd\nE\n' });
  });
});
