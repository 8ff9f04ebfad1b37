import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { assert } from 'chai';
import { reviewLimits } from '../../../src/policy/review/review-limits.ts';
import { writeCountsLine } from '../../../src/review/usage/decision-counts.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { gitIn } from '../../support/git-policy.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { quarter, row } from '../../review/usage/small-world.ts';

const hostile = '<img src=x onerror=alert(1)>|`x`\u202e';

const files = {
  'roles.yaml': `permissions: { C: { a:b: t, a:c: u, a:d: v } }
roles: { member: { grants: [a:b] }, boss: { grants: ["*"], spans: organization, holders: 1 } }
defaultRole: member
`,
  'policies/organization.yaml': 'organization: acme\nmembers: { olu: boss }\n',
  'policies/w.yaml': `workspace: w
roles:
  lead:
    grants: [a:b, a:c] # what a lead does
members:
  ana: lead
  bo: member
`,
  'policies/w.test.yaml': 'tests: [{ name: n, workspace: w, as: ana, can: [a:b] }]\n',
};

const counted = [row('ana w a:b 7'), row('- ana w a:c'), row('- x w a:d')];
const countsText = [quarter, ...counted].map(writeCountsLine).join('');
const at = ['--at', '2026-11-30'];

describe('rolebook review', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    folder = await createPolicyFolder(files);
    await writeFile(join(folder.root, 'counts.jsonl'), countsText);
  });
  afterEach(() => folder.dispose());

  const review = (...words: readonly string[]): Promise<CommandResult> =>
    runCommand(['review', ...words], { cwd: folder.root });
  const ofCounts = (...words: readonly string[]): Promise<CommandResult> =>
    review('--counts', 'counts.jsonl', ...at, ...words);
  const textOf = (file: string): Promise<string> => readFile(join(folder.root, file), 'utf8');
  const idOf = async (kind: string): Promise<string> => {
    const { stdout } = await ofCounts('--format', 'json', '--only', kind);
    return (JSON.parse(stdout) as { findings: { id: string }[] }).findings[0]?.id ?? assert.fail(kind);
  };

  it('tells findings, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await ofCounts();
    assert.equal(exitCode, 0);
    assert.include(
      stdout,
      '`a:c` of role `lead` of workspace `w` was not used by its only holder, policies/w.yaml:4:19',
    );
    assert.include(stdout, 'used: a:b 7 times, last on 2026-11-20');
    assert.equal(stderr, '3 findings; `--write` takes all of them away\n');
  });

  it('takes all by one change, and leaves out what that may not have', async () => {
    const { exitCode, stdout, stderr } = await ofCounts('--write');
    assert.equal(exitCode, 0, stderr);
    assert.include(stderr, 'left out: `olu` holds `boss` in organization `acme`, and asked for nothing there [');
    assert.include(stderr, 'written: policies/w.yaml');
    assert.include(stdout, 'ana may no longer u (a:c) in w');
    const text = await textOf('policies/w.yaml');
    assert.include(text, 'grants: [a:b] # what a lead does');
    assert.notInclude(text, 'bo: member');
    assert.equal(await textOf('policies/organization.yaml'), files['policies/organization.yaml']);
  });

  it('takes one kind, or one finding, and writes nothing when it is only to be shown', async () => {
    const id = await idOf('unused-permission');
    const shown = await ofCounts('--write', '--only', id, '--dry-run');
    assert.include(shown.stderr, 'nothing was written');
    assert.equal(await textOf('policies/w.yaml'), files['policies/w.yaml']);
    assert.equal((await ofCounts('--write', '--only', id)).exitCode, 0);
    assert.include(await textOf('policies/w.yaml'), 'bo: member');
    assert.include((await ofCounts('--write', '--only', 'idle-role')).stderr, 'there is nothing to take away');
  });

  it('says which test a change would fail', async () => {
    await writeFile(
      join(folder.root, 'policies/w.test.yaml'),
      'tests: [{ name: n, workspace: w, as: ana, can: [a:c] }]\n',
    );
    const { exitCode, stderr } = await ofCounts('--write', '--only', 'unused-permission');
    assert.equal(exitCode, 1);
    assert.include(stderr, '`--with-tests` has tests expect what the policy says then');
    assert.equal((await ofCounts('--write', '--only', 'unused-permission', '--with-tests')).exitCode, 0);
    assert.include(await textOf('policies/w.test.yaml'), 'cannot: [a:c]');
  });

  it('proposes on a new branch, and leaves the files as they are', async () => {
    gitIn(folder.root, 'init', '--quiet', '--initial-branch', 'main');
    gitIn(folder.root, 'add', '--all');
    gitIn(folder.root, 'commit', '--quiet', '--message', 'policy');
    const { exitCode, stderr } = await ofCounts('--only', 'unused-permission', '--propose', 'review/q4');
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /proposed: branch review\/q4, commit [0-9a-f]{12}/);
    assert.equal(gitIn(folder.root, 'status', '--porcelain'), '');
    assert.equal(gitIn(folder.root, 'diff', '--name-only', 'main', 'review/q4'), 'policies/w.yaml');
    assert.include(gitIn(folder.root, 'log', '-1', '--format=%B', 'review/q4'), '- `a:c` of role `lead`');
    const again = await ofCounts('--only', 'unused-permission', '--propose', 'review/q4');
    assert.deepEqual([again.exitCode, again.stderr.split('\n')[0]], [2, 'error: there is a branch `review/q4`']);
    const odd = await ofCounts('--only', 'unused-permission', '--propose', 'a..b');
    assert.include(odd.stderr, '`a..b` cannot be the name of a branch');
  });

  it('accepts a finding in roles.yaml, where lint understands it and says when it is over', async () => {
    const id = await idOf('unused-permission');
    const accepted = await ofCounts('--waive', id, '--reason', 'at new year', '--until', '2999-12-31');
    assert.equal(accepted.exitCode, 0, accepted.stderr);
    assert.include(
      (await ofCounts()).stdout,
      '`a:c` of role `lead` of workspace `w` was not used by its only holder, until 2999-12-31: at new year',
    );
    const lint = await runCommand(['lint'], { cwd: folder.root });
    assert.equal(lint.all, 'no problems in 4 files\n');
    const text = await textOf('roles.yaml');
    await writeFile(join(folder.root, 'roles.yaml'), text.replace('2999-12-31', '2026-11-01'));
    assert.include((await runCommand(['lint'], { cwd: folder.root })).all, '[waiver-over]');
    assert.include(
      (await ofCounts()).stdout,
      'the waiver of `unused-permission` (organization: acme, workspace: w, role: lead, permission: a:c) ended at',
    );
  });

  it('accepts a finding no more, by its name, and its line goes', async () => {
    const id = await idOf('unused-permission');
    await ofCounts('--waive', id, '--reason', 'at new year', '--until', '2999-12-31');
    assert.include((await ofCounts()).stdout, `Accepted\n  ${id}  \`a:c\` of role \`lead\``);
    for (const format of ['markdown', 'html']) assert.include((await ofCounts('--format', format)).stdout, id, format);
    const shown = await ofCounts('--end-waiver', id, '--dry-run');
    assert.include(shown.stdout, '-waive: [{ check: unused-permission');
    assert.include(shown.stdout, 'nobody gains or loses anything by this');
    assert.include(await textOf('roles.yaml'), 'at new year');
    const ended = await ofCounts('--end-waiver', id);
    assert.equal(ended.exitCode, 0, ended.all);
    assert.equal(await textOf('roles.yaml'), files['roles.yaml']);
    const again = await ofCounts('--end-waiver', id);
    assert.deepEqual(
      [again.exitCode, again.stderr.split('\n')[0]],
      [2, `error: \`--end-waiver\` names no finding that is accepted: \`${id}\``],
    );
  });

  it('tells of a log of several revisions, and of former names in it', async () => {
    await folder.write(
      'policies/w.yaml',
      files['policies/w.yaml'].replace('workspace: w', 'workspace: w\nformerly: v'),
    );
    await folder.write('roles.yaml', files['roles.yaml'].replace('a:c: u', 'a:c: { title: u, was: a:x }'));
    const rows = [row('ana w a:b 7'), row('ana v a:x 2'), row('- x w a:d'), row('ana w a:y'), row('ana u a:b')];
    await writeFile(
      join(folder.root, 'counts.jsonl'),
      [{ ...quarter, revisions: 3 }, ...rows].map(writeCountsLine).join(''),
    );
    const { stdout } = await ofCounts();
    assert.include(stdout, 'from 2026-09-01 to 2026-11-30, by 3 revisions');
    assert.include(stdout, '2 decisions with a former name of a permission or a workspace');
    assert.include(stdout, 'asked for, and unknown to these files: `a:y` once');
    assert.include(stdout, 'asked about, and unknown to these files: `u` once');
    assert.notInclude(stdout, '`a:c` of role `lead`');
    const { stdout: json } = await ofCounts('--format', 'json');
    assert.deepInclude(JSON.parse(json), { renamed: 2 });
  });

  it('judges no use by a short log, and says so by its exit code', async () => {
    const log = { ...quarter, from: '2026-11-20T00:00:00Z', days: 8 };
    await writeFile(join(folder.root, 'counts.jsonl'), [log, ...counted].map(writeCountsLine).join(''));
    const { exitCode, stdout } = await ofCounts();
    assert.equal(exitCode, 3);
    assert.include(stdout, 'nothing is said of what nobody uses: the log covers 10 days, and 30 are needed');
  });

  it('reads logs as they are, and compressed ones by DuckDB, to the same end', async () => {
    const lines = Array.from({ length: 90 }, (_, day) =>
      JSON.stringify({
        time: new Date(Date.UTC(2026, 8, 1) + day * 86_400_000).toISOString(),
        id: `a-${day}`,
        revision: '81e61c315014',
        subject: { type: 'user', id: 'ana' },
        workspace: 'w',
        permission: day % 2 === 0 ? 'a:b' : 'a:c',
        decision: day % 2 === 0,
        reason: day % 2 === 0 ? 'granted' : 'not-granted',
      }),
    );
    const text = `${lines.join('\n')}\nnot a line\n{"cut`;
    await writeFile(join(folder.root, 'log.jsonl'), text);
    await writeFile(join(folder.root, 'log.jsonl.gz'), gzipSync(text));
    const [plain, packed] = [await review('log.jsonl', ...at), await review('log.jsonl.gz', ...at)];
    assert.equal(plain.exitCode, 0, plain.all);
    assert.include(
      plain.stdout,
      '90 decisions on 90 days, from 2026-09-01 to 2026-11-29\n2 lines of the log could not be read',
    );
    assert.equal(packed.all, plain.all);
    // More than is read line by line where DuckDB is there.
    const times = Math.ceil(reviewLimits.plainBytes / text.length) + 1;
    await writeFile(join(folder.root, 'long.jsonl'), `${text}\n`.repeat(times));
    const long = await review('long.jsonl', ...at);
    assert.include(long.stdout, `${(90 * times).toLocaleString('en')} decisions on 90 days`);
    assert.include(long.stdout, `${(2 * times).toLocaleString('en')} lines of the log could not be read`);
    const since = await review('log.jsonl', '--since', '20d', ...at);
    assert.deepEqual([since.exitCode, since.stdout.includes('20 decisions on 20 days')], [3, true]);
    assert.include(since.stdout, '70 decisions of the log are from before what is looked at, and left out');
  });

  it('shows names as text, whatever they are, in each format', async () => {
    const text = files['policies/w.yaml'].replace(
      '  bo: member',
      `  ${JSON.stringify(hostile.replace('(1)', ''))}: member`,
    );
    await writeFile(join(folder.root, 'policies/w.yaml'), text.replace('\u202e', ''));
    for (const format of ['text', 'markdown', 'html', 'json']) {
      const { exitCode, stdout, all } = await ofCounts('--format', format);
      assert.equal(exitCode, 0, all);
      // In Markdown a name is code, and code is shown as it stands.
      const shown = format === 'markdown' ? stdout.replaceAll(/(`+)[^]*?\1/g, '') : stdout;
      if (format === 'html' || format === 'markdown') assert.notInclude(shown, '<img');
    }
  });

  it('runs the examples of its help', async () => {
    await writeFile(join(folder.root, 'decisions.jsonl'), '');
    const help = await runCommand(['help', 'review'], { cwd: folder.root });
    const [, examples = ''] = help.stdout.split('\nExamples:\n');
    const lines = examples.trim().split('\n');
    assert.lengthOf(lines, 3);
    for (const line of lines) {
      const { exitCode, all } = await runCommand(line.trim().split(' ').slice(1), { cwd: folder.root });
      assert.include([0, 3], exitCode, all);
    }
  });

  const ended = ['--counts', 'counts.jsonl', '--end-waiver', '0123456789'];
  const kept = ['--reason', 'r', '--until', '2999-01-01'];
  const wrong: readonly (readonly [words: readonly string[], message: string])[] = [
    [[], 'no log is named'],
    [['log.jsonl', '--counts', 'counts.jsonl'], 'LOG and `--counts` exclude each other'],
    [['--counts', 'counts.jsonl', '--since', '90d'], '`--since` cannot be said of `--counts`'],
    [['log.jsonl', '--since', 'yesterday'], '`--since` takes a time, found `yesterday`'],
    [['nowhere.jsonl'], '`nowhere.jsonl` cannot be read: there is no such file'],
    [['policies'], '`policies` cannot be read: it is a folder'],
    [['log.jsonl', '--since', '2999-01-01'], '`--since` is not past, found `2999-01-01`'],
    [['log.jsonl', '--since', '0d'], '`--since` is not past, found `0d`'],
    [['--counts', 'counts.jsonl', '--role', 'led'], 'there is no role `led`'],
    [['--counts', 'roles.yaml'], 'roles.yaml:1: the first line must be an object with `"format":"rolebook-counts/1"`'],
    [['--counts', 'counts.jsonl', '--only', 'unused-role-x'], '`--only` cannot be `unused-role-x`'],
    [['--counts', 'counts.jsonl', '--only', '0123456789'], '`--only` names no finding: `0123456789`'],
    [['--counts', 'counts.jsonl', '--workspace', 'v'], 'there is no workspace `v`'],
    [['--counts', 'counts.jsonl', '--organization', 'w'], '`w` is a workspace, not an organization'],
    [['--counts', 'counts.jsonl', '--write', '--propose', 'b'], '`--write` and `--propose` exclude each other'],
    [['--counts', 'counts.jsonl', '--waive', '0123456789'], '`--waive` needs `--reason` and `--until`'],
    [['--counts', 'counts.jsonl', '--reason', 'r'], '`--reason` and `--until` are about a finding that is accepted'],
    [
      ['--counts', 'counts.jsonl', '--waive', '0123456789', '--reason', 'r', '--until', 'soon'],
      '`--until` takes a time, found `soon`',
    ],
    [['--counts', 'counts.jsonl', '--waive', '0123456789', ...kept], '`--waive` names no finding: `0123456789`'],
    [[...ended, '--write'], '`--end-waiver` and `--write` exclude each other'],
    [[...ended, '--waive', '0123456789', ...kept], '`--end-waiver` and `--waive` exclude each other'],
    [[...ended, '--reason', 'r'], '`--reason` and `--until` are about a finding that is accepted'],
    [ended, '`--end-waiver` names no finding that is accepted: `0123456789`'],
    [['--counts', 'counts.jsonl', '--only', ''], '`--only` is empty'],
    [['--counts', 'counts.jsonl', '--dry-run'], '`--dry-run` and `--with-tests` are about a change'],
    [['--counts', 'counts.jsonl', '--write', '--format', 'html'], 'a change is not told as html'],
    [['--counts', 'counts.jsonl', '--format', 'yaml'], '`--format` cannot be `yaml`'],
  ];
  for (const [words, message] of wrong) {
    it(`says what is wrong with ${words.join(' ') || 'no words'}`, async () => {
      await writeFile(join(folder.root, 'log.jsonl'), '');
      const { exitCode, stderr, stdout } = await review(...words);
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.include(stderr, `error: ${message}`);
      assert.equal(await textOf('policies/w.yaml'), files['policies/w.yaml']);
    });
  }
});
