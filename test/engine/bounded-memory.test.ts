import { assert } from 'chai';
import { BoundedMemory } from '../../src/engine/bounded-memory.ts';

describe('a bounded memory', () => {
  it('remembers as much as it may, and forgets all when more comes', () => {
    const memory = new BoundedMemory<string, number>(1000);
    memory.set('a', 1, 400);
    memory.set('b', 2, 600);
    assert.deepEqual([memory.get('a'), memory.get('b')], [1, 2]);
    memory.set('c', 3, 1);
    assert.deepEqual([memory.get('a'), memory.get('b'), memory.get('c')], [undefined, undefined, 3]);
  });

  it('does not keep what is longer than all may be, and keeps what it has', () => {
    const memory = new BoundedMemory<string, number>(1000);
    memory.set('short', 1, 10);
    memory.set('long', 2, 1001);
    assert.deepEqual([memory.get('short'), memory.get('long')], [1, undefined]);
  });

  it('holds few entries even when their texts are empty', () => {
    const memory = new BoundedMemory<number, number>(1000);
    for (let key = 0; key < 100; key += 1) memory.set(key, key, 0);
    const kept = Array.from({ length: 100 }, (_, key) => memory.get(key)).filter((value) => value !== undefined);
    assert.lengthOf(kept, 1);
  });

  it('knows nothing it was not told', () => {
    assert.strictEqual(new BoundedMemory<string, number>(2).get('__proto__'), undefined);
  });
});
