import { assert } from 'chai';
import { truthOf } from '../../../src/engine/conditions/condition-truth.ts';
import type { Scope } from '../../../src/policy/permission.ts';
import type { JsonObject, JsonValue } from '../../../src/policy/text/json.ts';
import { ask, policyOf } from '../../support/compile-yaml.ts';

function scopeOf(pair: JsonValue): Scope {
  const roles = {
    scopes: { own: { when: { 'resource.x': pair } }, rest: {} },
    permissions: { A: { 'doc:edit': { title: 'Edit', scopes: ['own', 'rest'] } } },
    roles: { member: {} },
  };
  const files = { 'roles.yaml': JSON.stringify(roles), 'policies/support.yaml': 'workspace: support\n' };
  return policyOf(files).catalog.scopes.get('own')!;
}

/** What becomes of `resource.x: PAIR` for each value of `x`; `missing` leaves it out. */
function truths(pair: JsonValue, values: readonly JsonValue[], other: JsonObject = {}): string {
  const [condition] = scopeOf(pair).when!;
  return values
    .map((x) => {
      const resource = x === 'missing' ? other : { ...other, x };
      return truthOf(condition!, ask('ana', 'doc:edit', { resource }), undefined);
    })
    .join(' ');
}

const unknown = (count: number): string => Array(count).fill('unknown').join(' ');

describe('a comparison in a `when`', () => {
  it('`not` holds for whatever else it is, `null` included', () => {
    assert.equal(truths({ not: 'closed' }, ['closed', 'open', '', null, []]), 'fails holds holds holds holds');
    assert.equal(truths({ not: 'closed' }, [['closed', 'open'], ['open']]), 'fails holds');
    assert.equal(truths({ not: ['closed', 'gone'] }, ['closed', 'gone', 'open']), 'fails fails holds');
    assert.equal(truths({ not: '$subject.id' }, ['ana', 'bo']), 'fails holds');
    assert.equal(truths({ not: 'closed' }, ['missing', 7, true, {}, [7]]), unknown(5));
    assert.equal(truths({ not: '$resource.y' }, ['a']), 'unknown');
  });

  it('`in` holds for one of a list', () => {
    assert.equal(truths({ in: ['open', 'new'] }, ['open', 'new', 'closed', '']), 'holds holds fails fails');
    assert.equal(truths({ in: ['open', 'new'] }, [['closed', 'new'], ['closed'], []]), 'holds fails fails');
    assert.equal(truths({ in: '$resource.all' }, ['a', 'c'], { all: ['a', 'b'] }), 'holds fails');
    assert.equal(truths({ in: ['open'] }, ['missing', null, 7, {}]), unknown(4));
    assert.equal(truths({ in: '$resource.all' }, ['a'], { all: null }), 'unknown');
  });

  it('`below` and `above` compare numbers, and an equal one is neither', () => {
    assert.equal(truths({ below: 500 }, [499.99, -3, 500, 501]), 'holds holds fails fails');
    assert.equal(truths({ above: 500 }, [500.01, 500, 499]), 'holds fails fails');
    assert.equal(truths({ below: '$resource.limit' }, [1, 3], { limit: 2 }), 'holds fails');
    for (const word of ['below', 'above'])
      assert.equal(truths({ [word]: 500 }, ['missing', null, '3', true, [3], {}]), unknown(6), word);
    assert.equal(truths({ below: '$resource.limit' }, [1], { limit: '2' }), 'unknown');
  });

  it('`before` and `after` part time at an instant, whatever offset it is told with', () => {
    const noon = '2026-12-31T12:00:00Z';
    const times = ['2026-12-31T11:59:59.999Z', noon, '2026-12-31T13:00:00+01:00', '2026-12-31T12:00:00.001Z'];
    assert.equal(truths({ before: noon }, times), 'holds fails fails fails');
    assert.equal(truths({ after: noon }, times), 'fails holds holds holds');
  });

  it('`before` and `after` take a day as `until` and `from` do', () => {
    const times = ['2026-12-30T23:59:59Z', '2026-12-31T00:00:00Z', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'];
    assert.equal(truths({ before: '2026-12-31' }, times), 'holds holds holds fails');
    assert.equal(truths({ after: '2026-12-31' }, times), 'fails holds holds holds');
    assert.equal(truths({ before: '2026-12-31' }, ['2026-12-30', '2026-12-31', '2027-01-01']), 'holds holds fails');
    assert.equal(truths({ after: '2026-12-31' }, ['2026-12-30', '2026-12-31', '2027-01-01']), 'fails holds holds');
  });

  it('of a day with an instant in the middle of it is not known', () => {
    const noon = '2026-12-31T12:00:00Z';
    assert.equal(truths({ before: noon }, ['2026-12-30', '2026-12-31', '2027-01-01']), 'holds unknown fails');
    assert.equal(truths({ after: noon }, ['2026-12-30', '2026-12-31', '2027-01-01']), 'fails unknown holds');
  });

  it('of times is not known for what is no time', () => {
    const values = ['missing', null, 1798718400, 'today', '2026-02-30', '2026-12-31 12:00', '', ['2026-12-31'], {}];
    for (const word of ['before', 'after'])
      assert.equal(truths({ [word]: '2026-12-31' }, values), unknown(values.length), word);
    assert.equal(truths({ before: '$resource.end' }, ['2026-01-01'], { end: '2026-01-02' }), 'holds');
    assert.equal(truths({ before: '$resource.end' }, ['2026-01-01'], { end: 'soon' }), 'unknown');
  });

  it('`within` finds an address in a network, or in one of several', () => {
    assert.equal(truths({ within: '10.0.0.0/8' }, ['10.1.2.3', '11.0.0.0', '::ffff:10.1.2.3']), 'holds fails holds');
    assert.equal(truths({ within: ['192.168.1.7', '2001:db8::/32'] }, ['192.168.1.7', '192.168.1.8']), 'holds fails');
    assert.equal(truths({ within: ['192.168.1.7', '2001:db8::/32'] }, ['2001:db8::1', '2001:db9::1']), 'holds fails');
    assert.equal(truths({ within: '0.0.0.0/0' }, ['1.2.3.4', '::1']), 'holds fails');
    assert.equal(truths({ within: '::/0' }, ['::1', '2001:db8::1']), 'holds holds');
    const values = [
      'missing',
      null,
      7,
      '',
      'localhost',
      '10.1',
      '010.1.2.3',
      '10.1.2.3/8',
      ' 10.1.2.3',
      'fe80::1%eth0',
    ];
    assert.equal(truths({ within: '10.0.0.0/8' }, [...values, ['10.1.2.3']]), unknown(values.length + 1));
  });

  it('`exists` tells `null` from whatever is there, and what is missing is not known', () => {
    assert.equal(
      truths({ exists: true }, ['a', 0, false, [], {}, null, 'missing']),
      'holds holds holds holds holds fails unknown',
    );
    assert.equal(truths({ exists: false }, ['a', null, 'missing']), 'fails holds unknown');
  });

  it('holds with another of the same pair when both do', () => {
    const { when } = scopeOf({ above: 10, below: 20, not: 15 });
    assert.deepEqual(
      when?.map(({ comparison, other }) => [comparison, other]),
      [
        ['not', { literal: 15 }],
        ['below', { literal: 20 }],
        ['above', { literal: 10 }],
      ],
    );
  });
});
