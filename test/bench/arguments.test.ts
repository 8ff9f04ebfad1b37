import { assert } from 'chai';
import { parseArguments, WrongUsage } from '../../bench/arguments.ts';

describe('the arguments of the benchmark', () => {
  it('say what is compared with what, and how long it may take', () => {
    assert.deepEqual(parseArguments([]), { kind: 'rivals', plan: 'full' });
    assert.deepEqual(parseArguments(['--quick']), { kind: 'rivals', plan: 'quick' });
    assert.deepEqual(parseArguments(['--engines']), { kind: 'engines' });
    assert.deepEqual(parseArguments(['--against', 'main']), { kind: 'against', ref: 'main', plan: 'full' });
    const short = { kind: 'against', ref: 'HEAD~1', plan: 'short' } as const;
    assert.deepEqual(parseArguments(['--against', 'HEAD~1', '--short']), short);
    assert.deepEqual(parseArguments(['--short', '--against', 'HEAD~1']), short);
  });

  it('are refused when they say nothing, or two things', () => {
    for (const [words, message] of [
      [['--against'], '`--against` needs a commit, a branch or a tag'],
      [['--against', ''], '`--against` needs a commit, a branch or a tag'],
      [['--against', '--short'], '`--against` needs a commit, a branch or a tag'],
      [['--short'], '`--short` is for `--against`; the rivals have `--quick`'],
      [['--against', 'main', '--quick'], '`--quick` is for the rivals; `--against` has `--short`'],
      [['--engines', '--quick'], '`--engines` is for itself'],
      [['--against', 'main', '--engines'], '`--engines` is for itself'],
      [['--quick', '--quick'], '`--quick` is given twice'],
      [['main'], '`main` is none of its options'],
      [['--agianst', 'main'], '`--agianst` is none of its options'],
    ] as const) {
      assert.throws(() => parseArguments(words), WrongUsage, message, words.join(' '));
    }
  });
});
