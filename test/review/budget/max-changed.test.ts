import { assert } from 'chai';
import { isBeyond, readMaxChanged } from '../../../src/review/budget/max-changed.ts';

describe('the share that may change', () => {
  it('is read as it is written', () => {
    const shares = {
      '0%': 0,
      '1%': 1000,
      '0.5%': 500,
      '0.001%': 1,
      '12.34%': 12_340,
      '100%': 100_000,
      '100.000%': 100_000,
    };
    for (const [text, thousandths] of Object.entries(shares))
      assert.deepEqual(readMaxChanged(text), { text, thousandths });
  });

  for (const text of [
    '',
    '1',
    '%',
    '-1%',
    '+1%',
    '1 %',
    ' 1%',
    '1%%',
    '.5%',
    '1.%',
    '1,5%',
    '1e1%',
    '101%',
    '100.001%',
    '0.0001%',
    'NaN%',
    'one%',
    '1%\n',
    '٣%',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => assert.isUndefined(readMaxChanged(text)));
  }

  it('is exact at the bound, where a division would not be', () => {
    const beyond = (text: string, changed: number, compared: number): boolean => {
      const share = readMaxChanged(text);
      return share === undefined || isBeyond(share, changed, compared);
    };
    assert.isFalse(beyond('0%', 0, 100));
    assert.isTrue(beyond('0%', 1, 10_000));
    assert.isFalse(beyond('0.7%', 7, 1000));
    assert.isTrue(beyond('0.7%', 8, 1000));
    assert.isFalse(beyond('0.001%', 1, 100_000));
    assert.isTrue(beyond('0.001%', 1, 99_999));
    assert.isFalse(beyond('100%', 100, 100));
  });
});
