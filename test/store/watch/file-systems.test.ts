import { assert } from 'chai';
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
    assert.strictEqual(await tells(folder.root), isLinux);
    if (isLinux) assert.strictEqual(await tells('/proc'), false);
  });

  it('is nothing for a folder that went away before it could be asked', async () => {
    assert.strictEqual(await new FileSystems().tellChanges(join(folder.root, 'gone'), 1n), false);
  });

  it('is every change of a policy when all of its folders are watched there', async () => {
    const watches = new FolderWatches({ onEvent: () => undefined, onError: () => undefined });
    assert.strictEqual(watches.tellsAll, false);
    await watches.follow(await planWatches(folder.root));
    assert.strictEqual(watches.tellsAll, isLinux);
    watches.close();
  });

  it('is not every change of a policy when one of its folders cannot be watched', async () => {
    await mkdir(join(folder.root, 'policies/emea'));
    await folder.write('policies/emea/two.yaml', 'workspace: two');
    const plan = await planWatches(folder.root);
    await rm(join(folder.root, 'policies/emea'), { recursive: true });
    const watches = new FolderWatches({ onEvent: () => undefined, onError: () => undefined });
    await watches.follow(plan);
    assert.strictEqual(watches.tellsAll, false);
    watches.close();
  });
});
