import { assert } from 'chai';
import fc from 'fast-check';
import { findInexactNumber, isExactNumber } from '../../src/policy/exact-number.ts';
import { lawRuns } from '../support/law-runs.ts';

const exact = [
  ...['0', '-0', '+7', '007', '0.0', '-0.000', '0e999999', '000000000000000000000000', '.5', '5.', '0x1F', '0o17'],
  ...['9007199254740991', '9007199254740992', '-9007199254740992', '9007199254740994', '9007199254740992.0'],
  ...['18446744073709551616', '100000000000000000000', '0x20000000000000', '0o400000000000000000'],
  ...[
    '1278155589199040.2',
    '1278155589199040.3',
    '1278155589199040.25',
    '0.1',
    '0.30000000000000004',
    '19.99',
    '1234567890.12',
    '0.10000000000000001',
    '0.10000000000000000000',
  ],
  ...['1e22', '1e23', '1e300', '1.8446744073709552e+19', '1.7976931348623157e308', '5e-324', '2.2250738585072014E-308'],
  ...['0.1000000000000000055511151231257827021181583404541015625', '.inf', '-.inf', '.nan'],
];

/** Begin as numbers do, and are texts: to YAML, and to `BigInt`, which throws. */
const texts = [
  ...['0x1Facme', '0x', '0o', '0xg', '0o8', '0o17x', '0x1F ', '-0x1F', '+0o17', '0X1F', '0b11', '0x1_0', '0x1.8'],
  ...['0x20000000000001n', '0xe', '0x1e400x', '0o1e400', '1e', '1e4e4', '1.2.3', '2026-11-20', '1:30', '7up', '-', '.'],
  ...[`0x${'f'.repeat(300)}g`, `0o${'8'.repeat(300)}`, '12345678901234567890x', '-e400'],
];

const inexact = [
  ...['9007199254740993', '-9007199254740993', '9007199254740995', '+9007199254740993', '009007199254740993'],
  ...[
    '9007199254740993.0',
    '9007199254740993e0',
    '9.007199254740993e15',
    '900719925474099.3e1',
    '90071992547409930e-1',
  ],
  ...['18446744073709551615', '18446744073709552000', '100000000000000000000000', '1152921504606846977'],
  ...['0x20000000000001', '0o400000000000000001', `0x${'f'.repeat(300)}`, '1e400', '-1e309', '1e-400', '-1e-324'],
  ...['4e-324', '1.00000000000000000001', '0.1000000000000000088', '3.14159265358979323846', '0.99999999999999999'],
  ...['9'.repeat(400), `0.${'0'.repeat(400)}1`, `1${'0'.repeat(101)}`, `1.${'1'.repeat(5000)}`],
];

describe('a number', () => {
  it('is exact where a double says just what was written, as everybody means it', () => {
    for (const literal of exact) assert.strictEqual(isExactNumber(literal), true, literal);
  });

  it('is not exact where it would be taken for another', () => {
    for (const literal of inexact) assert.strictEqual(isExactNumber(literal), false, literal.slice(0, 60));
  });

  it('is not what only begins as one: that is a text, and exact as it stands', () => {
    for (const literal of texts) assert.strictEqual(isExactNumber(literal), true, literal.slice(0, 60));
  });

  it('that a program wrote of a double it has is exact, in JavaScript and with 17 digits as in C', () => {
    const doubles = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, min: -1e16, max: 1e16 }),
    );
    fc.assert(
      fc.property(doubles, (value) => {
        const written = [value.toExponential(), value.toExponential(16)];
        if (Math.abs(value) < Number.MAX_SAFE_INTEGER) written.push(String(value));
        for (const literal of written) assert.strictEqual(isExactNumber(literal), true, literal);
      }),
      { numRuns: lawRuns(10_000) },
    );
  });

  it('that is whole is exact just where the double is that very number', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.bigInt(2n ** 52n, 2n ** 66n).map(String)), fc.boolean(), (text, isNegative) => {
        const literal = isNegative ? `-${text}` : text;
        assert.strictEqual(isExactNumber(literal), BigInt(Number(literal)) === BigInt(literal));
      }),
      { numRuns: lawRuns(5000) },
    );
  });

  it('of up to 15 digits is exact wherever a double is that large or that small', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{0,14}$/);
    fc.assert(
      fc.property(digits, fc.integer({ min: -300, max: 290 }), fc.boolean(), (text, power, hasPoint) => {
        const literal = `${hasPoint ? `${text.slice(0, 1)}.${text.slice(1)}` : text}e${power}`;
        assert.strictEqual(isExactNumber(literal), true, literal);
      }),
      { numRuns: lawRuns(5000) },
    );
  });

  it('that is not exact is found wherever it stands in JSON, and nothing else is taken for one', () => {
    for (const literal of inexact.filter((text) => /^-?[1-9](?:[\d.]|[eE]-?\d)*$/.test(text))) {
      for (const [before, after] of [
        ['', ''],
        ['[1,', ',2]'],
        ['{"a":{"b":[', ',0.5]}}'],
        ['{"\\"9":', '\n}'],
      ]) {
        const at = findInexactNumber(`${before}${literal}${after}`);
        assert.strictEqual(at, (before ?? '').length + (literal.startsWith('-') ? 1 : 0), `${before}${literal}`);
      }
      for (const text of [`"${literal}"`, `{"${literal}":"${literal}"}`, `["\\\\","${literal}\\"",1e5,-2.5E-3]`]) {
        assert.strictEqual(findInexactNumber(text), undefined, text);
      }
    }
  });
});
