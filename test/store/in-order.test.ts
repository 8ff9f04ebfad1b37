import { assert } from 'chai';
import { inOrder } from '../../src/store/turns.ts';

describe('work that is done in order', () => {
  it('waits for what was asked for before, and goes on when that failed', async () => {
    const done: string[] = [];
    const queue = inOrder();
    const slow = queue(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push('slow');
      throw new Error('torn');
    }).catch((error: unknown) => String(error));
    const quick = queue(() => Promise.resolve(done.push('quick')));
    assert.equal(await quick, 2);
    assert.equal(await slow, 'Error: torn');
    assert.deepEqual(done, ['slow', 'quick']);
  });
});
