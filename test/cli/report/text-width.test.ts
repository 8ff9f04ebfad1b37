import { assert } from 'chai';
import * as fc from 'fast-check';
import { charactersOf, characterWidth, widthOf } from '../../../src/cli/report/text-width.ts';
import { anyText } from '../../support/any-text.ts';

describe('the width of a text on a terminal', () => {
  it('is one column for a letter, two for a wide one, none for an accent', () => {
    for (const [text, width] of [
      ['', 0],
      ['ana', 3],
      ['e\u0301', 1],
      ['編集', 4],
      ['📄', 2],
      ['a編', 3],
    ] as const)
      assert.equal(widthOf(text), width, text);
  });

  it('is the same taken at once as character by character', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText(), fc.string({ unit: 'grapheme' })), (text) => {
        const widths = charactersOf(text).map(characterWidth);
        assert.equal(
          widthOf(text),
          widths.reduce((sum, width) => sum + width, 0),
        );
      }),
    );
  });
});
