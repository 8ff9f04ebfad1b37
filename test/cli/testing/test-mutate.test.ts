import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const tests = `tests:
  - name: a trainee drafts, and cannot send
    workspace: support
    as: [{ role: trainee }, bo@acme.example]
    can: [comment:send]
    cannot: ["message:send@shared", conversation:assign, tag:create]
  - name: a team lead assigns
    workspace: support
    as: ana@acme.example
    can: [conversation:assign]
  - name: admins may do everything, members comment
    workspace: support
    as: [olu@acme.example, wim@acme.example]
    can: ["*"]
  - name: members comment
    workspace: support
    as: cy@acme.example
    can: [comment:send, "message:send@personal"]
`;

interface MutationJson {
  readonly mutation: Record<string, unknown> & { readonly mutants: readonly Record<string, unknown>[] };
}

describe('rolebook test --mutate', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    const { 'roles.yaml': roles = '' } = smallPolicy();
    const files = {
      ...smallPolicy(),
      // Who creates tags without assigning conversations is refused.
      'roles.yaml': roles.replace('Create tags', '{ title: Create tags, requires: [conversation:assign] }'),
      'policies/support.test.yaml': tests,
    };
    folder = await createPolicyFolder(files);
  });
  afterEach(() => folder.dispose());

  const test = (...argv: string[]): Promise<CommandResult> => runCommand(['test', ...argv], { cwd: folder.root });

  it('prints the mutants that no test notices with their lines, and the score', async () => {
    const { stdout, stderr, exitCode } = await test('--mutate');
    assert.equal(
      stdout,
      `policies/support.yaml:7:35: no test fails when \`tag:*\` is dropped from \`grants\` of role \`team-lead\`
7 |     grants: [conversation:assign, "tag:*"]
  |                                   ^~~~~~~
change: role \`team-lead\` of \`support\` loses \`tag:create\`

roles.yaml:3:29: no test fails when \`resource.owner: $subject.id\` of scope \`personal\` always holds
3 |     when: { resource.owner: $subject.id }
  |                             ^~~~~~~~~~~
change: other requests are in scope \`personal\` of \`message:send\`

roles.yaml:3:29: no test fails when \`resource.owner: $subject.id\` of scope \`personal\` never holds
3 |     when: { resource.owner: $subject.id }
  |                             ^~~~~~~~~~~
change: other requests are in scope \`personal\` of \`message:send\`

roles.yaml:20:60: no test fails when \`message:send\` is dropped from \`grants\` of role \`member\`
20 |   member: { title: Standard access, grants: [comment:send, message:send] }
   |                                                            ^~~~~~~~~~~~
change: role \`member\` loses \`message:send@shared\`, and so does 1 role more

roles.yaml:17:12: nothing changes when \`message:send@personal\` is dropped from the baseline
4 passed, 0 failed
mutation score: 10 of 14 mutants killed, 71.4 %; not counted: 2 redundant, 1 refused by lint
`,
    );
    assert.equal(stderr, '');
    assert.equal(exitCode, 0);
  });

  it('holds the score against the threshold: as much is enough, less exits 1 and says the figure', async () => {
    assert.equal((await test('--mutate', '--threshold', '71.4')).exitCode, 0);
    const { stderr, exitCode } = await test('--mutate', '--threshold', '71.43');
    assert.equal(stderr, 'error: the mutation score is 71.4 %, below the threshold of 71.43 %\n');
    assert.equal(exitCode, 1);
  });

  it('holds both figures against the threshold when both are asked for', async () => {
    const { stdout, stderr, exitCode } = await test('--mutate', '--coverage', '--threshold', '70');
    assert.match(stdout, /\ncoverage: .*\nmutation score: 10 of 14 .*\n$/);
    assert.match(stderr, /^error: the coverage is \d+(\.\d)? %, below the threshold of 70 %\n$/);
    assert.equal(exitCode, 1);
    assert.equal((await test('--mutate', '--coverage', '--threshold', '50')).exitCode, 0);
  });

  it('makes no mutants while a test fails, because its failing would say nothing', async () => {
    await folder.write('policies/support.test.yaml', tests.replace('can: [comment:send]', 'can: [analytics:view]'));
    const { stdout, exitCode } = await test('--mutate', '--threshold', '0');
    assert.isTrue(
      stdout.endsWith('3 passed, 1 failed\nno mutants were made: they tell something only while every test passes\n'),
      stdout,
    );
    assert.equal(exitCode, 1);
  });

  it('with a filter tries the files of the workspaces that the tests ask in', async () => {
    const { stdout } = await test('team lead', '--mutate');
    assert.include(
      stdout,
      'mutation score: 1 of 6 mutants killed by the tests that match `team lead`, 16.6 %; not counted: 1 redundant, 1 refused by lint\n',
    );
    assert.notInclude(stdout, 'roles.yaml');
  });

  it('names lines that decide nothing', async () => {
    const support = smallPolicy()['policies/support.yaml'] ?? '';
    await folder.write(
      'policies/support.yaml',
      support.replace('ana@acme.example: team-lead', 'ana@acme.example: [member, team-lead]'),
    );
    const { stdout } = await test('--mutate');
    assert.include(
      stdout,
      '\npolicies/support.yaml:13:22: nothing changes when `ana@acme.example` loses role `member`\n',
    );
  });

  it('lists every mutant in the JSON, with what became of it', async () => {
    const { stdout, stderr } = await test('--mutate', '--format', 'json');
    const { mutation } = JSON.parse(stdout) as MutationJson;
    const { percent, killed, lived, redundant, refused, mutants } = mutation;
    assert.deepEqual([percent, killed, lived, redundant, refused], [71.4, 10, 4, 2, 1]);
    assert.lengthOf(mutants, 17);
    assert.deepEqual(
      mutants.find(({ outcome }) => outcome === 'lived'),
      {
        outcome: 'lived',
        file: 'policies/support.yaml',
        line: 7,
        column: 35,
        length: 7,
        change: 'drop',
        list: 'grants',
        text: 'tag:*',
        role: 'team-lead',
        workspace: 'support',
        message: '`tag:*` is dropped from `grants` of role `team-lead`',
        effect: {
          roles: [
            {
              role: 'team-lead',
              workspace: 'support',
              gains: [],
              loses: ['tag:create'],
              denies: [],
              noLongerDenies: [],
            },
          ],
        },
      },
    );
    assert.deepEqual(
      mutants.find(({ list }) => list === 'when'),
      {
        outcome: 'lived',
        file: 'roles.yaml',
        line: 3,
        column: 29,
        length: 11,
        change: 'always',
        list: 'when',
        text: 'resource.owner: $subject.id',
        scope: 'personal',
        message: '`resource.owner: $subject.id` of scope `personal` always holds',
        effect: { scope: 'personal', permissions: ['message:send'] },
      },
    );
    assert.deepInclude(
      mutants.find(({ subject }) => subject === 'ana@acme.example'),
      { outcome: 'killed', by: { test: 'a team lead assigns', file: 'policies/support.test.yaml', line: 7 } },
    );
    assert.deepInclude(
      mutants.find(({ outcome }) => outcome === 'refused'),
      { file: 'policies/support.yaml', code: 'missing-requirement' },
    );
    assert.match(stderr, /^4 passed, 0 failed\nmutation score: 10 of 14 /);
  });

  it('gives the same output on every run', async () => {
    for (const format of ['text', 'json', 'github', 'markdown']) {
      const runs = [await test('--mutate', '--format', format), await test('--mutate', '--format', format)];
      assert.equal(runs[0]?.all, runs[1]?.all, format);
    }
  });

  it('is a warning at each line on GitHub, and a list in Markdown', async () => {
    const { stdout: github } = await test('--mutate', '--format', 'github');
    assert.equal(
      github.split('\n')[0],
      '::warning file=policies/support.yaml,line=7,endLine=7,col=35,endColumn=42,title=rolebook mutation::no test fails when `tag:*` is dropped from `grants` of role `team-lead`%0Arole `team-lead` of `support` loses `tag:create`',
    );
    const { stdout: markdown } = await test('--mutate', '--format', 'markdown');
    assert.equal(
      markdown,
      `4 passed, 0 failed

mutation score: 10 of 14 mutants killed, 71.4 %; not counted: 2 redundant, 1 refused by lint

- \`policies/support.yaml:7:35\`: no test fails when \`tag:*\` is dropped from \`grants\` of role \`team-lead\`; role \`team-lead\` of \`support\` loses \`tag:create\`
- \`roles.yaml:3:29\`: no test fails when \`resource.owner: $subject.id\` of scope \`personal\` always holds; other requests are in scope \`personal\` of \`message:send\`
- \`roles.yaml:3:29\`: no test fails when \`resource.owner: $subject.id\` of scope \`personal\` never holds; other requests are in scope \`personal\` of \`message:send\`
- \`roles.yaml:20:60\`: no test fails when \`message:send\` is dropped from \`grants\` of role \`member\`; role \`member\` loses \`message:send@shared\`, and so does 1 role more
- \`roles.yaml:17:12\`: nothing changes when \`message:send@personal\` is dropped from the baseline
`,
    );
  });

  it('shows no control characters of a subject, and lets none leave its backticks in Markdown', async () => {
    const support = smallPolicy()['policies/support.yaml'] ?? '';
    await folder.write('policies/support.yaml', `${support}  'x\`\`<img> | @all': member\n`);
    const { stdout } = await test('--mutate', '--format', 'markdown');
    assert.include(stdout, 'no test fails when ```x``<img> | @all``` loses role `member`');
    const text = (await test('--mutate')).stdout;
    assert.include(text, 'no test fails when `x``<img> | @all` loses role `member`');
  });

  it('draws a bar on a terminal, and none where it would be noise', async () => {
    assert.equal((await test('--mutate')).stderr, '');
    const { stderr } = await runCommand(['test', '--mutate'], { cwd: folder.root, isTerminal: true });
    assert.notInclude(stderr, 'mutants');
  });

  it('exits 2 when it is written wrongly', async () => {
    for (const argv of [['--mutate=all'], ['--mutat'], ['--mutate', 'a', 'b'], ['--mutate', '--threshold', 'all']]) {
      const result = await test(...argv);
      assert.equal(result.exitCode, 2, argv.join(' '));
      assert.equal(result.stdout, '');
    }
  });
});
