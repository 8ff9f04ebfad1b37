import { assert } from 'chai';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { runFleet } from './run-fleet.ts';

describe('a fleet of sidecars on one PostgreSQL', () => {
  // `npm run fleet` is the same with ten sidecars and a thousand changes.
  it('loses and doubles nothing and gives no older answer, while sidecars, publishers and the database are killed', async () => {
    const result = await runFleet({
      command: [rolebookProgram],
      sidecars: 3,
      clients: 4,
      changes: 60,
      publications: 3,
      kills: { sidecars: 1, publishers: 1, database: 1 },
    });
    assert.deepEqual(result.wrong, []);
    assert.deepEqual(result.differences, []);
    assert.isAtLeast(result.acknowledged, 60);
    assert.equal(result.published, 3);
    assert.isAbove(result.asked - result.unanswered, 60);
  }).timeout(120_000);
});
