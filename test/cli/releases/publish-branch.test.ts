import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { commitsOf } from '../../support/branch-publishers.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';
import { change, publicationOf, request } from '../../support/opened-databases.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { rolebookProgram } from '../../support/rolebook-program.ts';
import { waitFor } from '../../support/wait-for.ts';

const support = 'policies/support.yaml';
const supportText = smallPolicy()[support] ?? '';

describe('rolebook publish --git', function () {
  this.timeout(120_000);
  let policy: GitPolicy;
  let server: GitServer;
  let folder: string;
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    policy = await createGitPolicy();
    server = await startGitServer(join(policy.root, '.git'));
    folder = await mkdtemp(join(tmpdir(), 'rolebook-publish-branch-'));
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    await server.close();
    await policy.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const publish = (...more: string[]): Promise<CommandResult> =>
    runCommand(['publish', '--git', server.url, '--database', 'sqlite:releases.db', ...more], { cwd: folder });
  const published = async (): Promise<readonly (string | undefined)[]> => {
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'read', folder);
    try {
      return await commitsOf(database);
    } finally {
      await database.close();
    }
  };
  const push = async (text: string): Promise<string> => {
    await policy.write(support, text);
    return policy.commit();
  };

  it('is refused before anything is asked where options do not fit', async () => {
    const follow = ['--cache', 'c', '--follow'];
    const wrong: readonly [words: readonly string[], says: string][] = [
      [['--follow', '--git', server.url], '`--git` needs a folder for its clone'],
      [['--git', server.url, '--policy', '.'], '`--policy` and `--git` cannot stand together'],
      [['--git', server.url, '--author', 'bo'], '`--author` and `--git` cannot stand together'],
      [['--git', server.url, '--poll', '5s'], '`--follow` is missing'],
      [['--git', server.url, ...follow, '--end-memberships', '1'], 'publish that commit once'],
      [['--git', server.url, ...follow, '--poll', '5h'], 'takes a duration from 1s to 60m'],
      [['--git', 'https://a:s3cret@h/r'], 'has credentials in it'],
      [['--git', 'git@h:r', '--git-token-file', 't'], 'is for `https://`'],
      [['--git', server.url, '--require-signed', 'nowhere'], 'cannot be read'],
      [['--follow'], '`--follow` is about a git repository'],
      [['--cache', 'c'], '`--cache` is about a git repository'],
      [['--ref', 'main'], '`--ref` is about a git repository'],
      [['--require-signed', 's'], '`--require-signed` is about a git repository'],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['publish', '--database', 'sqlite:x.db', ...words], {
        cwd: folder,
      });
      assert.equal(exitCode, 2, words.join(' '));
      assert.include(stderr, says);
      assert.notInclude(stderr, 's3cret');
    }
    assert.notInclude(await readdir(folder), 'x.db');
  });

  it('publishes the newest commit by its author, and says so once', async () => {
    const commit = policy.commit();
    const { exitCode, stdout, all } = await publish();
    assert.equal(exitCode, 0, all);
    assert.match(stdout, /^published: revision [0-9a-f]{12}\.1-[0-9a-f]{8} to sqlite:releases\.db, release 1\n$/);
    assert.equal((await publish()).stdout, `unchanged: commit ${commit.slice(0, 12)} was published before\n`);
    const json = await publish('--format', 'json');
    assert.deepEqual(JSON.parse(json.stdout), { outcome: 'unchanged', commit });
    const { stdout: list } = await runCommand(['revisions', '--database', 'sqlite:releases.db'], { cwd: folder });
    assert.match(list, new RegExp(` ${commit.slice(0, 12)}  Ana <ana@acme\\.example>\n$`));
  });

  it('says what is wrong in full, and ends as `publish` does', async () => {
    await push(supportText.replace('extends: member', 'extends: membr'));
    const broken = await publish();
    assert.equal(broken.exitCode, 1);
    assert.match(broken.stderr, /^policies\/support\.yaml:\d+:\d+: .*membr.* \[unknown-role\]$/m);
    assert.match(broken.stderr, /^refused: commit [0-9a-f]{12} by Ana <ana@acme\.example> has \d problems?: /m);
    const json = JSON.parse((await publish('--format', 'json')).stdout) as { outcome: string; problems: object[] };
    assert.equal(json.outcome, 'refused');
    assert.isNotEmpty(json.problems);
    const elsewhere = await publish('--path', 'nowhere');
    assert.deepEqual([elsewhere.exitCode, elsewhere.stdout], [1, '']);
    assert.include(elsewhere.stderr, 'has no `roles.yaml` below `nowhere/`');
    assert.equal((await publish('--ref', 'nothing')).exitCode, 3);
    server.mood = 'redirecting';
    assert.equal((await publish()).exitCode, 2);
    await writeFile(
      join(folder, 'signers'),
      'ana@acme.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n',
    );
    server.mood = 'well';
    const unsigned = await publish('--require-signed', 'signers');
    assert.equal(unsigned.exitCode, 1);
    assert.match(unsigned.stderr, /^refused: commit .* is not signed/m);
  });

  it('ends memberships that somebody agreed to end', async () => {
    policy.commit();
    await publish();
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', folder);
    await change(database, publicationOf().policy, request('dee@acme.example', ['trainee']));
    await database.close();
    await push('workspace: help\n');
    const refused = await publish();
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stdout, /^refused: publishing this would end 1 membership given at run time/);
    assert.include(refused.stderr, '--end-memberships 1');
    const agreed = await publish('--end-memberships', '1');
    assert.equal(agreed.exitCode, 0, agreed.all);
    assert.match(agreed.stdout, /^ended: user:dee@acme\.example in workspace support/m);
  });

  interface Following {
    readonly child: ChildProcess;
    readonly output: () => string;
    readonly exit: Promise<number | null>;
  }
  const follow = (cache: string, ...more: string[]): Following => {
    const words = ['publish', '--git', server.url, '--cache', cache, '--database', 'sqlite:releases.db', '--follow'];
    const child = spawn(process.execPath, [rolebookProgram, ...words, '--poll', '1s', ...more], { cwd: folder });
    running.push(child);
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()));
    const exit = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    return { child, output: () => text, exit };
  };
  const says = (following: Following, words: string): Promise<void> =>
    waitFor(words, () => following.output().includes(words), 20_000);

  it('with `--follow` goes on until it is stopped, tells in one line what is refused, and goes on where one was killed', async () => {
    const first = policy.commit();
    const one = follow('one');
    await says(one, 'release 1');
    await push(supportText.replace('extends: member', 'extends: membr'));
    await says(one, 'refused: commit');
    const told = one
      .output()
      .split('\n')
      .filter((line) => line.startsWith('refused: '));
    assert.lengthOf(told, 1);
    const second = await push(`${supportText}  nora@acme.example: team-lead\n`);
    await says(one, 'release 2');
    one.child.kill('SIGKILL');
    await one.exit;
    const third = await push(supportText);
    // The same folder: who had the clone is gone.
    const other = follow('one', '--format', 'json');
    await says(other, '"outcome":"published"');
    other.child.kill('SIGTERM');
    assert.equal(await other.exit, 0);
    assert.deepEqual(await published(), [first, second, third]);
  });

  it('with `--follow` waits for a repository that is away, and ends while it is', async () => {
    policy.commit();
    server.mood = 'silent';
    const following = follow('one');
    await says(following, 'as its commits come');
    following.child.kill('SIGTERM');
    assert.equal(await following.exit, 0);
    server.mood = 'failing';
    const other = follow('one');
    await says(other, 'failed: ');
    server.mood = 'well';
    await says(other, 'release 1');
    other.child.kill('SIGINT');
    assert.equal(await other.exit, 0);
  });
});
