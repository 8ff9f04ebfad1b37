import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
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
    expect(await reader.read([])).to.equal(undefined);
    expect(await reader.mayHaveMoved()).to.equal(false);
    expect(await new CommitReader(join(folder.root, 'nowhere')).read([])).to.equal(undefined);
  });

  it('may have moved after a commit, a checkout or a reset, and not before', async () => {
    git('init', '--quiet', '--initial-branch=main');
    const first = commitAll();
    const reader = new CommitReader(folder.root);
    expect(await reader.mayHaveMoved()).to.equal(true);
    expect(await reader.read(await readFiles())).to.equal(first);
    expect(await reader.mayHaveMoved()).to.equal(false);
    const moves: (() => unknown)[] = [
      () => git('commit', '--quiet', '--allow-empty', '--message', 'nothing'),
      () => git('checkout', '--quiet', '-b', 'other'),
      () => git('reset', '--quiet', '--soft', first),
      () => folder.write('policies/sales.yaml', 'workspace: sales\n').then(() => git('add', '--all')),
    ];
    for (const [index, move] of moves.entries()) {
      await move();
      expect(await reader.mayHaveMoved(), `move ${index}`).to.equal(true);
      await reader.read(await readFiles());
      expect(await reader.mayHaveMoved(), `after move ${index}`).to.equal(false);
    }
    expect(await reader.read(await readFiles())).to.equal(`${first}-dirty`);
  });

  it('is found below the repository and through a symbolic link into it, and a repository may come', async () => {
    const outside = await createPolicyFolder({});
    await mkdir(join(folder.root, 'deep'));
    await symlink(join(folder.root, 'deep'), join(outside.root, 'link'));
    const readers = ['deep', '.'].map((path) => new CommitReader(join(folder.root, path)));
    readers.push(new CommitReader(join(outside.root, 'link')));
    for (const reader of readers) expect(await reader.read([])).to.equal(undefined);
    git('init', '--quiet');
    const commit = commitAll();
    for (const reader of readers) expect(await reader.mayHaveMoved()).to.equal(true);
    for (const reader of readers) expect(await reader.read([])).to.match(new RegExp(`^${commit}`));
    await outside.dispose();
  });
});
