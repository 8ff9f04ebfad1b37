import { assert } from 'chai';
import fc from 'fast-check';
import { skeletonOf } from '../../../src/policy/text/look-alikes.ts';
import { subjectIdFault } from '../../../src/policy/subject.ts';
import { anyText } from '../../support/any-text.ts';

describe('ids that look alike', () => {
  it('have one skeleton', () => {
    for (const [one, other] of [
      ['\u0441\u043e\u0441\u043e@acme.example', 'coco@acme.example'],
      ['\u0440\u043e\u0440\u0435', 'pope'],
      ['\u03bf\u03bd\u03bf', 'ovo'],
      ['\u0251na', 'ana'],
      ['b\u0131l', 'bil'],
      ['\u0578\u0585', 'no'],
      ['\u0410\u0412\u0421', 'ABC'],
      ['\u0421\u041e', 'CO'],
      ['\u30ab', '\u529b'],
      ['\u05e1', 'o'],
    ] as const) {
      assert.equal(skeletonOf(one), skeletonOf(other), one);
      assert.notEqual(one, other);
    }
  });

  it('and those that do not have two', () => {
    for (const [one, other] of [
      ['ana', 'Ana'],
      ['zo\u00eb', 'zoe'],
      ['\u0438\u0432\u0430\u043d', 'ivan'],
      ['l1', 'll'],
      ['O', '0'],
      ['rn', 'm'],
    ] as const)
      assert.notEqual(skeletonOf(one), skeletonOf(other), one);
  });

  it('a text of ASCII is its own skeleton, and a skeleton stays as it is', () => {
    fc.assert(fc.property(fc.string(), (text) => skeletonOf(text) === text));
    fc.assert(fc.property(anyText(), (text) => skeletonOf(skeletonOf(text)) === skeletonOf(text)));
  });

  it('no letter of the table is refused by itself, or it would not need to stand there', () => {
    const refused: string[] = [];
    for (let code = 0x80; code <= 0xffff; code += 1) {
      const letter = String.fromCharCode(code);
      if (skeletonOf(letter) !== letter && subjectIdFault(letter) !== undefined) refused.push(code.toString(16));
    }
    assert.deepEqual(refused, []);
  });
});
