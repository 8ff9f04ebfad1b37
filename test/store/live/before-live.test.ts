import { expect } from 'chai';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import type { Release } from '../../../src/store/live/policy-source.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

const withDee = `${smallPolicy()['policies/support.yaml'] ?? ''}  dee@acme.example: workspace-admin\n`;

describe('who waits to be asked before a policy becomes live', () => {
  let folder: PolicyFolder;
  let live: LivePolicy;
  let released: { readonly release: Release; readonly liveThen: string | undefined }[];
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
    expect(released.map(({ liveThen }) => liveThen)).to.deep.equal([undefined, first.revision]);
    expect(released.map(({ release }) => release.digest.slice(0, 12))).to.deep.equal([first.revision, second.revision]);
    const paths = released[1]?.release.files.map(({ path }) => path);
    expect(paths).to.deep.equal(['model.conf', 'policies/organization.yaml', 'policies/support.yaml', 'roles.yaml']);
  });

  it('is not asked about files that say the same, or are at fault', async () => {
    await live.reload('start');
    await live.reload('request');
    await folder.write('roles.yaml', 'roles: [');
    expect((await live.reload('request')).outcome).to.equal('failed');
    expect(released).to.have.lengthOf(1);
  });

  it('keeps the last good policy live by failing, until it does not', async () => {
    const { revision } = await live.reload('start');
    await folder.write('policies/support.yaml', withDee);
    fault = 'nobody could take it';
    const refused = await live.reload('files');
    expect(refused).to.include({ outcome: 'failed', revision, error: 'nobody could take it' });
    expect([live.current?.revision, live.isStale]).to.deep.equal([revision, true]);
    fault = undefined;
    const taken = await live.reload('poll');
    expect(taken.outcome).to.equal('loaded');
    expect(live.current?.revision).not.to.equal(revision);
  });
});
