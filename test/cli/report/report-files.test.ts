import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const workspace = 'policies/support.yaml';
const tests = `tests:
  - name: the lead leads
    workspace: support
    as: ana@acme.example
    can: [comment:send]
  - name: nobody creates tags
    workspace: support
    as: ana@acme.example
    cannot: [tag:create]
`;

describe('--report', () => {
  let folder: GitPolicy;
  beforeEach(async () => {
    folder = await createGitPolicy();
    await folder.write('policies/support.test.yaml', tests);
    folder.commit();
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  const read = (file: string): Promise<string> => readFile(join(folder.root, file), 'utf8');
  const demote = async (): Promise<void> => {
    const text = (smallPolicy()[workspace] ?? '').replace('ana@acme.example: team-lead', 'ana@acme.example: member');
    await folder.write(workspace, text);
  };

  const formats = ['markdown', 'json', 'github', 'text'];

  it('writes to files what the same run prints in those formats', async () => {
    const reports = formats.flatMap((format) => ['--report', `${format}=out/${format}`]);
    for (const command of [['test'], ['diff', 'HEAD', '--at', '2026-11-20']]) {
      if (command[0] === 'diff') await demote();
      assert.deepEqual(await run(...command, ...reports), await run(...command));
      for (const format of formats) {
        const { stdout } = await run(...command, '--format', format);
        // Where stdout is for people, the closing line of the tests comes after the report.
        const closing = command[0] === 'test' && ['text', 'github'].includes(format) ? '1 passed, 1 failed\n' : '';
        assert.strictEqual(`${await read(`out/${format}`)}${closing}`, stdout, `${command.join(' ')}, ${format}`);
      }
    }
  });

  it('writes errors of the files, too, and an empty file where there is nothing to tell', async () => {
    assert.strictEqual((await run('diff', 'HEAD', '--report', 'github=none')).exitCode, 0);
    assert.strictEqual(await read('none'), '');
    await folder.write(workspace, 'workspace: support\nroles: { a: { extends: nobody } }\n');
    for (const command of ['diff', 'test']) {
      const { exitCode } = await run(command, '--report', 'markdown=errors.md', '--report', 'github=errors');
      assert.strictEqual(exitCode, 1);
      assert.include(await read('errors.md'), 'unknown role');
      assert.match(await read('errors'), /^::error file=policies\/support\.yaml,/);
    }
  });

  it('has no colour, whoever sits at a terminal', async () => {
    const command = ['test', '--report', 'text=report'];
    const { stdout } = await runCommand(command, { cwd: folder.root, isTerminal: true });
    assert.include(stdout, '\u001b[');
    const actual = await read('report');
    assert.include(actual, 'nobody creates tags');
    assert.notInclude(actual, '\u001b[');
  });

  it('puts a file in the place of a link, and writes through none', async () => {
    await folder.write('elsewhere', 'theirs');
    await symlink('elsewhere', join(folder.root, 'report'));
    assert.strictEqual((await run('test', '--report', 'json=report')).exitCode, 1);
    assert.strictEqual(await read('elsewhere'), 'theirs');
    assert.match(await read('report'), /^\{/);
  });

  it('exits 2 without a format, without a file, and for a format that there is not', async () => {
    for (const [value, message] of [
      ['people.md', '`--report` takes FORMAT=FILE, found `people.md`'],
      ['markdown=', '`--report` takes FORMAT=FILE, found `markdown=`'],
      ['=people.md', '`--report` cannot be ``'],
      ['html=people.html', '`--report` cannot be `html`'],
      ['', '`--report` is empty'],
      ['--policy', '`--report` needs a value, found the option `--policy`'],
    ] as const) {
      for (const command of ['diff', 'test']) {
        const { exitCode, stdout, stderr } = await run(command, '--report', value);
        assert.deepEqual({ exitCode, stdout }, { exitCode: 2, stdout: '' }, value);
        assert.include(stderr, `error: ${message}\n`);
      }
    }
  });

  it('says where it cannot write', async () => {
    const { exitCode, stderr } = await run('test', '--report', 'json=roles.yaml/report.json');
    assert.strictEqual(exitCode, 2);
    assert.include(stderr, 'error: cannot write to `roles.yaml`: a file or folder is in the way');
  });
});
