import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const soundTests = `tests:
  - name: a trainee drafts, and cannot send
    workspace: support
    as: { role: trainee }
    can: [comment:send, "message:send@personal"]
    cannot: ["message:send@shared"]
  - name: a team lead assigns
    workspace: support
    as: ana@acme.example
    can: [conversation:assign, "tag:*"]
`;

const wrongTests = `tests:
  - name: a trainee sends
    workspace: support
    as: [{ role: trainee }, cy@acme.example]
    can: [comment:send, "message:send@shared"]
  - name: nobody creates tags
    workspace: support
    as: ana@acme.example
    cannot: [tag:create]
  - name: members comment
    workspace: support
    as: { role: member }
    can: [comment:send]
`;

describe('rolebook test', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    folder = await createPolicyFolder({ ...smallPolicy(), 'policies/support.test.yaml': soundTests });
  });
  afterEach(() => folder.dispose());

  const test = (...argv: string[]): Promise<CommandResult> => runCommand(['test', ...argv], { cwd: folder.root });

  it('prints one closing line when every test passes', async () => {
    const result = await test();
    assert.deepInclude(result, { exitCode: 0, stdout: '2 passed, 0 failed\n', stderr: '' });
  });

  it('prints each wrong answer with its place and the reason', async () => {
    await folder.write('policies/support.test.yaml', wrongTests);
    const result = await test();
    assert.equal(result.exitCode, 1);
    const [first = '', second = ''] = result.stdout.split('\n\n');
    const [title, wrong, reason] = first.split('\n');
    assert.equal(title, 'failed: a trainee sends (policies/support.test.yaml:2)');
    assert.equal(
      wrong,
      '  policies/support.test.yaml:5:25: `message:send@shared` as role `trainee`: expected allow, found deny',
    );
    assert.match(reason ?? '', /^ {4}\S.*/);
    assert.match(
      second,
      /^failed: nobody creates tags \(policies\/support\.test\.yaml:6\)\n {2}policies\/support\.test\.yaml:9:14: `tag:create` as `ana@acme\.example`: expected deny, found allow\n {4}.*`team-lead`.*\(policies\/support\.yaml:7:35\)\n/,
    );
    assert.isTrue(result.stdout.endsWith('\n1 passed, 2 failed\n'), result.stdout);
    assert.equal(result.stderr, '');
  });

  it('runs only the tests whose file or name holds the filter, in any case', async () => {
    await folder.write('policies/other.test.yaml', wrongTests);
    assert.equal((await test('TEAM LEAD')).stdout, '1 passed, 0 failed\n');
    assert.equal((await test('Support.test')).stdout, '2 passed, 0 failed\n');
    assert.isTrue((await test('other')).stdout.endsWith('1 passed, 2 failed\n'));
  });

  it('takes the filter as plain text, never as a pattern', async () => {
    for (const filter of ['.*', '^a', '(a+)+$', '[', 'drafts|send']) {
      const result = await test(filter);
      assert.equal(result.exitCode, 2, filter);
      assert.equal(result.stdout, '');
      assert.include(result.stderr, `none of 2 tests matches \`${filter}\``);
    }
  });

  it('exits 2 when there are no tests at all', async () => {
    await folder.remove('policies/support.test.yaml');
    const result = await test();
    assert.equal(result.exitCode, 2);
    assert.include(
      result.stderr,
      'error: there are no policy tests\nhelp: policy tests stand below `policies/` in files called `*.test.yaml`',
    );
    const filtered = await test('trainee');
    assert.include(filtered.stderr, 'there are no policy tests');
  });

  it('prints the errors of a broken policy and runs nothing', async () => {
    await folder.write('policies/support.yaml', 'workspace: support\ntitle: x\nroles: 3\n');
    for (const format of ['text', 'github', 'json', 'junit']) {
      const result = await test('--format', format);
      assert.equal(result.exitCode, 1, format);
      assert.include(result.stdout, 'policies/support.yaml');
      assert.notInclude(result.stdout, 'passed, ');
      assert.include(result.stderr, 'no test was run');
    }
  });

  it('runs nothing while a test file has an error, because what it meant to test is not known', async () => {
    await folder.write(
      'policies/other.test.yaml',
      'tests:\n  - name: x\n    workspace: suport\n    as: ana@acme.example\n    can: [comment:send]\n',
    );
    const result = await test('drafts');
    assert.equal(result.exitCode, 1);
    assert.include(result.stdout, '[unknown-workspace]');
  });

  it('lets warnings pass', async () => {
    const retired = '  dan@acme.example: { roles: [{ role: member, until: 2020-01-01 }] }\n';
    await folder.write('policies/support.yaml', `${smallPolicy()['policies/support.yaml'] ?? ''}${retired}`);
    assert.deepInclude(await test(), { exitCode: 0, stdout: '2 passed, 0 failed\n', stderr: '' });
  });

  it('writes the whole report as JSON, the closing line to stderr', async () => {
    await folder.write('policies/support.test.yaml', wrongTests);
    const result = await test('--format', 'json');
    const report = JSON.parse(result.stdout) as {
      passed: number;
      failed: number;
      tests: Record<string, unknown>[];
      problems: object[];
    };
    assert.deepInclude(report, { passed: 1, failed: 2, problems: [] });
    assert.deepInclude(report.tests[2], {
      file: 'policies/support.test.yaml',
      line: 10,
      name: 'members comment',
      outcome: 'passed',
      failures: [],
      assertions: 1,
    });
    assert.deepNestedInclude(report.tests[1], {
      'failures[0].kind': 'wrong-answer',
      'failures[0].subject': '`ana@acme.example`',
      'failures[0].expect': 'deny',
      'failures[0].permission': 'tag:create',
      'failures[0].position.file': 'policies/support.test.yaml',
      'failures[0].position.line': 9,
      'failures[0].position.column': 14,
      'failures[0].reason.code': 'granted',
      'failures[0].reason.role': 'team-lead',
    });
    assert.equal(result.stderr, '1 passed, 2 failed\n');
    assert.equal(result.exitCode, 1);
  });

  it('writes GitHub annotations at the wrong lines, then the closing line', async () => {
    await folder.write('policies/support.test.yaml', wrongTests);
    const result = await runCommand(['test', '--format', 'github', '--policy', folder.root], {
      cwd: '/',
      env: { GITHUB_WORKSPACE: join(folder.root, '..') },
    });
    const lines = result.stdout.trimEnd().split('\n');
    const name = folder.root.slice(join(folder.root, '..').length + 1);
    assert.isTrue(
      lines[1]?.startsWith(
        `::error file=${name}/policies/support.test.yaml,line=9,endLine=9,col=14,endColumn=24,title=rolebook test::nobody creates tags%0A`,
      ),
      lines[1],
    );
    assert.equal(lines.at(-1), '1 passed, 2 failed');
    assert.equal(result.exitCode, 1);
  });

  it('writes JUnit XML with a suite for each file', async () => {
    await folder.write('policies/other.test.yaml', wrongTests);
    const result = await test('--format', 'junit');
    assert.match(
      result.stdout,
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="rolebook" tests="5" failures="2" errors="0">\n/,
    );
    assert.include(
      result.stdout,
      '<testsuite name="policies/other.test.yaml" tests="3" failures="2" errors="0" file="policies/other.test.yaml">',
    );
    assert.include(
      result.stdout,
      '<testcase classname="policies/support.test.yaml" name="a team lead assigns" file="policies/support.test.yaml" line="7" assertions="2"/>',
    );
    assert.equal(result.stderr, '3 passed, 2 failed\n');
    assert.equal(result.exitCode, 1);
  });

  it('freezes the clock a test file names', async () => {
    await folder.write(
      'policies/support.yaml',
      'workspace: support\ntitle: Support\nmembers:\n  ana@acme.example: [{ role: member, until: 2026-01-31 }]\n',
    );
    const asked = '    workspace: support\n    as: ana@acme.example\n';
    await folder.write(
      'policies/support.test.yaml',
      `now: 2026-01-31T23:59:59Z\ntests:\n  - name: on the last day\n${asked}    can: [comment:send]\n`,
    );
    await folder.write(
      'policies/later.test.yaml',
      `now: 2026-02-01T00:00:00Z\ntests:\n  - name: the day after\n${asked}    cannot: [comment:send]\n`,
    );
    assert.equal((await test()).stdout, '2 passed, 0 failed\n');
  });

  it('exits 2 on a second filter, on an unknown flag and on a format it does not have', async () => {
    for (const argv of [
      ['a', 'b'],
      ['--fiter', 'a'],
      ['--format', 'html'],
      ['--policy', 'nowhere'],
    ]) {
      const result = await test(...argv);
      assert.equal(result.exitCode, 2, argv.join(' '));
      assert.equal(result.stdout, '');
    }
  });
});
