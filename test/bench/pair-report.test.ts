import { assert } from 'chai';
import { isSlower, reportPairs } from '../../bench/against-report.ts';
import { pairPlans, resultOf, type PairResults } from '../../bench/measure-pairs.ts';
import { quartiles } from '../../bench/statistics.ts';

describe('the report of a comparison with a commit', () => {
  const results: PairResults = new Map();
  resultOf(results, 'single').ratios.push(0.9, 1, 1.02, 1.1);
  resultOf(results, 'tokens').ratios.push(0.9, 0.96, 1.3);
  resultOf(results, 'tokens').perProcessor.push(0.99);
  resultOf(results, 'tokens').p99s.push(1.25);
  resultOf(results, 'tokens').inWork.new.push(96);
  resultOf(results, 'tokens').inWork.old.push(100);
  resultOf(results, '2 workers').isMissing = true;

  it('finds slower what is below 0.97 at the median, and not what the commit does not know', () => {
    assert.deepEqual(
      [...results.values()].filter(isSlower).map(({ name }) => name),
      ['tokens'],
    );
    resultOf(results, 'single').ratios.splice(0, 4, 0.97, 0.97);
    assert.strictEqual(isSlower(resultOf(results, 'single')), false);
    resultOf(results, 'single').ratios.splice(0, 2, 0.9, 1, 1.02, 1.1);
  });

  it('tells the ratio with its spread, and how long the fixed work took', () => {
    const plan = pairPlans.short;
    const text = reportPairs({
      plan,
      tool: 'wrk',
      machine: { node: 'v20' },
      results,
      workMs: [20, 21, 22],
      tookMs: 9000,
    });
    assert.include(text, '| single | 1.010 | 0.975 to 1.040 | 0.900 to 1.100 | 4 | – | – | – | – |  |\n');
    assert.include(
      text,
      '| tokens | 0.960 | 0.930 to 1.130 | 0.900 to 1.300 | 3 | 0.990 | 1.25 | 96 | 100 | **below 0.97** |\n',
    );
    assert.include(text, '| 2 workers | not in REF |');
    assert.include(text, 'which took 21 ms (20.5 to 21.5 ms in the middle half)');
  });

  it('puts half of the values between the quartiles', () => {
    assert.deepEqual(quartiles([5, 1, 2, 4, 3]), [2, 4]);
    assert.deepEqual(quartiles([7]), [7, 7]);
  });
});
