import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { createGitPolicy, gitIn, type GitPolicy } from '../../support/git-policy.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const support = 'policies/support.yaml';

describe('rolebook diff', () => {
  let policy: GitPolicy;
  let base: string;

  beforeEach(async () => {
    policy = await createGitPolicy();
    base = policy.commit().slice(0, 12);
    policy.git('checkout', '--quiet', '-b', 'change');
  });
  afterEach(() => policy.dispose());

  const diff = (...args: string[]): Promise<CommandResult> => runCommand(['diff', ...args], { cwd: policy.root });

  const edit = async (path: string, from: string, to: string): Promise<void> => {
    const text = await readFile(join(policy.root, path), 'utf8');
    assert.include(text, from);
    await policy.write(path, text.replace(from, to));
  };

  const letTraineesSend = (): Promise<void> => edit(support, '    without: ["message:send@shared"]\n', '');

  it('says so when nothing changed', async () => {
    const result = await diff();
    const stdout = `nobody gains or loses anything since ${base} (the merge base with main)\n`;
    assert.deepInclude(result, { exitCode: 0, stdout, stderr: '' });
  });

  it('tells who gains and who loses, with the cause and its line', async () => {
    await letTraineesSend();
    await edit(support, '    grants: [conversation:assign, "tag:*"]', '    grants: ["tag:*"]');
    policy.commit();
    const result = await diff();
    assert.equal(
      result.stdout,
      `1 person gains, 1 loses, in 1 workspace since ${base} (the merge base with main)

+ bo@acme.example may send messages (message:send@shared) in support: role trainee no longer takes it away, policies/support.yaml:11
- ana@acme.example may no longer assign conversations (conversation:assign) in support: role team-lead no longer grants it, policies/support.yaml:7
`,
    );
    assert.deepInclude(result, { exitCode: 0, stderr: '' });
  });

  it('judges the files as they are, and says when they are not committed', async () => {
    await letTraineesSend();
    const result = await diff();
    assert.match(result.stdout, /^1 person gains, nobody loses, /);
    assert.equal(result.stderr, 'the files differ from the last commit; the files are what is judged\n');
  });

  it('compares with the ref that is named, and finds the policy in a folder', async () => {
    await letTraineesSend();
    policy.commit();
    assert.match((await diff('HEAD')).stdout, /^nobody gains or loses anything since .{12} \(the ref HEAD\)\n$/);
    const result = await runCommand(['diff', 'main', '--policy', policy.root], { cwd: tmpdir() });
    assert.include(result.stdout, `, ${policy.root}/policies/support.yaml:11\n`);
  });

  it('tells 500 people with one role in one line, and each of them in JSON', async () => {
    const members = Array.from({ length: 500 }, (_, index) => `  p${index}@acme.example: trainee\n`);
    await edit(support, 'members:\n', `members:\n${members.join('')}`);
    policy.commit();
    await letTraineesSend();
    const { stdout } = await diff('HEAD');
    const [line = ''] = stdout.split('\n').filter((text) => text.startsWith('+'));
    assert.match(
      line,
      /^\+ 501 people \(bo@acme\.example, p0@acme\.example, p100@acme\.example and 498 more\) may send messages /,
    );
    const json = JSON.parse((await diff('HEAD', '--format', 'json')).stdout) as { changes: { subjects: string[] }[] };
    assert.lengthOf(json.changes, 1);
    assert.lengthOf(json.changes[0]?.subjects ?? [], 501);
  });

  it('says from when and until when', async () => {
    await edit(
      support,
      'cy@acme.example: member',
      'cy@acme.example: [member, { role: team-lead, from: 2090-01-01, until: 2090-03-31 }]',
    );
    const { stdout } = await diff();
    assert.match(
      stdout,
      /^\+ cy@acme\.example may .* in support from 2090-01-01 until 2090-03-31: role team-lead is given, /m,
    );
    const later = await diff('--at', '2090-04-01');
    assert.match(later.stdout, /^nobody gains or loses anything /);
  });

  it('gives JSON with every cause and its place', async () => {
    await letTraineesSend();
    const { stdout, exitCode } = await diff('--format', 'json', '--fail-on', 'gained:message:*');
    const report = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(exitCode, 1);
    assert.deepEqual(report['changes'], [
      {
        kind: 'gained',
        workspace: 'support',
        subjects: ['bo@acme.example'],
        permissions: ['message:send@shared'],
        cause: {
          kind: 'without-removed',
          role: 'trainee',
          text: 'role `trainee` no longer takes it away',
          side: 'base',
          file: support,
          line: 11,
          column: 15,
          nearest: { file: support, line: 8, column: 3 },
        },
      },
    ]);
    assert.deepEqual(report['counts'], { gaining: 1, losing: 0, workspaces: 1 });
    assert.deepEqual(report['gates'], [{ failOn: 'gained:message:*', found: 1, uncertain: 0, failed: true }]);
    assert.deepInclude(report, { compared: true, accepted: false, notices: [] });
  });

  it('marks the lines in a pull request; what is gone beside what is left', async () => {
    await letTraineesSend();
    const { stdout } = await diff('--format', 'github', '--fail-on', 'gained:message:*');
    assert.equal(
      stdout,
      '::error file=policies/support.yaml,line=8,endLine=8,col=3,endColumn=10,title=rolebook diff::`bo@acme.example` may send messages (`message:send@shared`) in `support`: role `trainee` no longer takes it away (before the change at policies/support.yaml:11)\n',
    );
    assert.match((await diff('--format', 'github', '--fail-on', 'lost')).stdout, /^::warning file=/);
  });

  it('writes a comment in Markdown, whatever names and titles hold', async () => {
    await edit('roles.yaml', 'tag:create: Create tags', 'tag:create: "Create | <b>tags</b> @all *now*"');
    await edit(support, 'cy@acme.example: member', '"a|b`c @all": [tagger]');
    await edit(support, 'members:\n', '  tagger:\n    grants: [tag:create]\nmembers:\n');
    const { stdout } = await diff('--format', 'markdown');
    assert.include(stdout, '### Access: 1 person gains, 1 loses, in 1 workspace\n');
    assert.include(stdout, '| ➕ gains | <code>a&#124;b&#96;c &#64;all</code> | ');
    assert.include(stdout, '`create \\| <b>tags</b> @all *now*` (`tag:create`)');
    for (const line of stdout.split('\n').filter((text) => text.startsWith('|'))) {
      assert.lengthOf(line.replaceAll('\\|', '').split('|'), 6, line);
    }
  });

  it('keeps a comment below the size that GitHub takes, and says what it leaves out', async () => {
    const members = Array.from({ length: 900 }, (_, index) => {
      return `  a-name-that-is-rather-long-for-a-person-${index}@acme.example: { roles: [{ role: trainee, until: ${2090 + index}-01-01 }] }\n`;
    });
    await edit(support, 'members:\n', `members:\n${members.join('')}`);
    const { stdout } = await diff('--format', 'markdown');
    assert.isBelow(stdout.length, 65_536);
    assert.match(stdout, /\n\d+ more entries do not fit here; `rolebook diff` lists them all\.\n$/);
  });

  describe('where something is wrong', () => {
    it('prints what is wrong in the files, and compares nothing', async () => {
      await edit(support, 'extends: member', 'extends: membr');
      const text = await diff();
      assert.equal(text.exitCode, 1);
      assert.match(
        text.stdout,
        /^policies\/support\.yaml:6:14: role `team-lead` extends unknown role `membr` \[unknown-role\]\n/,
      );
      assert.equal(text.stderr, '1 problem in 4 files; nothing was compared\n');
      assert.match(
        (await diff('--format', 'markdown')).stdout,
        /^### Access: .*cannot be told\n[^]*- `policies\/support\.yaml:6` role/,
      );
      assert.match((await diff('--format', 'github')).stdout, /^::error file=policies\/support\.yaml,line=6,/);
      assert.lengthOf((JSON.parse((await diff('--format', 'json')).stdout) as { problems: [] }).problems, 1);
    });

    it('tells a base that has errors, and compares with the last commit before it that has none', async () => {
      const good = policy.git('rev-parse', 'HEAD').slice(0, 12);
      await edit(support, 'extends: member', 'extends: membr');
      const bad = policy.commit('broken').slice(0, 12);
      await edit(support, 'extends: membr', 'extends: member');
      await letTraineesSend();
      policy.commit('mended');
      const { stdout, exitCode } = await diff('HEAD~1', '--fail-on', 'lost');
      assert.equal(exitCode, 0);
      assert.include(
        stdout,
        `1 person gains, nobody loses, in 1 workspace since ${good}, the last commit before ${bad} (the ref HEAD~1) whose policy has no errors\n`,
      );
      const json = JSON.parse((await diff('HEAD~1', '--format', 'json')).stdout) as { base: { problems: [] } };
      assert.lengthOf(json.base.problems, 1);
    });

    it('cannot tell anything when no commit before had a sound policy; a gate stays closed', async () => {
      policy.git('checkout', '--quiet', '--orphan', 'other');
      await edit(support, 'extends: member', 'extends: membr');
      policy.commit('broken');
      await edit(support, 'extends: membr', 'extends: member');
      const told = await diff('HEAD');
      assert.equal(told.exitCode, 0);
      assert.match(
        told.stdout,
        /^who gains and who loses cannot be told: the policy of .{12} \(the ref HEAD\) has errors/,
      );
      const gated = await diff('HEAD', '--fail-on', 'lost:tag:*');
      assert.equal(gated.exitCode, 1);
      assert.include(gated.stderr, 'failed: nothing can be told of `lost:tag:*`\n');
      assert.equal((await diff('HEAD', '--fail-on', 'lost', '--accept')).exitCode, 0);
      for (const format of ['markdown', 'json', 'github'])
        assert.equal((await diff('HEAD', '--format', format)).exitCode, 0);
    });

    it('takes a base without a policy for one in which nobody might do anything', async () => {
      policy.git('checkout', '--quiet', '--orphan', 'other');
      policy.git('rm', '--quiet', '--cached', '-r', '.');
      policy.git('commit', '--quiet', '--allow-empty', '--message', 'nothing yet');
      const { stdout, exitCode } = await diff('HEAD', '--fail-on', 'lost');
      assert.equal(exitCode, 0);
      assert.match(
        stdout,
        /^5 people gain, nobody loses, in 1 workspace since .{12} \(the ref HEAD\), which holds no policy: all of it is new\n/,
      );
      assert.notInclude(stdout, '~');
      assert.equal((await diff('HEAD', '--fail-on', 'gained')).exitCode, 1);
    });

    it('says what it needs: a commit, a repository, a policy', async () => {
      const missing = await diff('no-such-ref');
      assert.deepInclude(missing, { exitCode: 2, stdout: '' });
      assert.include(missing.stderr, 'error: there is no commit `no-such-ref`\n');
      assert.equal((await diff('')).exitCode, 2);
      const dash = await diff('--', '--output=x');
      assert.include(dash.stderr, 'error: there is no commit `--output=x`\n');
      await rm(join(policy.root, '.git'), { recursive: true });
      const outside = await diff();
      assert.equal(outside.exitCode, 2);
      assert.include(outside.stderr, 'error: `.` is not in a git repository\n');
      const empty = await mkdtemp(join(tmpdir(), 'rolebook-empty-'));
      const none = await runCommand(['diff'], { cwd: empty });
      assert.equal(none.exitCode, 2);
      assert.include(none.stderr, 'no roles.yaml in `.`');
      await rm(empty, { recursive: true });
    });

    it('tells a shallow clone how to get its history', async () => {
      await letTraineesSend();
      policy.commit();
      const clone = await mkdtemp(join(tmpdir(), 'rolebook-clone-'));
      gitIn(clone, 'clone', '--quiet', '--depth', '1', '--branch', 'change', `file://${policy.root}`, '.');
      const shallow = await runCommand(['diff'], { cwd: clone, env: { GITHUB_BASE_REF: 'main' } });
      assert.equal(shallow.exitCode, 2);
      assert.include(shallow.stderr, 'help: the clone is shallow: fetch its history with `git fetch --unshallow`');
      gitIn(clone, 'fetch', '--quiet', '--unshallow');
      gitIn(clone, 'fetch', '--quiet', 'origin', 'main:refs/remotes/origin/main');
      const whole = await runCommand(['diff'], { cwd: clone, env: { GITHUB_BASE_REF: 'main' } });
      assert.match(whole.stdout, /^1 person gains, nobody loses, .*\(the merge base with origin\/main\)/);
      await rm(clone, { recursive: true });
    });
  });
});
