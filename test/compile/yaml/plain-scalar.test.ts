import { assert } from 'chai';
import { faults, parseRight } from '../../support/yaml-texts.ts';

const valueOf = (text: string): unknown => parseRight(text).value;

describe('values without quotes', () => {
  it('numbers that no request can have are found, too, and are texts in quotes', () => {
    for (const number of ['.inf', '-.inf', '+.inf', '.Inf', '-.INF', '.nan', '.NaN', '.NAN']) {
      assert.deepEqual(faults(`a: [${number}]`), [`1 inexact-number ${number}`]);
      assert.deepEqual(valueOf(`a: "${number}"`), { a: number });
    }
    for (const text of ['.infinite', '-.nano', '.na']) assert.deepEqual(valueOf(`a: ${text}`), { a: text });
  });

  it('values that are taken for others than stand there are told, with what they are taken for', () => {
    const converted = (text: string): unknown =>
      parseRight(text).converted.told.map(({ text: written, value }) => [written, value]);
    const values: Readonly<Record<string, unknown>> = {
      ...{ '01234': 1234, '007': 7, '00': 0, '-0': 0, '+7': 7, '1.10': 1.1, '1.0': 1, '5.': 5, '.5': 0.5 },
      ...{ '0x10': 16, '0o17': 15, '1e3': 1000, '12e4': 120_000, '1E5': 100_000, '1.50': 1.5, '1e22': 1e22 },
      ...{ True: true, FALSE: false, Null: null, NULL: null },
    };
    for (const [text, value] of Object.entries(values)) {
      for (const place of [`a: ${text}`, `a: [${text}]`, `when: { b: ${text} }`]) {
        assert.deepEqual(
          converted(place),
          [[text, value]].map(([one, other]) => [one, other === 0 ? Number(text) : other]),
        );
      }
      assert.deepEqual(converted(`a: "${text}"`), []);
    }
    for (const text of ['0', '-7', '1234', '0.5', '1.5', '1e+22', 'true', 'null', '~', '', 'yes', 'No', '2026-11-20']) {
      assert.deepEqual(converted(`when: { a: ${text} }`), [], text);
    }
  });

  it('texts that are numbers to other readers are told where they are compared', () => {
    const converted = (text: string): unknown => parseRight(text).converted.told.map(({ value }) => value);
    for (const text of ['1_000', '-1_0.5', '0b11', '0X1F', '0xFF_FF', '0O17', '1_']) {
      for (const key of ['when', 'properties', 'with']) {
        assert.deepEqual(converted(`${key}: { a: { b: [${text}] } }`), [text]);
        assert.deepEqual(converted(`x:\n  - ${key}:\n      a: ${text}\n`), [text]);
      }
      assert.deepEqual(converted(`title: ${text}`), []);
      assert.deepEqual(converted(`when: { a: "${text}" }`), []);
    }
    for (const text of ['12:30', '1.2.3', '0b12', '_1', '1-000', '0xgg', '7up']) {
      assert.deepEqual(converted(`when: { a: ${text} }`), [], text);
    }
  });
});
