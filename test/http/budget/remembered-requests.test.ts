import { assert } from 'chai';
import { RememberedRequests } from '../../../src/http/budget/remembered-requests.ts';
import type { EnforceRequest } from '../../../src/policy/decision.ts';
import { limits } from '../../../src/policy/limits.ts';

const { requests: most, bytes, perSecond } = limits.budget;

function question(subjectId: number, more: Partial<EnforceRequest> = {}): EnforceRequest {
  return { subjectType: 'user', subjectId: String(subjectId), workspace: 'support', permission: 'tag:create', ...more };
}

/** Requests that come one every so many milliseconds. */
function askedEvery(ms: number, count: number): RememberedRequests {
  const remembered = new RememberedRequests();
  for (let index = 0; index < count; index += 1) remembered.note(question(index), index * ms);
  return remembered;
}

const idsOf = (requests: readonly EnforceRequest[]): number[] => requests.map(({ subjectId }) => Number(subjectId));

describe('remembered requests', () => {
  it('are all of them while few come, the oldest first', () => {
    assert.deepEqual(
      idsOf(askedEvery(20, 500).list()),
      Array.from({ length: 500 }, (_none, index) => index),
    );
  });

  it('are those of one batch, too', () => assert.strictEqual(askedEvery(0, perSecond).size, perSecond));

  it('are the last of them, and no more than the bound', () => {
    const remembered = askedEvery(20, most + 3);
    assert.strictEqual(remembered.size, most);
    assert.deepEqual(idsOf(remembered.list()).slice(0, 2), [3, 4]);
    assert.strictEqual(idsOf(remembered.list()).at(-1), most + 2);
  });

  it('are spread over all where fewer are wanted', () => {
    assert.deepEqual(idsOf(askedEvery(20, 100).list(4)), [0, 25, 50, 75]);
    assert.deepEqual(askedEvery(20, 100).list(0), []);
    assert.deepEqual(new RememberedRequests().list(), []);
  });

  it('are bounded by what they take in memory', () => {
    const remembered = new RememberedRequests();
    const large = { text: 'x'.repeat(bytes / 8) };
    for (let index = 0; index < 9; index += 1) remembered.note(question(index, { resource: large }), index * 100);
    assert.isAtMost(remembered.size, 4);
    assert.strictEqual(idsOf(remembered.list()).at(-1), 8);
    remembered.note(question(9, { resource: { text: 'x'.repeat(bytes) } }), 1000);
    remembered.note(question(10, { resource: { list: Array.from({ length: 3000 }, () => 1) } }), 1100);
    assert.strictEqual(idsOf(remembered.list()).at(-1), 8, 'what is too large is left out, and forgets nothing');
  });

  it('are some of them, by chance, when many come, and span the time', () => {
    const remembered = askedEvery(0.02, 500_000);
    assert.isAtMost(remembered.size, perSecond * 30, 'ten seconds, with the time it takes to find the pace');
    const steps = idsOf(remembered.list())
      .slice(-500)
      .map((id, index, ids) => id - (ids[index - 1] ?? id));
    assert.isAbove(new Set(steps).size, 50, 'they come at odd distances');
  });

  it('are soon all of them again when few come', () => {
    const remembered = askedEvery(0.02, 200_000);
    const before = remembered.size;
    for (let index = 0; index < 60; index += 1) remembered.note(question(index), 4000 + index * 1000);
    assert.isAtLeast(remembered.size - before, 50);
  });
});
