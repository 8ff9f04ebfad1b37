import { assert } from 'chai';
import { applyPatch, createTwoFilesPatch, FILE_HEADERS_ONLY, formatPatch, parsePatch, reversePatch } from 'diff';
import fc from 'fast-check';
import { changedLines, linesWithEnds } from '../../../../src/review/changes/text/changed-lines.ts';
import { linePatch } from '../../../../src/review/changes/text/line-patch.ts';
import { undone, undoOf } from '../../../../src/review/changes/text/text-undo.ts';
import { joinTexts, type JoinedText } from '../../../../src/review/changes/text/joined-text.ts';
import { lawRuns } from '../../../support/law-runs.ts';

const names = { from: 'a/file', to: 'b/file' };

/** A text of few different lines, so that many stand in it twice. */
const someText = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '  ana: lead', 'x\r'), { maxLength: 12 }), fc.boolean())
  .map(([lines, isEnded]) => lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : ''));

describe('lines that were changed', () => {
  it('come as a patch that is byte for byte what the library makes of few lines', () => {
    fc.assert(
      fc.property(someText, someText, (before, after) => {
        const theirs = createTwoFilesPatch(names.from, names.to, before, after, undefined, undefined, {
          context: 3,
          headerOptions: FILE_HEADERS_ONLY,
        });
        assert.equal(formatPatch(linePatch(names, before, after), FILE_HEADERS_ONLY), theirs);
      }),
      { numRuns: lawRuns(1000) },
    );
  });

  describe('in very many places', () => {
    const members = (role: (index: number) => string, count = 20_000): string =>
      `workspace: support\nmembers:\n${Array.from({ length: count }, (_, index) => `  s-${index}@a.example: ${role(index)}\n`).join('')}`;
    const before = members(() => 'busy');
    const changes: readonly (readonly [string, string])[] = [
      ['of all lines', members(() => 'member')],
      ['of every second line', members((index) => (index % 2 === 0 ? 'member' : 'busy'))],
      ['of every line but a few', members((index) => (index % 999 === 0 ? 'busy' : 'member'))],
      ['of most lines, and some are gone', members((index) => (index % 3 === 0 ? 'busy' : 'x'), 15_000)],
      ['of the order', before.split('\n').reverse().join('\n')],
      ['of everything', 'b: c\n'.repeat(30_000)],
      ['of everything, into nothing', ''],
    ];
    for (const [name, after] of changes) {
      it(`${name} are a patch that makes the one of the other, both ways, and as text`, () => {
        const patch = linePatch(names, before, after);
        const exactly = { fuzzFactor: 0, autoConvertLineEndings: false };
        assert.equal(applyPatch(before, patch, exactly), after);
        assert.equal(applyPatch(after, reversePatch(patch), exactly), before);
        const [read] = parsePatch(formatPatch(patch, FILE_HEADERS_ONLY));
        assert.equal(read && applyPatch(before, read, exactly), after);
        assert.equal(undone(after, after, undoOf(before, after)), before);
      });
    }

    it('leave alone the lines that are the same', () => {
      const found = changedLines(linesWithEnds(before), linesWithEnds(changes[1]?.[1] ?? ''));
      assert.lengthOf(found, 10_000);
      for (const { before: old, after: now } of found) assert.deepEqual(old, now);
    });

    it('are joined with what others did to the lines between', () => {
      const mine = members((index) => (index % 4 === 0 ? 'member' : 'busy'));
      const theirs = members((index) => (index % 4 === 2 ? 'guest' : 'busy'));
      const both = members((index) => (index % 4 === 0 ? 'member' : index % 4 === 2 ? 'guest' : 'busy'));
      assert.deepEqual(joinTexts(before, theirs, mine), { text: both });
      const [top, bottom] = ['# mine\n', '# theirs\n'];
      const long = members(() => 'busy', 200_000);
      assert.isTrue(isText(joinTexts(long, long + bottom, top + long), top + long + bottom));
      assert.isTrue(isText(joinTexts('', '', long), long));
      const clash = members((index) => (index === 4 ? 'guest' : 'busy'));
      assert.deepEqual(joinTexts(before, clash, mine), { conflict: 7 });
    });
  });
});

// Megabytes, which nobody wants to see compared.
function isText(joined: JoinedText, text: string): boolean {
  return joined.conflict === undefined && joined.text === text;
}
