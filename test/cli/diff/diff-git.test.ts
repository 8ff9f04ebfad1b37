import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const supportText = smallPolicy()['policies/support.yaml'] ?? '';

describe('rolebook diff --git', function () {
  this.timeout(60_000);
  let policy: PolicyFolder;
  let elsewhere: GitPolicy;
  let server: GitServer;
  beforeEach(async () => {
    policy = await createPolicyFolder(smallPolicy());
    elsewhere = await createGitPolicy();
    elsewhere.commit();
    server = await startGitServer(join(elsewhere.root, '.git'));
  });
  afterEach(async () => {
    await server.close();
    await elsewhere.dispose();
    await policy.dispose();
  });

  const diff = (...more: string[]): Promise<CommandResult> =>
    runCommand(['diff', '--git', server.url, ...more], { cwd: policy.root });
  const left = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('rolebook-diff-'));

  it('tells who gains and who loses against a branch elsewhere, without a repository here, and leaves nothing behind', async () => {
    const before = left();
    const same = await diff();
    assert.match(
      same.stdout,
      /^nobody gains or loses anything since [0-9a-f]{12} \(main of http:\/\/127\.0\.0\.1:\d+\/policy\.git\)\n$/,
    );
    assert.deepEqual([same.exitCode, same.stderr], [0, '']);
    await policy.write('policies/support.yaml', supportText.replace('ana@acme.example: team-lead', 'eve: team-lead'));
    const { stdout, exitCode } = await diff('--fail-on', 'gained');
    assert.include(stdout, 'ana@acme.example');
    assert.include(stdout, 'eve');
    assert.equal(exitCode, 1);
    assert.deepEqual(left(), before);
  });

  it('takes another branch, a tag, and a folder of the repository', async () => {
    elsewhere.git('checkout', '--quiet', '-b', 'release/7');
    await elsewhere.write('policies/support.yaml', `${supportText}  eve: team-lead\n`);
    elsewhere.commit();
    elsewhere.git('tag', 'v7');
    for (const ref of ['release/7', 'refs/tags/v7']) {
      assert.include((await diff('--ref', ref)).stdout, 'eve', ref);
    }
    assert.include((await diff('--ref', 'release/7', '--format', 'json')).stdout, '"how": "release/7 of http://');
    const none = await diff('--path', 'services');
    assert.include(none.stdout, 'which holds no policy');
  });

  it('takes a token from a file, and says what is wrong without it', async () => {
    server.token = 's3cret';
    const refused = await diff();
    assert.equal(refused.exitCode, 2);
    assert.include(refused.stderr, 'the credentials are refused');
    await writeFile(join(policy.root, 'token'), 's3cret\n');
    assert.equal((await diff('--git-token-file', 'token')).exitCode, 0);
    server.mood = 'failing';
    const away = await diff('--git-token-file', 'token');
    assert.equal(away.exitCode, 3);
    assert.notInclude(away.all, 's3cret');
  });

  it('is refused where options do not fit, and says what would', async () => {
    const wrong: readonly [words: readonly string[], says: string, helps: string][] = [
      [['diff', 'HEAD', '--git', server.url], '`--git` names another one', '--ref HEAD'],
      [['diff', '--git', server.url, '--database', 'sqlite:x.db'], 'both say what to compare with', 'one of them'],
      [['diff', '--git', 'nowhere'], 'takes the address of a git repository', 'https://HOST/PATH'],
      [['diff', '--git', 'https://a:s3cret@h/a'], 'has credentials in it', '--git-token-file'],
      [['diff', '--git', server.url, '--ref', 'a..b'], 'takes the name of a branch', 'main'],
      [['diff', '--git', server.url, '--path', '../up'], 'takes a folder of the repository', 'services'],
      [['diff', '--git', server.url, '--git-ssh-key', 'k'], 'are for SSH', '--git-token-file'],
      [['diff', '--git', 'git@h:a', '--git-token-file', 't'], 'is for `https://`', '--git-ssh-key'],
      [['diff', '--ref', 'main'], '`--ref` is about a git repository elsewhere', 'write REF without `--ref`'],
      [['diff', '--git-token-file', 't'], '`--git-token-file` is about a git repository elsewhere', '--git URL'],
      [['diff', '--git', server.url, '--ref', 'nowhere'], 'there is no `refs/heads/nowhere`', '--ref'],
    ];
    for (const [words, says, helps] of wrong) {
      const { exitCode, stderr } = await runCommand(words, { cwd: policy.root });
      assert.include([2, 3], exitCode, words.join(' '));
      assert.include(stderr, says);
      assert.include(stderr, helps);
      assert.notInclude(stderr, 's3cret');
    }
  });
});
