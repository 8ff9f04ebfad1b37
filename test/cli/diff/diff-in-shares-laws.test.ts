import { assert } from 'chai';
import * as fc from 'fast-check';
import type { DiffOptions } from '../../../src/cli/diff/diff-command.ts';
import { judgeInShares } from '../../../src/cli/diff/diff-in-shares.ts';
import { judgeWhole, type JudgedDiff } from '../../../src/cli/diff/diff-judgement.ts';
import { fixedNowMs } from '../../support/random-policy.ts';
import { randomSides, type RandomSides } from '../../support/random-shares.ts';
import { quietIo, readingOf, reportsOf } from './judged-diffs.ts';

// `npm run laws` asks for 500.
const pairs = Number(process.env['ROLEBOOK_LAW_RUNS'] ?? 60);

const options: DiffOptions = { policy: '.', format: 'json' };

function whole(sides: RandomSides): Promise<JudgedDiff | undefined> {
  return judgeWhole(readingOf(sides), fixedNowMs, options, quietIo);
}

function inShares(sides: RandomSides, count: number): Promise<JudgedDiff | undefined> {
  return judgeInShares(readingOf(sides), count, undefined, fixedNowMs, quietIo);
}

describe('a change that is judged in shares, by law', () => {
  it('is told as the whole is, in every format, or not at all', async () => {
    const told = new Map<number, number>();
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(randomSides, async (sides) => {
        const reference = await whole(sides);
        if (reference && reference.base.problems.length === 0) sound += 1;
        for (const count of [1, 2, 3, 4]) {
          const judged = await inShares(sides, count);
          if (!judged) continue;
          assert(reference, 'files with errors were judged');
          assert.deepEqual(judged, reference);
          assert.deepEqual(reportsOf(judged), reportsOf(reference));
          told.set(count, (told.get(count) ?? 0) + 1);
        }
      }),
      { numRuns: pairs },
    );
    // The law says nothing of what is not judged in shares.
    assert.equal(told.get(1), sound);
    for (const count of [2, 3, 4]) assert.isAbove(told.get(count) ?? 0, sound / 4, `${count} shares`);
  }).timeout(600_000);
});
