import { assert } from 'chai';
import { smallPolicy, createPolicyFolder, type PolicyFolder } from '../support/policy-folder.ts';
import { runCommand } from '../support/command-line.ts';

describe('the rolebook program', () => {
  let folder: PolicyFolder;

  before(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });
  after(() => folder.dispose());

  it('prints its help to stderr and exits 2 when no command is named', async () => {
    const result = await runCommand([], { cwd: folder.root });
    assert.equal(result.exitCode, 2);
    assert.equal(result.stdout, '');
    assert.include(result.stderr, 'Usage: rolebook <command> [options]');
    for (const name of ['init', 'lint', 'test', 'enforce', 'compile', 'serve'])
      assert.match(result.stderr, new RegExp(`^ +${name} `, 'm'));
  });

  it('prints its help to stdout when asked to', async () => {
    for (const argv of [['--help'], ['-h'], ['help']]) {
      const result = await runCommand(argv, { cwd: folder.root });
      assert.equal(result.exitCode, 0, argv.join(' '));
      assert.include(result.stdout, 'Usage: rolebook');
      assert.equal(result.stderr, '');
    }
  });

  it('prints its version', async () => {
    const result = await runCommand(['--version'], { cwd: folder.root });
    assert.equal(result.exitCode, 0);
    assert.match(result.stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const name of [
    'init',
    'lint',
    'test',
    'enforce',
    'who-can',
    'access',
    'matrix',
    'completion',
    'compile',
    'types',
    'serve',
  ]) {
    it(`prints the help of ${name} alike for \`help ${name}\` and \`${name} --help\`, examples last`, async () => {
      const help = await runCommand(['help', name], { cwd: folder.root });
      const flag = await runCommand([name, '--help'], { cwd: folder.root });
      assert.equal(help.exitCode, 0);
      assert.equal(flag.exitCode, 0);
      assert.equal(help.stdout, flag.stdout);
      assert.include(help.stdout, `Usage: rolebook ${name}`);
      assert.match(help.stdout, /\nExamples:\n( {2}.+\n)+$/);
    });
  }

  const pages = [
    '',
    'init',
    'lint',
    'test',
    'diff',
    'enforce',
    'who-can',
    'access',
    'matrix',
    'completion',
    'compile',
    'types',
    'serve',
    'publish',
    'pull',
    'revisions',
    'rollback',
  ];
  const widths = [
    { columns: undefined, isTerminal: false, width: 80 },
    { columns: undefined, isTerminal: true, width: 80 },
    { columns: 200, isTerminal: false, width: 80 },
    { columns: 60, isTerminal: true, width: 60 },
    { columns: 132, isTerminal: true, width: 132 },
    { columns: 7, isTerminal: true, width: 40 },
  ];
  for (const { columns, isTerminal, width } of widths) {
    it(`keeps help within ${width} columns ${isTerminal ? 'of a terminal' : 'in a pipe'}, but for examples`, async () => {
      const words = new Map<string, string>();
      for (const name of pages) {
        const terminal = { cwd: folder.root, isTerminal, ...(columns === undefined ? {} : { columns }) };
        const { stdout } = await runCommand(name === '' ? ['help'] : ['help', name], terminal);
        for (const line of stdout.split('\n').filter((text) => !/^ *rolebook /.test(text))) {
          // A word stays whole.
          if (line.trim().includes(' ')) assert.isAtMost(line.length, width, `${name}: ${line}`);
        }
        words.set(name, stdout.split(/\s+/).join(' '));
      }
      // Whatever the width, it is the same text.
      const wide = await runCommand(['help', 'diff'], { cwd: folder.root, isTerminal: true, columns: 500 });
      assert.equal(words.get('diff'), wide.stdout.split(/\s+/).join(' '));
    });
  }

  const mistakes: { argv: string[]; says: string[] }[] = [
    { argv: ['lnt'], says: ['error: unknown command `lnt`', 'did you mean `lint`?', '`rolebook help` lists'] },
    { argv: ['xyzzy'], says: ['unknown command `xyzzy`'] },
    { argv: ['help', 'enforc'], says: ['unknown command `enforc`', 'did you mean `enforce`?'] },
    { argv: ['__proto__'], says: ['unknown command `__proto__`'] },
    { argv: ['constructor'], says: ['unknown command `constructor`'] },
    {
      argv: ['lint', '--polcy', '.'],
      says: ['unknown option `--polcy`', 'did you mean `--policy`?', '`rolebook help lint`'],
    },
    { argv: ['lint', '-x'], says: ['unknown option `-x`'] },
    { argv: ['lint', '--policy'], says: ['option `--policy <DIR>` argument missing', '`rolebook help lint`'] },
    { argv: ['lint', '--policy', '--format', 'json'], says: ['`--policy` needs a value, found the option `--format`'] },
    { argv: ['lint', '--policy='], says: ['`--policy` is empty'] },
    { argv: ['lint', '--format', 'jsn'], says: ['`--format` cannot be `jsn`', 'did you mean `json`?'] },
    { argv: ['lint', '--format', 'xml'], says: ['`--format` cannot be `xml`', 'known: `text`, `json`, `github`'] },
    { argv: ['lint', '--format', 'junit'], says: ['`--format` cannot be `junit`'] },
    { argv: ['lint', '--format', '__proto__'], says: ['`--format` cannot be `__proto__`'] },
    { argv: ['lint', '--at', 'tomorrow'], says: ['`--at` takes a time, found `tomorrow`', '2026-12-31'] },
    { argv: ['lint', '--at', '2027-02-30'], says: ['`--at` takes a time, found `2027-02-30`'] },
    { argv: ['compile', 'roles.yaml'], says: ['too many arguments'] },
    { argv: ['lint', 'rols.yaml'], says: ['there is no file `rols.yaml`', 'did you mean `roles.yaml`?'] },
    { argv: ['serve', '--port', '8080'], says: ['unknown option `--port`', 'say `--listen HOST:PORT`', 'help serve`'] },
    { argv: ['serve', '--port=8080'], says: ['say `--listen HOST:PORT`'] },
    { argv: ['serve', '-p', '8080'], says: ['say `--listen HOST:PORT`'] },
    { argv: ['serve', '--host', '0.0.0.0'], says: ['say `--listen HOST:PORT`'] },
    { argv: ['serve', '--db', 'x'], says: ['say `--database URL`'] },
    { argv: ['lint', '--json'], says: ['unknown option `--json`', 'say `--format json`'] },
    { argv: ['test', '--dir', 'access'], says: ['say `--policy DIR`'] },
    { argv: ['serve', '--verbose'], says: ['say `--log-level debug`'] },
    { argv: ['--policy', '.', 'lint'], says: ['unknown option `--policy`', 'options stand after the command'] },
    { argv: ['enforce', 'ana'], says: ['missing required argument `WORKSPACE`'] },
  ];
  for (const { argv, says } of mistakes) {
    it(`exits 2 and says what is wrong with \`rolebook ${argv.join(' ')}\``, async () => {
      const result = await runCommand(argv, { cwd: folder.root });
      assert.equal(result.exitCode, 2, result.all);
      assert.equal(result.stdout, '');
      for (const text of says) assert.include(result.stderr, text);
    });
  }

  it('shows control characters of the command line instead of obeying them', async () => {
    const result = await runCommand(['lint', '--policy', 'a\u001b[2J\nerror: b'], { cwd: folder.root });
    assert.equal(result.exitCode, 2);
    assert.notInclude(result.stderr, '\u001b');
    assert.include(result.stderr, 'a␛[2J␊error: b');
  });

  it('exits 3 in one line when something goes wrong that nobody foresaw', async () => {
    const result = await runCommand(['lint', '--policy', 'a\u0000b'], { cwd: folder.root });
    assert.equal(result.exitCode, 3);
    assert.match(result.stderr, /^error: .+\n(help: .+\n)?$/);
  });

  it('is silent about stacks unless ROLEBOOK_DEBUG asks for them', async () => {
    const quiet = await runCommand(['lint', '--policy', 'nowhere'], { cwd: folder.root });
    const debug = await runCommand(['lint', '--policy', 'nowhere'], { cwd: folder.root, env: { ROLEBOOK_DEBUG: '1' } });
    assert.notMatch(quiet.stderr, /^ {4}at /m);
    assert.match(debug.stderr, /^ {4}at /m);
  });
});
