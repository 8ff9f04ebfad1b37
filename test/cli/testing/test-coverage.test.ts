import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const tests = `tests:
  - name: a trainee drafts, and cannot send
    workspace: support
    as: { role: trainee }
    can: [comment:send]
    cannot: ["message:send@shared", conversation:assign, tag:create]
  - name: a team lead assigns
    workspace: support
    as: ana@acme.example
    can: [conversation:assign, "tag:*"]
  - name: an admin may do everything
    workspace: support
    as: [{ role: workspace-admin }, { role: company-admin }]
    can: ["*"]
`;

interface CoverageJson {
  readonly coverage: {
    readonly percent: number;
    readonly asserted: number;
    readonly total: number;
    readonly baseline: readonly object[];
    readonly scopes: readonly object[];
    readonly roles: readonly Record<string, unknown>[];
  };
}

describe('rolebook test --coverage', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    folder = await createPolicyFolder({ ...smallPolicy(), 'policies/support.test.yaml': tests });
  });
  afterEach(() => folder.dispose());

  const test = (...argv: string[]): Promise<CommandResult> => runCommand(['test', ...argv], { cwd: folder.root });

  it('prints a row for each role, what is not asserted as lines for a test, and the figure', async () => {
    const { stdout, stderr, exitCode } = await test('--coverage');
    assert.equal(
      stdout,
      `asserted by the tests        may    may not
built-in roles
  member                     0/2        0/3      0 %
  workspace-admin            5/5          –    100 %
  company-admin              5/5          –    100 %
support
  team-lead                  2/4        0/1     40 %
  trainee                    1/1        3/4     80 %

not asserted: role \`member\` (roles.yaml:20)
  can: ["message:send@shared", comment:send]
  cannot: [conversation:assign, tag:create, analytics:view]

not asserted: role \`team-lead\` of \`support\` (policies/support.yaml:4)
  can: ["message:send@shared", comment:send]
  cannot: [analytics:view]

not asserted: role \`trainee\` of \`support\` (policies/support.yaml:8)
  cannot: [analytics:view]

not asserted: scope \`personal\` (roles.yaml:2)
  no answer hangs on its \`when\` holding, nor on its failing
3 passed, 0 failed
coverage: 16 of 27 role × permission pairs and sides of scopes asserted, 59.2 %
`,
    );
    assert.equal(stderr, '');
    assert.equal(exitCode, 0);
  });

  it('reaches the threshold with exactly as much, and says the figure when it does not', async () => {
    assert.equal((await test('--coverage', '--threshold', '59.2')).exitCode, 0);
    const below = await test('--coverage', '--threshold', '59.26');
    assert.equal(below.exitCode, 1);
    assert.equal(below.stderr, 'error: the coverage is 59.2 %, below the threshold of 59.26 %\n');
    assert.equal((await test('--coverage', '--threshold', '0')).exitCode, 0);
  });

  it('with a filter counts the roles that the remaining tests ask as, and says so', async () => {
    const { stdout, exitCode } = await test('trainee', '--coverage', '--threshold', '80');
    assert.include(stdout, '\nsupport\n  trainee ');
    assert.notInclude(stdout, 'member');
    assert.isTrue(
      stdout.endsWith(
        'coverage: 4 of 5 role × permission pairs asserted, 80 %, of the roles that tests matching `trainee` ask as\n',
      ),
    );
    assert.equal(exitCode, 0);
  });

  it('is told of failing tests too, whose wrong answers count for nothing', async () => {
    await folder.write(
      'policies/support.test.yaml',
      tests.replace('can: [comment:send]', 'can: [comment:send, analytics:view]'),
    );
    const { stdout, exitCode } = await test('--coverage', '--threshold', '59.2');
    assert.include(stdout, '2 passed, 1 failed\ncoverage: 16 of 27 ');
    assert.equal(exitCode, 1);
  });

  it('is not measured while the files have errors', async () => {
    await folder.write('policies/support.yaml', 'workspace: support\nroles: 3\n');
    const { all, exitCode } = await test('--coverage', '--coverage-html', 'map.html');
    assert.equal(exitCode, 1);
    assert.notInclude(all, 'coverage');
  });

  it('is part of the JSON, every pair of it', async () => {
    const { stdout, stderr } = await test('--coverage', '--format', 'json');
    const { coverage } = JSON.parse(stdout) as CoverageJson;
    assert.deepInclude(coverage, { percent: 59.2, asserted: 16, total: 27 });
    assert.deepEqual(coverage.baseline, [{ permission: 'message:send', scope: 'personal' }]);
    assert.deepEqual(coverage.scopes, [{ scope: 'personal', file: 'roles.yaml', line: 2, holds: 0, fails: 0 }]);
    const trainee = coverage.roles.find(({ role }) => role === 'trainee');
    assert.deepInclude(trainee, { workspace: 'support', file: 'policies/support.yaml', line: 8 });
    assert.deepEqual(trainee?.['pairs'], [
      { permission: 'message:send', scope: 'shared', decision: 'deny', asserted: 1 },
      { permission: 'comment:send', decision: 'allow', asserted: 1 },
      { permission: 'conversation:assign', decision: 'deny', asserted: 1 },
      { permission: 'tag:create', decision: 'deny', asserted: 1 },
      { permission: 'analytics:view', decision: 'deny', asserted: 0 },
    ]);
    assert.match(stderr, /^3 passed, 0 failed\ncoverage: 16 of 27 /);
  });

  it('is a warning for each role with gaps on GitHub, and a table in Markdown', async () => {
    const github = (await test('--coverage', '--format', 'github')).stdout.split('\n');
    assert.equal(
      github[2],
      '::warning file=policies/support.yaml,line=8,endLine=8,col=3,endColumn=10,title=rolebook coverage::the tests assert 4 of 5 permissions of role `trainee` of `support`; not asserted:%0Acannot: [analytics:view]',
    );
    assert.equal(
      github[3],
      '::warning file=roles.yaml,line=2,endLine=2,col=3,endColumn=11,title=rolebook coverage::scope `personal`: no answer hangs on its `when` holding, nor on its failing',
    );
    const markdown = (await test('--coverage', '--format', 'markdown')).stdout;
    assert.match(markdown, /^3 passed, 0 failed\n\ncoverage: 16 of 27 .*\n\n\| workspace \| role /);
    assert.include(markdown, '\n| built in | `member` | 0/2 | 0/3 | 0 % |\n');
    assert.include(
      markdown,
      '\n- role `trainee` of `support`, `policies/support.yaml:8:3`: `cannot: [analytics:view]`\n',
    );
    assert.include(
      markdown,
      '\n- Scope `personal`, `roles.yaml:2:3`: no answer hangs on its `when` holding, nor on its failing\n',
    );
    const junit = await test('--coverage', '--format', 'junit');
    assert.isTrue(junit.stdout.endsWith('</testsuites>\n'));
    assert.include(junit.stderr, 'coverage: 16 of 27 ');
  });

  it('is written as a page, whose folder is made', async () => {
    const { stdout, stderr, exitCode } = await test('--coverage-html', 'build/new/map.html', '--threshold', '59.2');
    assert.equal(exitCode, 0);
    assert.include(stdout, 'coverage: 16 of 27 ');
    assert.equal(stderr, 'coverage map: build/new/map.html\n');
    const page = await readFile(join(folder.root, 'build/new/map.html'), 'utf8');
    assert.isTrue(page.startsWith('<!doctype html>\n'));
    assert.include(
      page,
      '<li>Scope <code>personal</code>: no answer hangs on its when holding, nor on its failing</li>',
    );
    await test('--coverage-html', 'build/new/map.html');
    assert.equal(await readFile(join(folder.root, 'build/new/map.html'), 'utf8'), page);
  });

  it('exits 2 when the page cannot be written where it should', async () => {
    await writeFile(join(folder.root, 'taken'), '');
    await mkdir(join(folder.root, 'folder'));
    for (const path of ['taken/map.html', 'folder']) {
      const { stderr, exitCode } = await test('--coverage-html', path);
      assert.equal(exitCode, 2, stderr);
      assert.include(stderr, 'a file or folder is in the way');
    }
  });

  it('exits 2 on a threshold that is none, or has nothing to be held against', async () => {
    const wrong = [
      ...['-1', '101', '100.5', 'x', '', '90%', '1e1', '9,5', '90.123', 'NaN', ' 90'].map((value) => [
        '--coverage',
        `--threshold=${value}`,
      ]),
      ['--threshold', '90'],
      ['trainee', '--threshold', '90'],
      ['--coverage', '--threshold'],
      ['--coverage', '--threshold', '--mutate'],
      ['--coverage-html'],
      ['--coverage-html='],
      ['--coverage-html', '--coverage'],
      ['--coverage=yes'],
      ['--coverag'],
      ['--coverage', '--format', 'html'],
      ['--coverage', 'no such test'],
    ];
    for (const argv of wrong) {
      const result = await test(...argv);
      assert.equal(result.exitCode, 2, argv.join(' '));
      assert.equal(result.stdout, '', argv.join(' '));
    }
    const { stderr } = await test('--threshold', '90');
    assert.include(
      stderr,
      '`--threshold` needs a figure to hold it against\nhelp: add `--coverage` or `--mutate`, or both',
    );
    assert.include(
      (await test('--coverage', '--threshold=90%')).stderr,
      '`--threshold` takes a percentage, found `90%`',
    );
  });
});
