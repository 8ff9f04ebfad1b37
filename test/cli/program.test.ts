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

  for (const name of ['init', 'lint', 'test', 'enforce', 'compile', 'serve']) {
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

  it('keeps every line of help within a hundred columns', async () => {
    for (const name of ['', 'init', 'lint', 'test', 'enforce', 'compile', 'serve']) {
      const { stdout } = await runCommand(name === '' ? ['help'] : ['help', name], { cwd: folder.root });
      for (const line of stdout.split('\n')) assert.isAtMost(line.length, 120, line);
    }
  });

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
    { argv: ['lint', 'roles.yaml'], says: ['too many arguments'] },
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
