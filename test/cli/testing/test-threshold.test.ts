import { assert } from 'chai';
import { formatPercent, isBelow, parseThreshold } from '../../../src/cli/testing/test-threshold.ts';

describe('a threshold', () => {
  it('is a percentage from 0 to 100, with at most two decimals', () => {
    for (const [value, hundredths] of [
      ['0', 0],
      ['90', 9000],
      ['92.5', 9250],
      ['92.55', 9255],
      ['100', 10_000],
      ['100.00', 10_000],
    ] as const)
      assert.equal(parseThreshold(value), hundredths, value);
  });

  it('is nothing else', () => {
    for (const value of [
      ...['', ' ', '-1', '-0', '+90', '100.01', '101', '1000', '9e1', '0x10', '90%', '90 %', ' 90', '90 ', '90.', '.9'],
      ...['90.555', '9,5', 'ninety', 'NaN', 'Infinity', '90\n', '９０', '1/2', '--mutate', 'null'],
    ])
      assert.throws(() => parseThreshold(value), '`--threshold` takes a percentage', value);
  });

  it('is reached by exactly as much, and not by a hair less', () => {
    assert.isFalse(isBelow({ part: 9, whole: 10 }, 9000));
    assert.isTrue(isBelow({ part: 9, whole: 10 }, 9001));
    assert.isFalse(isBelow({ part: 1851, whole: 2000 }, 9255));
    assert.isTrue(isBelow({ part: 1850, whole: 2000 }, 9255));
    assert.isFalse(isBelow({ part: 0, whole: 5 }, 0));
    assert.isTrue(isBelow({ part: 99_999, whole: 100_000 }, 10_000));
    assert.isFalse(isBelow({ part: 0, whole: 0 }, 10_000));
  });

  it('is never reached by rounding, and neither is 100 % shown', () => {
    assert.equal(formatPercent({ part: 99_999, whole: 100_000 }), '99.9 %');
    assert.equal(formatPercent({ part: 2, whole: 3 }), '66.6 %');
    assert.equal(formatPercent({ part: 3, whole: 3 }), '100 %');
    assert.equal(formatPercent({ part: 0, whole: 3 }), '0 %');
  });
});
