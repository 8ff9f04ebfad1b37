import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { findGitBase } from '../../../src/store/git/git-base.ts';
import { openGitRepository } from '../../../src/store/git/git-repository.ts';
import { createGitPolicy, gitIn, type GitPolicy } from '../../support/git-policy.ts';

describe('the commit to compare with', () => {
  let policy: GitPolicy;
  let clones: string;
  beforeEach(async () => {
    policy = await createGitPolicy();
    clones = await mkdtemp(join(tmpdir(), 'rolebook-clones-'));
  });
  afterEach(async () => {
    await policy.dispose();
    await rm(clones, { recursive: true, force: true });
  });

  const find = async (ref?: string, env: Record<string, string> = {}, root = policy.root): Promise<string> => {
    const { commit, how } = await findGitBase(await openGitRepository(root, '.'), ref, env);
    return `${commit} ${how}`;
  };

  const refusal = async (
    ref?: string,
    env: Record<string, string> = {},
    root = policy.root,
  ): Promise<RolebookError> => {
    const error: unknown = await find(ref, env, root).catch((reason: unknown) => reason);
    assert.instanceOf(error, RolebookError);
    return error;
  };

  const clone = (...args: string[]): string => {
    const root = join(clones, String(args.length));
    gitIn(clones, 'clone', '--quiet', ...args, `file://${policy.root}`, root);
    return root;
  };

  it('is where the branch left main, also when both went on', async () => {
    const base = policy.commit();
    policy.git('checkout', '--quiet', '-b', 'change');
    policy.commit('change');
    policy.git('checkout', '--quiet', 'main');
    policy.commit('main goes on');
    policy.git('checkout', '--quiet', 'change');
    assert.strictEqual(await find(), `${base} the merge base with \`main\``);
    policy.git('branch', '--move', 'main', 'master');
    assert.strictEqual(await find(), `${base} the merge base with \`master\``);
  });

  it('is found in a clone from its origin, on a detached HEAD too', async () => {
    const base = policy.commit();
    policy.git('checkout', '--quiet', '-b', 'change');
    const change = policy.commit();
    policy.git('checkout', '--quiet', 'main');
    const root = clone();
    gitIn(root, 'checkout', '--quiet', '--detach', change);
    assert.strictEqual(await find(undefined, {}, root), `${base} the merge base with \`origin/HEAD\``);
    gitIn(root, 'remote', 'set-head', 'origin', '--delete');
    assert.strictEqual(await find(undefined, {}, root), `${base} the merge base with \`origin/main\``);
  });

  it('is for the branch that the CI service names', async () => {
    policy.commit();
    policy.git('checkout', '--quiet', '-b', 'release/2');
    const release = policy.commit();
    policy.git('checkout', '--quiet', '-b', 'change');
    policy.commit();
    const env = { GITHUB_BASE_REF: 'release/2' };
    assert.strictEqual(await find(undefined, env), `${release} the merge base with \`release/2\``);
    const given = await find(undefined, { CI_MERGE_REQUEST_DIFF_BASE_SHA: release });
    assert.strictEqual(given, `${release} the merge base that \`CI_MERGE_REQUEST_DIFF_BASE_SHA\` names`);
  });

  it('is no other branch when the one that the CI service names is not there', async () => {
    policy.commit();
    const error = await refusal(undefined, { GITHUB_BASE_REF: 'release' });
    assert.strictEqual(
      error.message,
      'there is no main branch to compare with: looked for `origin/release`, `release`',
    );
  });

  it('is what a ref means: a branch, a tag, a short or relative name', async () => {
    const first = policy.commit();
    policy.git('tag', '--annotate', '--message', 'one', 'v1');
    policy.commit();
    for (const ref of ['v1', 'HEAD~1', first.slice(0, 8), 'main~1']) {
      assert.strictEqual(await find(ref), `${first} the ref \`${ref}\``);
    }
  });

  it('is no option, no range, no tree and no shell command', async () => {
    policy.commit();
    for (const ref of [
      '--all',
      '-n',
      '--output=/tmp/x',
      'HEAD..HEAD',
      'HEAD:roles.yaml',
      '$(id)',
      '; id',
      'HEAD^{tree}',
    ]) {
      const { code, message } = await refusal(ref);
      assert.deepEqual({ code, message }, { code: 'usage', message: `there is no commit \`${ref}\`` });
    }
  });

  it('cannot be found in a shallow clone, and the way out is told', async () => {
    policy.commit();
    policy.git('checkout', '--quiet', '-b', 'change');
    policy.commit('change');
    policy.git('checkout', '--quiet', 'main');
    policy.commit('main goes on');
    const root = clone('--depth', '1', '--branch', 'change');
    const help =
      'the clone is shallow: fetch its history with `git fetch --unshallow`, or check out with `fetch-depth: 0`';
    assert.strictEqual((await refusal(undefined, {}, root)).help, help);
    assert.strictEqual((await refusal('HEAD~1', {}, root)).help, help);
    // Both branches are there, and what they have in common is not.
    gitIn(root, 'fetch', '--quiet', '--depth', '1', 'origin', 'main:refs/remotes/origin/main');
    const error = await refusal(undefined, {}, root);
    assert.strictEqual(error.message, '`origin/main` and this branch have no commit in common');
    assert.strictEqual(error.help, help);
    gitIn(root, 'fetch', '--quiet', '--unshallow');
    assert.match(await find(undefined, {}, root), / the merge base with `origin\/main`$/);
  });

  it('cannot be found before the first commit, nor without a main branch', async () => {
    const unborn = await refusal();
    assert.strictEqual(unborn.message, 'the repository has no commit yet');
    policy.commit();
    policy.git('branch', '--move', 'main', 'trunk');
    const { code, message, help } = await refusal();
    assert.strictEqual(code, 'configuration');
    assert.match(message, /^there is no main branch to compare with: looked for `origin\/HEAD`, .*`master`$/);
    assert.strictEqual(help, 'name what to compare with, as in `rolebook diff HEAD~1`');
  });

  it('needs a repository, and git itself', async () => {
    const error: unknown = await openGitRepository(clones, 'access').catch((reason: unknown) => reason);
    assert.instanceOf(error, RolebookError);
    assert.strictEqual(error.message, '`access` is not in a git repository');
    const path = process.env['PATH'];
    process.env['PATH'] = clones;
    try {
      const missing = await refusal();
      assert.strictEqual(missing.code, 'unavailable');
      assert.strictEqual(missing.message, 'there is no `git` to run');
    } finally {
      process.env['PATH'] = path;
    }
  });
});
