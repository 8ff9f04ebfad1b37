import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { createSchemaCheck } from '../../../src/compile/schema/json-schema.ts';
import type { CountsHeader, DecisionCount } from '../../../src/policy/decision-log/decision-count.ts';
import { readCountsHeader, readDecisionCount, writeCountsLine } from '../../../src/review/usage/decision-counts.ts';

const schema = new URL('../../../schemas/decision-counts.schema.json', import.meta.url);
const violations = createSchemaCheck(JSON.parse(readFileSync(schema, 'utf8')) as object);

const header: CountsHeader = {
  format: 'rolebook-counts/1',
  from: '2026-08-21T00:00:04.189Z',
  to: '2026-11-21T21:02:04.189Z',
  days: 93,
  lines: 20_000_000,
  skipped: 3,
  outside: 12,
  ahead: 0,
  revisions: 4,
};

const row: DecisionCount = {
  subject: { type: 'user', id: 'ana@acme.example' },
  workspace: 'support',
  permission: 'message:send',
  scope: ['shared'],
  foundScope: 'shared',
  role: 'team-lead',
  group: 'emea-support',
  decision: true,
  reason: 'granted',
  count: 17,
  first: '2026-08-21T00:00:04.189Z',
  last: '2026-11-21T21:02:04.189Z',
};

describe('a counts file', () => {
  it('is read as it was written', () => {
    const written = writeCountsLine(header) + writeCountsLine(row);
    const [first = '', second = ''] = written.split('\n');
    assert.deepEqual(readCountsHeader(first), { value: header });
    assert.deepEqual(readDecisionCount(second), { value: row });
    assert.deepEqual([...violations(header), ...violations(row)], []);
  });

  it('has no times where nothing was counted', () => {
    const empty = { ...header, from: undefined, to: undefined, days: 0, lines: 0 };
    assert.deepEqual(readCountsHeader(writeCountsLine(empty)), {
      value: JSON.parse(JSON.stringify(empty)) as CountsHeader,
    });
  });

  const wrongHeaders: readonly (readonly [name: string, value: unknown, message: string])[] = [
    ['format', undefined, 'the `format` must be `rolebook-counts/1`, found none'],
    ['format', 'rolebook-counts/2', 'the `format` must be `rolebook-counts/1`, found `rolebook-counts/2`'],
    ['from', 'yesterday', '`from` must be a time of RFC 3339'],
    ['to', 7, '`to` must be a time of RFC 3339'],
    ['days', undefined, '`days` must be a whole number'],
    ['lines', 1.5, '`lines` must be a whole number'],
    ['lines', '20', '`lines` must be a whole number'],
    ['skipped', -1, '`skipped` must be a whole number'],
    ['outside', null, '`outside` must be a whole number'],
    ['ahead', true, '`ahead` must be a whole number'],
    ['revisions', undefined, '`revisions` must be a whole number'],
  ];
  for (const [name, value, message] of wrongHeaders) {
    it(`is refused where \`${name}\` of its header is ${value === undefined ? 'missing' : JSON.stringify(value)}`, () => {
      const text = JSON.stringify({ ...header, [name]: value });
      assert.deepEqual(readCountsHeader(text), { message });
      // What has no format is taken for a row, which this is neither.
      assert.notDeepEqual(violations(JSON.parse(text)), []);
    });
  }

  it('is refused without a header', () => {
    for (const text of ['', 'counts', '[]', '7', 'null', JSON.stringify(row)]) {
      assert.match((readCountsHeader(text) as { message: string }).message, /rolebook-counts\/1/);
    }
  });

  const wrongRows: readonly (readonly [name: string, value: unknown, message: string])[] = [
    ['subject', undefined, '`subject` must have a `type` and an `id`, both texts'],
    ['subject', { type: 'user', id: '' }, '`subject` must have a `type` and an `id`, both texts'],
    ['workspace', undefined, '`workspace` or `organization` must be a text'],
    ['organization', 'acme', 'it has a `workspace` and an `organization`'],
    ['permission', 7, '`permission` must be a text'],
    ['scope', 'shared', '`scope` must be a list of texts'],
    ['scope', [], '`scope` must be a list of texts'],
    ['foundScope', ['shared'], '`foundScope` must be a text'],
    ['role', '', '`role` must be a text'],
    ['group', null, '`group` must be a text'],
    ['decision', 1, '`decision` must be `true` or `false`'],
    ['decision', false, '`decision` and `reason` contradict each other'],
    ['reason', undefined, '`reason` must be a text'],
    ['count', 0, '`count` must be a whole number from 1 on'],
    ['count', 2 ** 53, '`count` must be a whole number from 1 on'],
    ['count', '17', '`count` must be a whole number from 1 on'],
    ['first', undefined, '`first` and `last` must be times of RFC 3339'],
    ['last', '2026-11-21', '`first` and `last` must be times of RFC 3339'],
    ['time', '2026-11-21T21:02:04.189Z', '`time` is no member of a count'],
  ];
  for (const [name, value, message] of wrongRows) {
    it(`is refused where \`${name}\` of a row is ${value === undefined ? 'missing' : JSON.stringify(value)}`, () => {
      const text = JSON.stringify({ ...row, [name]: value });
      assert.deepEqual(readDecisionCount(text), { message });
      if (value !== 2 ** 53) assert.notDeepEqual(violations(JSON.parse(text)), []);
    });
  }

  it('is refused where a line is cut off', () => {
    for (const length of [0, 1, 20, 80]) {
      const read = readDecisionCount(JSON.stringify(row).slice(0, length));
      assert.deepEqual(read, { message: 'the line is not well-formed JSON' });
    }
  });
});
