import { assert } from 'chai';
import { laySiege } from './lay-siege.ts';
import { findBrokenPromises } from './siege-promises.ts';

// `npm run siege` is the same for ten minutes, and measures how long answers take.
describe('a sidecar that everybody attacks at once', () => {
  for (const workers of [1, 2]) {
    it(`answers one good connection, each time rightly, with ${workers === 1 ? 'one process' : 'workers'}`, async () => {
      const result = await laySiege({ workers, quietMs: 500, siegeMs: 12_000, afterMs: 500, say: () => undefined });
      assert.isAbove(result.besieged.asked, 100, 'it was asked all the time');
      assert.deepEqual(findBrokenPromises(result, 'but times'), []);
    }).timeout(120_000);
  }
});
