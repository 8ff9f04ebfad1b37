import { expect } from 'chai';
import { BoundedMemory } from '../../src/policy/bounded-memory.ts';

describe('a bounded memory', () => {
  it('remembers as many as it may, and forgets all when one more comes', () => {
    const memory = new BoundedMemory<string, number>(2);
    memory.set('a', 1);
    memory.set('b', 2);
    expect([memory.get('a'), memory.get('b')]).to.deep.equal([1, 2]);
    memory.set('c', 3);
    expect([memory.get('a'), memory.get('b'), memory.get('c')]).to.deep.equal([undefined, undefined, 3]);
  });

  it('knows nothing it was not told', () => {
    expect(new BoundedMemory<string, number>(2).get('__proto__')).to.equal(undefined);
  });
});
