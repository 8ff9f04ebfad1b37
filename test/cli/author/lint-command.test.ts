import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand } from '../../support/command-line.ts';

const brokenSupport = `workspace: support
title: Support
roles:
  team-lead:
    title: Team lead
    extends: membr
    grants: [conversation:asign]
members:
  ana@acme.example: team-lead
`;

const expiredSupport = `workspace: support
title: Support
members:
  ana@acme.example:
    - { role: member, until: 2026-01-31 }
  bo@acme.example: member
`;

describe('rolebook lint', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });
  afterEach(() => folder.dispose());

  it('is silent on stdout about a policy without problems', async () => {
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.deepInclude(result, { exitCode: 0, stdout: '', stderr: 'no problems in 4 files\n' });
  });

  it('prints each problem with its place, the line, a caret and help', async () => {
    await folder.write('policies/support.yaml', brokenSupport);
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.equal(result.exitCode, 1);
    const [first = '', second = ''] = result.stdout.split('\n\n');
    assert.match(
      first,
      /^policies\/support\.yaml:6:14: .*`membr`.* \[unknown-role\]\n6 \| {5}extends: membr\n {2}\| {14}\^~~~~\nhelp: did you mean `member`\?$/,
    );
    assert.match(second, /^policies\/support\.yaml:7:14: .*\[unknown-permission\]\n/);
    assert.equal(result.stderr, '2 problems in 4 files\n');
  });

  it('prints paths that can be opened from where it was started', async () => {
    await folder.write('policies/support.yaml', brokenSupport);
    const above = join(folder.root, '..');
    const name = folder.root.slice(above.length + 1);
    for (const policy of [name, `./${name}/`, folder.root]) {
      const result = await runCommand(['lint', '--policy', policy], { cwd: above });
      assert.isTrue(
        result.stdout.startsWith(`${policy === folder.root ? policy : name}/policies/support.yaml:6:14: `),
        result.stdout,
      );
    }
  });

  it('marks warnings and lets them pass, unless it is strict', async () => {
    await folder.write('policies/support.yaml', expiredSupport);
    const lenient = await runCommand(['lint'], { cwd: folder.root });
    assert.match(lenient.stdout, /^policies\/support\.yaml:\d+:\d+: warning: .* \[expired-membership\]\n/);
    assert.equal(lenient.stderr, '1 warning in 4 files\n');
    assert.equal(lenient.exitCode, 0);
    const strict = await runCommand(['lint', '--strict'], { cwd: folder.root });
    assert.equal(strict.exitCode, 1);
  });

  it('knows what has expired at another time', async () => {
    await folder.write('policies/support.yaml', expiredSupport);
    const before = await runCommand(['lint', '--at', '2026-01-31'], { cwd: folder.root });
    const after = await runCommand(['lint', '--at', '2026-02-01T00:00:00Z'], { cwd: folder.root });
    assert.equal(before.stdout, '');
    assert.include(after.stdout, '[expired-membership]');
  });

  it('finds problems in test files too', async () => {
    await folder.write(
      'policies/support.test.yaml',
      'tests:\n  - name: x\n    workspace: suport\n    as: ana@acme.example\n    can: [comment:send]\n',
    );
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.include(result.stdout, '[unknown-workspace]');
    assert.equal(result.exitCode, 1);
  });

  it('writes problems and counts as JSON', async () => {
    await folder.write('policies/support.yaml', brokenSupport);
    const result = await runCommand(['lint', '--format', 'json'], { cwd: folder.root });
    const report = JSON.parse(result.stdout) as { problems: Record<string, unknown>[]; counts: object };
    assert.deepEqual(report.counts, { files: 4, errors: 2, warnings: 0, waived: 0 });
    assert.deepInclude(report.problems[0], {
      code: 'unknown-role',
      severity: 'error',
      file: 'policies/support.yaml',
      line: 6,
      column: 14,
      length: 5,
      help: 'did you mean `member`?',
    });
    assert.equal(result.exitCode, 1);
  });

  it('writes JSON for a clean policy too', async () => {
    const result = await runCommand(['lint', '--format', 'json'], { cwd: folder.root });
    const counts = { files: 4, errors: 0, warnings: 0, waived: 0 };
    assert.deepEqual(JSON.parse(result.stdout), { problems: [], waived: [], counts });
  });

  it('writes GitHub annotations, with paths from the checkout', async () => {
    await folder.write('access/keep.txt', '');
    for (const [path, text] of Object.entries(smallPolicy())) await folder.write(`access/${path}`, text);
    await folder.write('access/policies/support.yaml', brokenSupport);
    const result = await runCommand(['lint', '--format', 'github'], {
      cwd: join(folder.root, 'access'),
      env: { GITHUB_WORKSPACE: folder.root },
    });
    const [first = ''] = result.stdout.split('\n');
    assert.match(
      first,
      /^::error file=access\/policies\/support\.yaml,line=6,endLine=6,col=14,endColumn=19,title=rolebook lint::.*`membr`.* \[unknown-role\]%0Ahelp: did you mean `member`\?$/,
    );
    assert.equal(result.exitCode, 1);
  });

  it('has no colour in a pipe, and colour on a terminal unless NO_COLOR says no', async () => {
    await folder.write('policies/support.yaml', brokenSupport);
    const cases = [
      { isTerminal: false, env: {}, isColored: false },
      { isTerminal: true, env: {}, isColored: true },
      { isTerminal: true, env: { NO_COLOR: '1' }, isColored: false },
      { isTerminal: true, env: { NO_COLOR: '' }, isColored: true },
      { isTerminal: true, env: { TERM: 'dumb' }, isColored: false },
      { isTerminal: false, env: { FORCE_COLOR: '1' }, isColored: true },
      { isTerminal: true, env: { FORCE_COLOR: '0' }, isColored: false },
    ];
    for (const { isTerminal, env, isColored } of cases) {
      const { stdout } = await runCommand(['lint'], { cwd: folder.root, isTerminal, env });
      assert.equal(stdout.includes('\u001b['), isColored, JSON.stringify({ isTerminal, env }));
    }
    const json = await runCommand(['lint', '--format', 'json'], { cwd: folder.root, isTerminal: true });
    assert.notInclude(json.stdout, '\u001b');
  });

  it('shows escape sequences of a policy file instead of obeying them', async () => {
    await folder.write(
      'policies/support.yaml',
      'workspace: support\ntitle: Support\nroles: { a: { extends: "\\e[2Jmember\\n::error::x" } }\n',
    );
    for (const format of ['text', 'github']) {
      const { stdout } = await runCommand(['lint', '--format', format], { cwd: folder.root });
      assert.notInclude(stdout, '\u001b');
      assert.notMatch(stdout, /^::error::/m);
    }
  });

  it('prints the same on every run', async () => {
    await folder.write('policies/support.yaml', brokenSupport);
    const first = await runCommand(['lint'], { cwd: folder.root });
    const second = await runCommand(['lint'], { cwd: folder.root });
    assert.deepEqual(first, second);
  });

  it('exits 2 and points to `rolebook init` where there is no policy', async () => {
    await rm(join(folder.root, 'roles.yaml'));
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.equal(result.exitCode, 2);
    assert.equal(result.stdout, '');
    assert.equal(
      result.stderr,
      'error: no roles.yaml in `.`: not a policy folder\nhelp: run `rolebook init` to begin one, or say where it is with `--policy DIR`\n',
    );
  });

  it('says how roles.yaml is called', async () => {
    await rm(join(folder.root, 'roles.yaml'));
    await folder.write('roles.yml', smallPolicy()['roles.yaml'] ?? '');
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.equal(result.exitCode, 2);
    assert.include(result.stderr, 'rename `roles.yml` to `roles.yaml`');
  });

  it('exits 2 when the folder is missing, or is a file, or below a file', async () => {
    await writeFile(join(folder.root, 'file'), '');
    const cases = [
      ['nowhere', 'there is no folder `nowhere`'],
      ['file', '`file` is not a folder'],
      ['file/below', 'there is no folder `file/below`'],
    ];
    for (const [policy = '', says = ''] of cases) {
      const result = await runCommand(['lint', '--policy', policy], { cwd: folder.root });
      assert.equal(result.exitCode, 2, policy);
      assert.include(result.stderr, says);
      assert.include(result.stderr, '--policy DIR');
    }
  });

  it('exits 3 when the folder cannot be read at all', async () => {
    await symlink('loop', join(folder.root, 'loop'));
    const result = await runCommand(['lint', '--policy', 'loop'], { cwd: folder.root });
    assert.equal(result.exitCode, 3);
    assert.include(result.stderr, 'error: cannot read `loop`');
  });

  it('counts a file that cannot be read as a problem of the policy', async () => {
    await rm(join(folder.root, 'policies/support.yaml'));
    await symlink('support.yaml', join(folder.root, 'policies/support.yaml'));
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.equal(result.exitCode, 1);
    assert.include(result.stdout, '[unreadable-file]');
  });

  it('shows nothing of a file that a link outside leads to, and says what helps', async () => {
    const outside = await createPolicyFolder({ 'token.yaml': 'a4f0c2d19e7b6358' });
    await symlink(join(outside.root, 'token.yaml'), join(folder.root, 'policies/notes.yaml'));
    for (const format of ['text', 'json', 'github']) {
      const result = await runCommand(['lint', '--format', format], { cwd: folder.root });
      assert.equal(result.exitCode, 1);
      assert.include(result.stdout, 'leads out of the policy directory');
      assert.notInclude(result.stdout + result.stderr, 'a4f0');
      if (format === 'text') assert.include(result.stdout, 'help: nothing outside is read');
    }
    await outside.dispose();
  });

  it('counts a folder called roles.yaml as a problem, not as a crash', async () => {
    await rm(join(folder.root, 'roles.yaml'));
    await mkdir(join(folder.root, 'roles.yaml'));
    const result = await runCommand(['lint'], { cwd: folder.root });
    assert.include([1, 2], result.exitCode);
    assert.notInclude(result.stderr, 'could not run');
  });
});
