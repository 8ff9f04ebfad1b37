import { expect } from 'chai';
import { parseArguments, WrongUsage } from '../../bench/arguments.ts';

describe('the arguments of the benchmark', () => {
  it('say what is compared with what, and how long it may take', () => {
    expect(parseArguments([])).to.deep.equal({ kind: 'rivals', plan: 'full' });
    expect(parseArguments(['--quick'])).to.deep.equal({ kind: 'rivals', plan: 'quick' });
    expect(parseArguments(['--against', 'main'])).to.deep.equal({ kind: 'against', ref: 'main', plan: 'full' });
    const short = { kind: 'against', ref: 'HEAD~1', plan: 'short' };
    expect(parseArguments(['--against', 'HEAD~1', '--short'])).to.deep.equal(short);
    expect(parseArguments(['--short', '--against', 'HEAD~1'])).to.deep.equal(short);
  });

  it('are refused when they say nothing, or two things', () => {
    for (const [words, message] of [
      [['--against'], '`--against` needs a commit, a branch or a tag'],
      [['--against', ''], '`--against` needs a commit, a branch or a tag'],
      [['--against', '--short'], '`--against` needs a commit, a branch or a tag'],
      [['--short'], '`--short` is for `--against`; the rivals have `--quick`'],
      [['--against', 'main', '--quick'], '`--quick` is for the rivals; `--against` has `--short`'],
      [['--quick', '--quick'], '`--quick` is given twice'],
      [['main'], '`main` is none of its options'],
      [['--agianst', 'main'], '`--agianst` is none of its options'],
    ] as const) {
      expect(() => parseArguments(words), words.join(' ')).to.throw(WrongUsage, message);
    }
  });
});
