import { assert } from 'chai';
import { folderChangeWorker } from '../../../../src/store/changes/folder/folder-change-worker.ts';
import { FolderChangeDesk } from '../../../../src/store/changes/folder/folder-change-desk.ts';
import { RolebookError } from '../../../../src/policy/errors.ts';
import { PolicyDirectory } from '../../../../src/store/folder/policy-directory.ts';
import { LivePolicy } from '../../../../src/store/live/live-policy.ts';
import { builtModule } from '../../../support/built-module.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { allow, ask, commitOf, createCommittedPolicy, give, madeBy, type CommittedPolicy } from './committed-policy.ts';

describe('a sidecar whose changes are commits', () => {
  let policy: CommittedPolicy;
  let desk: FolderChangeDesk;
  let live: LivePolicy;
  beforeEach(async () => {
    policy = await createCommittedPolicy();
    live = new LivePolicy(new PolicyDirectory(policy.root));
    const entry = new URL(builtModule('store/changes/folder/folder-change-thread'));
    desk = new FolderChangeDesk(live, (onWriting) =>
      folderChangeWorker(policy.root, { entry, onWriting, writing: { kind: 'commit' } }),
    );
  });
  afterEach(async () => {
    await desk.close();
    await policy.repository.dispose();
  });

  it('decides by a change before the answer, and names its commit as the one it decides by', async () => {
    await live.reload('start');
    await desk.prepare();
    for (const edit of [allow, give]) {
      const head = madeBy(await desk.ask(ask([edit])));
      assert.equal(live.current?.revision, head.revision);
      await waitFor('the commit to be known', () => live.current?.commit === commitOf(head));
    }
    assert.lengthOf((await desk.list({ limit: 10, organizations: undefined })).changes, 3);
  });

  it('does not start where nothing can be committed', async () => {
    policy.repository.git('checkout', '--quiet', '--detach');
    const error = await desk.prepare().then(
      () => assert.fail('it starts'),
      (reason: unknown) => reason,
    );
    assert.instanceOf(error, RolebookError);
    assert.deepInclude(error, { code: 'configuration' });
  });
});
