import { assert } from 'chai';
import { runGitLoad } from '../soak/run-git-load.ts';

describe('a sidecar that follows a repository under load', function () {
  this.timeout(300_000);

  it('has every good commit live whole, none that is broken, answers all, and is in the end what a clone gives', async () => {
    const result = await runGitLoad({ commits: 15, workspaces: 20, untold: 10, clients: 4 });
    assert.deepEqual(result.wrong, []);
    assert.equal(result.failed, 0);
    assert.deepEqual([result.good, result.broken, result.forced], [13, 3, 1]);
    assert.isAbove(result.batches, 10);
    assert.isAtLeast(result.polledMs.length, 2);
  });
});
