import { expect } from 'chai';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileSystems } from '../../../src/store/watch/file-systems.ts';
import { FolderWatches } from '../../../src/store/watch/folder-watches.ts';
import { planWatches } from '../../../src/store/watch/watch-plan.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

const isLinux = process.platform === 'linux';

describe('what file systems are known to tell', () => {
  let folder: PolicyFolder;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(() => folder.dispose());

  const tells = async (path: string): Promise<boolean> =>
    new FileSystems().tellChanges(path, (await stat(path, { bigint: true })).dev);

  it('is every change on a disk of this machine, and nothing where nobody knows', async () => {
    expect(await tells(folder.root)).to.equal(isLinux);
    if (isLinux) expect(await tells('/proc')).to.equal(false);
  });

  it('is nothing for a folder that went away before it could be asked', async () => {
    expect(await new FileSystems().tellChanges(join(folder.root, 'gone'), 1n)).to.equal(false);
  });

  it('is every change of a policy when all of its folders are watched there', async () => {
    const watches = new FolderWatches({ onEvent: () => undefined, onError: () => undefined });
    expect(watches.tellsAll).to.equal(false);
    await watches.follow(await planWatches(folder.root));
    expect(watches.tellsAll).to.equal(isLinux);
    watches.close();
  });

  it('is not every change of a policy when one of its folders cannot be watched', async () => {
    await mkdir(join(folder.root, 'policies/emea'));
    await folder.write('policies/emea/two.yaml', 'workspace: two');
    const plan = await planWatches(folder.root);
    await rm(join(folder.root, 'policies/emea'), { recursive: true });
    const watches = new FolderWatches({ onEvent: () => undefined, onError: () => undefined });
    await watches.follow(plan);
    expect(watches.tellsAll).to.equal(false);
    watches.close();
  });
});
