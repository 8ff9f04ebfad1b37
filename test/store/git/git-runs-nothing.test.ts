import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { CommitReader } from '../../../src/store/git/commit-reader.ts';
import { findGitBase } from '../../../src/store/git/git-base.ts';
import { isOlderCommit } from '../../../src/store/git/git-commit.ts';
import { findGitPlace } from '../../../src/store/git/git-place.ts';
import { readPolicyAt } from '../../../src/store/git/git-policy-files.ts';
import { earlierCommits, openGitRepository } from '../../../src/store/git/git-repository.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { runCommand } from '../../support/command-line.ts';
import { createGitPolicy, gitIn, type GitPolicy } from '../../support/git-policy.ts';
import { createCanary, embeddedRepository, hostileConfig, plant, type Canary } from '../../support/hostile-git.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('git, asked about a policy', () => {
  let policy: GitPolicy;
  let canary: Canary;
  let commit: string;
  let spare: string;
  const environment = { ...process.env };

  beforeEach(async () => {
    policy = await createGitPolicy({});
    canary = await createCanary();
    spare = await mkdtemp(join(tmpdir(), 'rolebook-spare-'));
    for (const [path, text] of Object.entries(smallPolicy())) await policy.write(`access/${path}`, text);
    commit = policy.commit();
  });

  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
    await policy.dispose();
    await canary.dispose();
    await rm(spare, { recursive: true, force: true });
  });

  const at = (path: string): string => join(policy.root, path);

  /** Asks everything that is ever asked; answers what the base and the commit are said to be. */
  const askAll = async (root: string): Promise<{ base: string; head: string | undefined; files: number }> => {
    const repository = await openGitRepository(root, 'access');
    const { commit: base } = await findGitBase(repository, 'HEAD', {});
    await findGitBase(repository, undefined, {});
    const files = await readPolicyAt(repository, base);
    await earlierCommits(repository, base, 20);
    await isOlderCommit(repository, base, '0'.repeat(base.length));
    const head = await new CommitReader(root).read(await new PolicyDirectory(root).read('deciding'));
    return { base, head, files: files?.length ?? 0 };
  };

  describe('in a folder whose files make it a repository', () => {
    const shapes: Record<string, (files: Record<string, string>) => Record<string, string>> = {
      whole: (files) => files,
      'without a config': (files) => Object.fromEntries(Object.entries(files).filter(([path]) => path !== 'config')),
      'with HEAD alone': ({ HEAD = '' }) => ({ HEAD }),
      'with a config of its work tree': ({ config = '', ...files }) => ({
        ...files,
        config: '[extensions]\n  worktreeConfig = true\n[core]\n  repositoryformatversion = 1\n  bare = false\n',
        'config.worktree': config,
      }),
      'with a commondir': ({ HEAD = '', ...files }) => ({
        HEAD,
        commondir: 'common\n',
        ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`common/${path}`, text])),
      }),
      'with alternates': (files) => ({ ...files, 'objects/info/alternates': '../../.git/objects\n' }),
      'with a HEAD that names a commit': (files) => ({ ...files, HEAD: `${'a'.repeat(40)}\n` }),
    };
    for (const [name, shape] of Object.entries(shapes)) {
      it(`${name}, reads the repository around it and runs nothing`, async () => {
        for (const folder of ['access', 'access/policies', 'access/policies/acme/deep']) {
          plant(at(folder), shape(embeddedRepository(canary)));
        }
        const change = policy.commit('tidy up');
        // As git says it of a folder that is none: the embedded files are files like any others.
        assert.deepEqual(await askAll(at('access')), { base: change, head: change, files: 4 });
        for (const folder of ['access/policies', 'access/policies/acme/deep']) {
          const repository = await openGitRepository(at(folder), folder);
          assert.strictEqual((await findGitBase(repository, 'HEAD', {})).commit, change);
          assert.strictEqual(repository.prefix, `${folder}/`);
        }
        assert.deepEqual(canary.ran(), []);
      });
    }

    it('is no repository where none is around it', async () => {
      const folder = join(spare, 'access');
      plant(folder, { ...smallPolicy(), ...embeddedRepository(canary) });
      assert.strictEqual(await findGitPlace(folder), undefined);
      const result = await runCommand(['diff', 'HEAD'], { cwd: folder });
      assert.include(result.stderr, '`.` is not in a git repository');
      assert.strictEqual(await new CommitReader(folder).read([]), undefined);
      assert.deepEqual(canary.ran(), []);
    });

    it('is compared by `diff` from inside and from outside, and published with its commit', async () => {
      plant(at('access'), embeddedRepository(canary));
      policy.commit('tidy up');
      for (const how of [
        { args: ['diff', 'HEAD'], cwd: at('access') },
        { args: ['diff', 'HEAD~1', '--policy', 'access'], cwd: policy.root },
        { args: ['diff', '--policy', 'access'], cwd: policy.root },
        {
          args: ['publish', '--policy', 'access', '--database', `sqlite:${spare}/db`, '--author', 'x'],
          cwd: policy.root,
        },
      ]) {
        const { exitCode, stderr } = await runCommand(how.args, { cwd: how.cwd });
        assert.strictEqual(exitCode, 0, stderr);
      }
      assert.deepEqual(canary.ran(), []);
    });
  });

  describe('where something else is called `.git`', () => {
    it('passes over a folder, a file and a link that are no repository, and finds the real one above', async () => {
      const plants: Record<string, () => void> = {
        'an empty folder': () => mkdirSync(at('access/.git')),
        'a folder with a HEAD': () => plant(at('access/.git'), { HEAD: 'ref: refs/heads/main\n' }),
        'a file that names nothing': () => writeFileSync(at('access/.git'), 'gitdir: /nowhere\n'),
        'a file with another text': () => writeFileSync(at('access/.git'), 'GITDIR /nowhere\n'),
        'a file that names a folder of the policy': () => writeFileSync(at('access/.git'), 'gitdir: embedded\n'),
        'a file that names it on a detour': () => writeFileSync(at('access/.git'), 'gitdir: ../access/embedded\n'),
        'a file that is too long': () => writeFileSync(at('access/.git'), `gitdir: ${'./'.repeat(5000)}embedded\n`),
        'a link to a folder of the policy': () => symlinkSync('embedded', at('access/.git')),
        'a link to nowhere': () => symlinkSync('nowhere', at('access/.git')),
        'a link to itself': () => symlinkSync('.git', at('access/.git')),
        'a pipe': () => execFileSync('mkfifo', [at('access/.git')]),
      };
      plant(at('access/embedded'), embeddedRepository(canary));
      for (const [name, make] of Object.entries(plants)) {
        make();
        const place = await findGitPlace(at('access'));
        assert.strictEqual(place?.prefix, 'access/', name);
        assert.include(await askAll(at('access')), { base: commit, head: commit }, name);
        rmSync(at('access/.git'), { recursive: true });
      }
      assert.deepEqual(canary.ran(), []);
    });

    it('takes the file of a linked worktree, of a submodule and of a repository kept elsewhere', async () => {
      policy.git('worktree', 'add', '--quiet', '--detach', join(spare, 'tree'));
      gitIn(spare, 'clone', '--quiet', `--separate-git-dir=${spare}/kept`, policy.root, join(spare, 'work'));
      policy.git('submodule', '--quiet', 'add', `file://${policy.root}`, 'vendor');
      for (const root of [join(spare, 'tree/access'), join(spare, 'work/access'), at('vendor/access')]) {
        assert.include(await askAll(root), { base: commit, head: commit, files: 4 }, root);
      }
    });
  });

  it('runs nothing that the configuration of the repository itself names', async () => {
    await policy.write('access/.gitattributes', '* filter=x diff=x\n');
    const change = policy.commit('attributes');
    await policy.write('access/policies/support.yaml', 'workspace: support\n');
    writeFileSync(at('.git/config'), hostileConfig(canary), { flag: 'a' });
    for (const hook of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman', 'post-checkout']) {
      writeFileSync(at(`.git/hooks/${hook}`), `#!/bin/sh\n${canary.command('hook')}\n`);
      chmodSync(at(`.git/hooks/${hook}`), 0o755);
    }
    assert.deepEqual(await askAll(at('access')), { base: change, head: `${change}-dirty`, files: 4 });
    assert.deepEqual(canary.ran(), []);
  });

  it('runs no filter of the user that a `.gitattributes` of the author names', async () => {
    writeFileSync(join(spare, 'gitconfig'), hostileConfig(canary));
    process.env['GIT_CONFIG_GLOBAL'] = join(spare, 'gitconfig');
    await policy.write('access/.gitattributes', '*.yaml filter=x diff=x\n');
    await policy.write('access/policies/support.yaml', 'workspace: support\n');
    assert.include(await askAll(at('access')), { base: commit, head: `${commit}-dirty` });
    assert.deepEqual(canary.ran(), []);
  });

  it('is not led elsewhere, nor to run anything, by the environment', async () => {
    writeFileSync(join(spare, 'gitconfig'), hostileConfig(canary));
    Object.assign(process.env, {
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_COMMON_DIR: '/nowhere',
      GIT_EXEC_PATH: '/nowhere',
      GIT_CEILING_DIRECTORIES: policy.root,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: canary.command('count'),
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor'='${canary.command('parameters')}'`,
      GIT_EXTERNAL_DIFF: canary.command('external'),
      GIT_SSH_COMMAND: canary.command('ssh'),
      GIT_PAGER: canary.command('pager'),
      GIT_ASKPASS: canary.command('askpass'),
      GIT_PROXY_COMMAND: canary.command('proxy'),
      GIT_ATTR_SOURCE: 'HEAD',
      GIT_NAMESPACE: 'elsewhere',
      GIT_REPLACE_REF_BASE: 'refs/elsewhere',
      GIT_TRACE: join(spare, 'trace'),
      GIT_TRACE2_EVENT: join(spare, 'trace'),
      GIT_LITERAL_PATHSPECS: 'maybe',
    });
    assert.deepEqual(await askAll(at('access')), { base: commit, head: commit, files: 4 });
    assert.deepEqual(canary.ran(), []);
    assert.throws(() => readFileSync(join(spare, 'trace')), 'ENOENT');
  });

  it('fetches nothing that a partial clone lacks, and says what helps', async () => {
    await policy.write('access/policies/support.yaml', 'workspace: support\ntitle: Then\n');
    policy.commit('then');
    await policy.write('access/policies/support.yaml', 'workspace: support\ntitle: Now\n');
    policy.commit('now');
    policy.git('config', 'uploadpack.allowFilter', 'true');
    const root = join(spare, 'partial');
    gitIn(spare, 'clone', '--quiet', '--filter=blob:none', `file://${policy.root}`, root);
    gitIn(root, 'config', 'remote.origin.uploadpack', canary.command('uploadpack'));
    const repository = await openGitRepository(join(root, 'access'), 'access');
    const earlier = await findGitBase(repository, 'HEAD~1', {});
    const error: unknown = await readPolicyAt(repository, earlier.commit).catch((reason: unknown) => reason);
    assert.instanceOf(error, RolebookError);
    assert.include(error as object, {
      code: 'unavailable',
      message: 'the clone does not hold all files of the commit',
    });
    assert.include(error.help as string, '`git fetch --refetch --no-filter`');
    // What is checked out is known without: its names are made of what was read.
    const now = new PolicyDirectory(join(root, 'access')).read('deciding');
    const head = await findGitBase(repository, 'HEAD', {});
    assert.deepEqual(await readPolicyAt(repository, head.commit, now), await now);
    assert.deepEqual(canary.ran(), []);
  });

  it('does not read a repository that is somebody else’s, unless the user says so', async function () {
    if (process.getuid?.() !== 0) return this.skip();
    chownSync(policy.root, 65534, 65534);
    chownSync(at('.git'), 65534, 65534);
    process.env['GIT_CONFIG_GLOBAL'] = join(spare, 'gitconfig');
    writeFileSync(join(spare, 'gitconfig'), '');
    const error: unknown = await openGitRepository(at('access'), 'access').catch((reason: unknown) => reason);
    assert.strictEqual((error as Error).message, "git does not read `access`, because it is somebody else's");
    assert.strictEqual(await new CommitReader(at('access')).read([]), undefined);
    writeFileSync(join(spare, 'gitconfig'), `[safe]\n  directory = ${policy.root}\n`);
    assert.include(await askAll(at('access')), { base: commit, head: commit });
  });

  it('takes a name with a line break for no commit, and not for two questions', async () => {
    const repository = await openGitRepository(at('access'), 'access');
    for (const ref of ['HEAD\nHEAD', '\n', 'HEAD\r', 'HEAD\0', '--batch-all-objects', '-', '']) {
      const error: unknown = await findGitBase(repository, ref, {}).catch((reason: unknown) => reason);
      assert.instanceOf(error, RolebookError, JSON.stringify(ref));
      assert.include(error as object, { code: 'usage' }, JSON.stringify(ref));
    }
    const base = await findGitBase(repository, undefined, { CI_MERGE_REQUEST_DIFF_BASE_SHA: 'HEAD\nHEAD' });
    assert.strictEqual(base.how, 'the merge base with `main`');
  });

  it('is named its repository each time, and is started once for each reload', async () => {
    const log = join(spare, 'log');
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(join(spare, 'git'), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${log}\nexec ${real} "$@"\n`);
    chmodSync(join(spare, 'git'), 0o755);
    process.env['PATH'] = `${spare}:${environment['PATH'] ?? ''}`;
    const calls = (): string[] => readFileSync(log, 'utf8').trim().split('\n');
    const live = new LivePolicy(new PolicyDirectory(at('access')));
    await live.reload('start');
    await waitFor('the commit', () => live.current?.commit === commit);
    for (const title of ['One', 'Two', 'Three']) {
      writeFileSync(log, '');
      await policy.write('access/policies/support.yaml', `workspace: support\ntitle: ${title}\n`);
      await live.reload('request');
      await waitFor('the commit', () => live.current?.commit === `${commit}-dirty`);
      assert.lengthOf(calls(), 1);
    }
    writeFileSync(log, '');
    const result = await runCommand(['diff', '--policy', 'access'], { cwd: policy.root });
    assert.strictEqual(result.exitCode, 0, result.stderr);
    assert.isAtMost(calls().length, 5);
    for (const call of calls()) {
      assert.include(call, '-c safe.bareRepository=explicit');
      assert.include(call, ' -C ');
      if (!call.includes('rev-parse')) {
        assert.include(call, '--git-dir=');
        assert.include(call, '--work-tree=');
      }
    }
  });
});
