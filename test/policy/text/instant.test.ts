import { assert } from 'chai';
import fc from 'fast-check';
import { formatInstant, parseFrom, parseInstant, parseUntil } from '../../../src/policy/text/instant.ts';
import type { Assignment } from '../../../src/policy/policy-set.ts';
import { holdsAt } from '../../../src/policy/policy-set.ts';

const ms = (text: string): number => Date.parse(text);

describe('times', () => {
  it('a `from` date begins with its day, in UTC', () => {
    assert.equal(parseFrom('2027-04-01'), ms('2027-04-01T00:00:00.000Z'));
  });

  it('an `until` date ends with its day, in UTC: the first instant after it is the next midnight', () => {
    assert.equal(parseUntil('2026-12-31'), ms('2027-01-01T00:00:00.000Z'));
    assert.equal(parseUntil('2028-02-28'), ms('2028-02-29T00:00:00.000Z'));
    assert.equal(parseUntil('2027-02-28'), ms('2027-03-01T00:00:00.000Z'));
  });

  it('a time is the same instant as `from` and as `until`', () => {
    for (const text of ['2026-12-31T18:00:00Z', '2026-12-31T18:00:00+01:00']) {
      assert.equal(parseUntil(text), ms(text));
      assert.equal(parseFrom(text), ms(text));
    }
  });

  it('a date alone, as `--at` takes it, is its first instant', () => {
    assert.equal(parseInstant('2026-11-20'), ms('2026-11-20T00:00:00Z'));
    assert.equal(parseInstant('2026-11-20T09:00:00Z'), ms('2026-11-20T09:00:00Z'));
    assert.isUndefined(parseInstant('20.11.2026'));
  });

  it('February 29th is a day in leap years only', () => {
    for (const year of ['2000', '2024', '2028', '2400']) assert.isNumber(parseFrom(`${year}-02-29`), year);
    for (const year of ['1900', '2023', '2026', '2100']) assert.isUndefined(parseFrom(`${year}-02-29`), year);
  });

  it('an offset counts, half hours too, and reaches over the end of a year', () => {
    assert.equal(parseFrom('2027-01-01T00:30:00+01:00'), ms('2026-12-31T23:30:00Z'));
    assert.equal(parseFrom('2026-12-31T23:30:00-05:00'), ms('2027-01-01T04:30:00Z'));
    assert.equal(parseFrom('2026-06-01T12:00:00+05:45'), ms('2026-06-01T06:15:00Z'));
    assert.equal(parseFrom('2026-06-01T12:00:00-00:00'), ms('2026-06-01T12:00:00Z'));
    assert.equal(parseFrom('2026-06-01T12:00:00+23:59'), ms('2026-05-31T12:01:00Z'));
  });

  it('fractions of a second count to the millisecond', () => {
    const second = ms('2026-06-01T12:00:00Z');
    assert.equal(parseFrom('2026-06-01T12:00:00.5Z'), second + 500);
    assert.equal(parseFrom('2026-06-01T12:00:00.05Z'), second + 50);
    assert.equal(parseFrom('2026-06-01T12:00:00.123456789Z'), second + 123);
    assert.equal(parseFrom('2026-06-01T12:00:00.0009Z'), second);
  });

  it('small letters are fine, as RFC 3339 says', () => {
    assert.equal(parseFrom('2026-06-01t12:00:00z'), ms('2026-06-01T12:00:00Z'));
  });

  it('the first years are years, too, and 26 is not 1926', () => {
    assert.equal(formatInstant(parseFrom('0001-01-01') ?? NaN), '0001-01-01T00:00:00Z');
    assert.equal(formatInstant(parseUntil('0099-12-31') ?? NaN), '0100-01-01T00:00:00Z');
    assert.equal(formatInstant(parseFrom('0026-06-01T12:00:00+02:00') ?? NaN), '0026-06-01T10:00:00Z');
    assert.equal(formatInstant(parseFrom('0000-02-29') ?? NaN), '0000-02-29T00:00:00Z');
  });

  it('what begins before the year 0000 or ends after 9999 does so at the first or last instant that can be said', () => {
    const last = '9999-12-31T23:59:59.999Z';
    for (const text of ['9999-12-31', '9999-12-31T23:59:59-00:01', '9999-12-31T01:00:00-23:59', last]) {
      assert.equal(formatInstant(parseUntil(text) ?? NaN), last, text);
      assert.equal(parseUntil(last), parseUntil(text));
    }
    for (const text of ['0000-01-01', '0000-01-01T00:00:00+00:01', '0000-01-01T12:00:00+23:59']) {
      assert.equal(formatInstant(parseFrom(text) ?? NaN), '0000-01-01T00:00:00Z', text);
    }
    assert.equal(formatInstant(8.64e15), last);
  });

  it('what is no day or time of the calendar is no time', () => {
    const wrong = [
      '',
      ' ',
      '2026',
      '2026-06',
      '2026-6-1',
      '26-06-01',
      '2026-00-10',
      '2026-13-10',
      '2026-06-00',
      '2026-06-31',
      '2026-02-30',
      '2026-04-31',
      '0001-00-01',
      '0001-02-29',
      '0000-02-30',
      '9999-12-32',
      '10000-01-01',
      '-2026-06-01',
      '+2026-06-01',
      '2026-06-01 ',
      ' 2026-06-01',
      '2026-06-01\n',
      '2026/06/01',
      '20260601',
      '2026-W10',
      '2026-150',
      '２０２６-06-01',
    ];
    for (const text of wrong) {
      assert.isUndefined(parseFrom(text), text);
      assert.isUndefined(parseUntil(text), text);
    }
  });

  it('what is no time of a day, or does not say its offset, is no time', () => {
    const wrong = [
      'T24:00:00Z',
      'T23:60:00Z',
      'T23:59:60Z',
      'T23:59:61Z',
      'T25:00:00Z',
      'T12:00Z',
      'T12:00:00',
      'T12Z',
      'T12:00:00+1',
      'T12:00:00+0100',
      'T12:00:00+24:00',
      'T12:00:00+01:60',
      'T12:00:00.Z',
      'T12:00:00,5Z',
      'T12:00:00.1234567890Z',
      'T12:00:00UTC',
      'T12:00:00 Z',
      ' 12:00:00Z',
      'T1:00:00Z',
      'T12:00:00Zz',
      'T12:00:00Z\n',
    ];
    for (const text of wrong) assert.isUndefined(parseFrom(`2026-06-01${text}`), text);
    assert.isUndefined(parseFrom('2026-02-30T12:00:00Z'));
  });

  it('a role holds from its first instant on and no longer at its `until`', () => {
    const assignment = { fromMs: parseFrom('2027-01-01'), untilMs: parseUntil('2027-01-31') } as Assignment;
    assert.isFalse(holdsAt(assignment, ms('2026-12-31T23:59:59.999Z')));
    assert.isTrue(holdsAt(assignment, ms('2027-01-01T00:00:00Z')));
    assert.isTrue(holdsAt(assignment, ms('2027-01-31T23:59:59.999Z')));
    assert.isFalse(holdsAt(assignment, ms('2027-02-01T00:00:00Z')));
  });

  it('a role without times holds always, one with a single time on that side of it', () => {
    const holds = (fromMs: number | undefined, untilMs: number | undefined, at: number): boolean =>
      holdsAt({ fromMs, untilMs }, at);
    assert.isTrue(holds(undefined, undefined, 0));
    assert.isTrue(holds(10, undefined, 10));
    assert.isFalse(holds(10, undefined, 9));
    assert.isTrue(holds(undefined, 10, 9));
    assert.isFalse(holds(undefined, 10, 10));
  });

  it('every instant reads back as it is shown', () => {
    const instants = fc.integer({ min: ms('0000-01-01'), max: ms('9999-12-31') });
    fc.assert(
      fc.property(instants, (at) => {
        assert.equal(parseInstant(formatInstant(at)), at);
        assert.equal(parseUntil(new Date(at).toISOString()), at);
      }),
    );
    assert.equal(formatInstant(0), '1970-01-01T00:00:00Z');
    assert.equal(formatInstant(1), '1970-01-01T00:00:00.001Z');
  });

  it('every day is 24 hours long, whatever local clocks do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), (day) => {
        const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
        assert.equal(parseFrom(text), day * 86_400_000);
        assert.equal(parseUntil(text), (day + 1) * 86_400_000);
      }),
    );
  });
});
