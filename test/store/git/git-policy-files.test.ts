import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { readPolicyAt, shareUnchanged } from '../../../src/store/git/git-policy-files.ts';
import { earlierCommits, openGitRepository } from '../../../src/store/git/git-repository.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

function faultsOf(files: readonly SourceFile[] | undefined): Record<string, string> {
  return Object.fromEntries((files ?? []).flatMap((file) => ('fault' in file ? [[file.path, file.fault]] : [])));
}

describe('the policy files of a commit', () => {
  let policy: GitPolicy;
  beforeEach(async () => {
    policy = await createGitPolicy();
  });
  afterEach(() => policy.dispose());

  const readAt = async (
    commit: string,
    root = policy.root,
    readKnown?: () => Promise<readonly SourceFile[]>,
  ): Promise<readonly SourceFile[] | undefined> =>
    readPolicyAt(await openGitRepository(root, '.'), commit, readKnown?.());
  const onDisk = (): Promise<readonly SourceFile[]> => new PolicyDirectory(policy.root).read('deciding');
  const notAmong = (files: readonly SourceFile[] | undefined, known: readonly SourceFile[]): string[] =>
    (files ?? []).filter((file) => !known.includes(file)).map(({ path }) => path);

  it('are those that lie on disk when it is checked out, byte for byte', async () => {
    await policy.write('policies/deep/er/sales.yaml', 'workspace: sales\ntitle: "Verkauf ä €"\r\n');
    await policy.write('policies/empty.yaml', '');
    await policy.write('policies/support.test.yaml', 'tests: []\n');
    await policy.write('README.md', 'not a policy\n');
    const commit = policy.commit();
    assert.deepEqual(await readAt(commit), await onDisk());
  });

  it('are read without touching the files, the index or the branch', async () => {
    const commit = policy.commit();
    await policy.write('policies/support.yaml', 'workspace: other\n');
    await policy.write('policies/new.yaml', 'workspace: new\n');
    policy.git('add', 'policies/new.yaml');
    const before = policy.git('status', '--porcelain=v2', '--branch');
    const files = await readAt(commit);
    assert.deepEqual(
      files?.map(({ path }) => path),
      Object.keys(smallPolicy()).sort(),
    );
    assert.strictEqual(policy.git('status', '--porcelain=v2', '--branch'), before);
  });

  it('are found in a folder of a larger repository, whatever else is in it', async () => {
    for (const [path, text] of Object.entries(smallPolicy())) await policy.write(`access/rights of ü/${path}`, text);
    await policy.write('policies/broken.yaml', 'workspace: [\n');
    const commit = policy.commit();
    const files = await readAt(commit, join(policy.root, 'access/rights of ü'));
    assert.deepEqual(
      files?.map(({ path }) => path),
      Object.keys(smallPolicy()).sort(),
    );
  });

  it('are none before there was a roles.yaml, and before there was the folder', async () => {
    await rm(join(policy.root, 'roles.yaml'));
    const commit = policy.commit();
    assert.strictEqual(await readAt(commit), undefined);
    await mkdir(join(policy.root, 'access'));
    assert.strictEqual(await readAt(commit, join(policy.root, 'access')), undefined);
  });

  it('are without workspaces, and no fault, where there was no folder policies', async () => {
    await policy.remove('policies');
    assert.deepEqual(
      (await readAt(policy.commit()))?.map(({ path }) => path),
      ['model.conf', 'roles.yaml'],
    );
  });

  it('follow symbolic links to files and folders of the same commit, and tell why others cannot be followed', async () => {
    await policy.write('shared/sales.yaml', 'workspace: sales\n');
    await symlink('../shared', join(policy.root, 'policies/shared'));
    await symlink('../shared/sales.yaml', join(policy.root, 'policies/linked.yaml'));
    await symlink('nowhere.yaml', join(policy.root, 'policies/dangling.yaml'));
    await symlink('circle.yaml', join(policy.root, 'policies/circle.yaml'));
    await symlink('/etc/hostname', join(policy.root, 'policies/outside.yaml'));
    await symlink('../../../outside', join(policy.root, 'policies/above.yaml'));
    const files = await readAt(policy.commit());
    const contents = (files ?? []).flatMap((file) => ('content' in file ? [[file.path, String(file.content)]] : []));
    assert.include(Object.fromEntries(contents), {
      'policies/linked.yaml': 'workspace: sales\n',
      'policies/shared/sales.yaml': 'workspace: sales\n',
    });
    assert.deepEqual(faultsOf(files), {
      'policies/above.yaml': 'is a symbolic link that leads out of the policy directory',
      'policies/circle.yaml': 'is a symbolic link that leads in circles',
      'policies/dangling.yaml': 'is a symbolic link that leads nowhere',
      'policies/outside.yaml': 'is a symbolic link that leads out of the policy directory',
    });
  });

  it('do not follow a link out of the policy directory, though it stays in the repository, or to hidden names', async () => {
    for (const [path, text] of Object.entries(smallPolicy())) await policy.write(`access/${path}`, text);
    await policy.write('shared/sales.yaml', 'workspace: sales\n');
    await policy.write('access/.hidden/a.yaml', 'workspace: a\n');
    const link = (target: string, path: string): Promise<void> => symlink(target, join(policy.root, 'access', path));
    await link('../../shared/sales.yaml', 'policies/sales.yaml');
    await link('../../shared', 'policies/team');
    await link('../../access/policies/support.yaml', 'policies/back.yaml');
    await link('../.hidden', 'policies/hidden');
    const commit = policy.commit();
    const root = join(policy.root, 'access');
    const leadsOut = 'is a symbolic link that leads out of the policy directory';
    assert.deepEqual(faultsOf(await readAt(commit, root)), {
      'policies/sales.yaml': leadsOut,
      'policies/team': leadsOut,
      'policies/back.yaml': leadsOut,
      'policies/hidden': 'is a symbolic link that leads to what is hidden by a name that begins with a dot',
    });
    // As they are read where they are checked out.
    assert.deepEqual(await readAt(commit, root), await new PolicyDirectory(root).read('deciding'));
  });

  it('do not pass over a submodule or a file that is too large in silence', async () => {
    const other = await createGitPolicy({ 'one.yaml': 'workspace: one\n' });
    other.commit();
    policy.git('submodule', '--quiet', 'add', other.root, 'policies/module');
    await policy.write('policies/large.yaml', `# ${'x'.repeat(4 * 1024 * 1024)}\n`);
    assert.deepEqual(faultsOf(await readAt(policy.commit())), {
      'policies/large.yaml': 'is larger than 4 MiB',
      'policies/module': 'is a git submodule, whose files are elsewhere',
    });
    await other.dispose();
  });

  it('come as the very objects they are now, where they have not changed', async () => {
    const commit = policy.commit();
    await policy.write('policies/support.yaml', 'workspace: support\n');
    const now = await new PolicyDirectory(policy.root).read('deciding');
    const shared = shareUnchanged((await readAt(commit)) ?? [], now);
    const changed = shared.filter((file) => !now.includes(file)).map(({ path }) => path);
    assert.deepEqual(changed, ['policies/support.yaml']);
  });

  it('are not read again where git has them under the same name, and are the same for it', async () => {
    await policy.write('policies/kept.yaml', 'workspace: kept\n');
    const commit = policy.commit();
    // As long as before, so that nothing but the content tells.
    await policy.write('policies/kept.yaml', 'workspace: swap\n');
    await policy.write('policies/new.yaml', 'workspace: new\n');
    const now = await onDisk();
    const files = await readAt(commit, policy.root, () => Promise.resolve(now));
    assert.deepEqual(notAmong(files, now), ['policies/kept.yaml']);
    assert.deepEqual(files, await readAt(commit));
  });

  it('are not read again in a repository that names its objects by SHA-256', async () => {
    await policy.remove('.git');
    policy.git('init', '--quiet', '--initial-branch', 'main', '--object-format=sha256');
    const commit = policy.commit();
    assert.lengthOf(commit, 64);
    const now = await onDisk();
    assert.deepEqual(notAmong(await readAt(commit, policy.root, () => Promise.resolve(now)), now), []);
    assert.deepEqual(await readAt(commit), now);
  });

  it('are as git has them, where it lays them on disk in another way', async () => {
    await policy.write('.gitattributes', '*.yaml text eol=crlf\n');
    const commit = policy.commit();
    await policy.remove('policies/support.yaml');
    policy.git('checkout', '--', 'policies/support.yaml');
    const now = await onDisk();
    const files = await readAt(commit, policy.root, () => Promise.resolve(now));
    assert.deepEqual(notAmong(files, now), ['policies/support.yaml']);
    assert.deepEqual(files, await readAt(commit));
  });

  it('do not depend on the files of now: faults, other kinds, or that they cannot be read', async () => {
    await policy.write('shared.yaml', 'workspace: shared\n');
    await symlink('../shared.yaml', join(policy.root, 'policies/linked.yaml'));
    const commit = policy.commit();
    const then = await readAt(commit);
    const faults = (then ?? []).map(({ path }) => ({ path, fault: 'is missing' }));
    assert.deepEqual(await readAt(commit, policy.root, () => Promise.resolve(faults)), then);
    assert.deepEqual(await readAt(commit, policy.root, () => Promise.reject(new Error('no files'))), then);
    assert.deepEqual(await readAt(commit, policy.root, onDisk), then);
  });

  it('have earlier states, newest first, that other files do not count among', async () => {
    const first = policy.commit('first');
    await policy.write('policies/new.yaml', 'workspace: new\n');
    const second = policy.commit('second');
    await policy.write('README.md', 'words\n');
    policy.commit('third');
    await policy.remove('policies/new.yaml');
    const last = policy.commit('last');
    assert.deepEqual(await earlierCommits(await openGitRepository(policy.root, '.'), last, 20), [second, first]);
  });

  it('are those of the repository they lie in, whatever repository the environment names', async () => {
    const commit = policy.commit();
    process.env['GIT_DIR'] = '/nowhere';
    process.env['GIT_INDEX_FILE'] = '/nowhere/index';
    try {
      assert.lengthOf((await readAt(commit))!, 4);
    } finally {
      delete process.env['GIT_DIR'];
      delete process.env['GIT_INDEX_FILE'];
    }
  });
});
