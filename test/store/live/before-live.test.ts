import { assert } from 'chai';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import type { NextPolicy } from '../../../src/store/live/policy-source.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

const withDee = `${smallPolicy()['policies/support.yaml'] ?? ''}  dee@acme.example: workspace-admin\n`;

describe('who waits to be asked before a policy becomes live', () => {
  let folder: PolicyFolder;
  let live: LivePolicy;
  let released: { readonly release: NextPolicy; readonly liveThen: string | undefined }[];
  let fault: string | undefined;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    released = [];
    fault = undefined;
    live = new LivePolicy(new PolicyDirectory(folder.root), {
      beforeLive: async (release) => {
        released.push({ release, liveThen: live.current?.revision });
        await Promise.resolve();
        if (fault !== undefined) throw new Error(fault);
      },
    });
  });
  afterEach(() => folder.dispose());

  it('is given the files and their digest while the one before is still live', async () => {
    const first = await live.reload('start');
    await folder.write('policies/support.yaml', withDee);
    const second = await live.reload('request');
    assert.deepEqual(
      released.map(({ liveThen }) => liveThen),
      [undefined, first.revision],
    );
    assert.deepEqual(
      released.map(({ release }) => release.digest.slice(0, 12)),
      [first.revision, second.revision],
    );
    const paths = released[1]?.release.files.map(({ path }) => path);
    assert.deepEqual(paths, ['model.conf', 'policies/organization.yaml', 'policies/support.yaml', 'roles.yaml']);
  });

  it('is not asked about files that say the same, or are at fault', async () => {
    await live.reload('start');
    await live.reload('request');
    await folder.write('roles.yaml', 'roles: [');
    assert.strictEqual((await live.reload('request')).outcome, 'failed');
    assert.lengthOf(released, 1);
  });

  it('keeps the last good policy live by failing, until it does not', async () => {
    const { revision } = await live.reload('start');
    await folder.write('policies/support.yaml', withDee);
    fault = 'nobody could take it';
    const refused = await live.reload('files');
    assert.include(refused, { outcome: 'failed', revision, error: 'nobody could take it' });
    assert.deepEqual([live.current?.revision, live.isStale], [revision, true]);
    fault = undefined;
    const taken = await live.reload('poll');
    assert.strictEqual(taken.outcome, 'loaded');
    assert.notStrictEqual(live.current?.revision, revision);
  });
});
