import { assert } from 'chai';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { runFleet } from '../soak/run-fleet.ts';

describe('a fleet of sidecars on one PostgreSQL', () => {
  for (const [workers, shape] of [
    [1, 'in one process each'],
    [2, 'in several processes each'],
  ] as const) {
    // `npm run fleet` is the same with ten sidecars and a thousand changes.
    it(`loses and doubles nothing and gives no older answer, ${shape}, while sidecars and the database are killed`, async () => {
      const result = await runFleet({
        command: [rolebookProgram],
        sidecars: 3,
        workers,
        clients: 3,
        changes: 30,
        publications: 2,
        kills: { sidecars: 1, publishers: 0, database: 1 },
      });
      assert.deepEqual(result.wrong, []);
      assert.deepEqual(result.differences, []);
      assert.isAtLeast(result.acknowledged, 30);
      assert.equal(result.published, 2);
      assert.isAbove(result.asked - result.unanswered, 20);
    }).timeout(240_000);
  }
});
