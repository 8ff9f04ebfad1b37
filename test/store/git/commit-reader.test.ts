import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { CommitReader } from '../../../src/store/git/commit-reader.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

describe('the commit, asked for no more often than it can change', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });
  afterEach(() => folder.dispose());

  const git = (...args: string[]): string => {
    const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.example'];
    return execFileSync('git', ['-C', folder.root, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  };
  const commitAll = (): string => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'policy');
    return git('rev-parse', 'HEAD');
  };

  const readFiles = () => new PolicyDirectory(folder.root).read('deciding');

  it('is none outside a repository, where nothing ever moves', async () => {
    const reader = new CommitReader(folder.root);
    assert.strictEqual(await reader.read([]), undefined);
    assert.strictEqual(await reader.mayHaveMoved(), false);
    assert.strictEqual(await new CommitReader(join(folder.root, 'nowhere')).read([]), undefined);
  });

  it('may have moved after a commit, a checkout or a reset, and not before', async () => {
    git('init', '--quiet', '--initial-branch=main');
    const first = commitAll();
    const reader = new CommitReader(folder.root);
    assert.strictEqual(await reader.mayHaveMoved(), true);
    assert.strictEqual(await reader.read(await readFiles()), first);
    assert.strictEqual(await reader.mayHaveMoved(), false);
    const moves: (() => unknown)[] = [
      () => git('commit', '--quiet', '--allow-empty', '--message', 'nothing'),
      () => git('checkout', '--quiet', '-b', 'other'),
      () => git('reset', '--quiet', '--soft', first),
      () => folder.write('policies/sales.yaml', 'workspace: sales\n').then(() => git('add', '--all')),
    ];
    for (const [index, move] of moves.entries()) {
      await move();
      assert.strictEqual(await reader.mayHaveMoved(), true, `move ${index}`);
      await reader.read(await readFiles());
      assert.strictEqual(await reader.mayHaveMoved(), false, `after move ${index}`);
    }
    assert.strictEqual(await reader.read(await readFiles()), `${first}-dirty`);
  });

  it('is found below the repository and through a symbolic link into it, and a repository may come', async () => {
    const outside = await createPolicyFolder({});
    await mkdir(join(folder.root, 'deep'));
    await symlink(join(folder.root, 'deep'), join(outside.root, 'link'));
    const readers = ['deep', '.'].map((path) => new CommitReader(join(folder.root, path)));
    readers.push(new CommitReader(join(outside.root, 'link')));
    for (const reader of readers) assert.strictEqual(await reader.read([]), undefined);
    git('init', '--quiet');
    const commit = commitAll();
    for (const reader of readers) assert.strictEqual(await reader.mayHaveMoved(), true);
    for (const reader of readers) assert.match(String(await reader.read([])), new RegExp(`^${commit}`));
    await outside.dispose();
  });
});
