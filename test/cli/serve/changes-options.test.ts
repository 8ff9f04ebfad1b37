import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';

describe('serve --changes', () => {
  const admins = ['--admin-token-file', '/admins'];
  const database = ['--database', 'sqlite:x.db'];

  it('is refused before anything is opened where it does not fit the source, and says what would', async () => {
    const wrong: readonly [words: readonly string[], says: string][] = [
      [['--changes', 'yes', ...admins], '`--changes` cannot be `yes`'],
      [['--changes', 'files'], '`--changes` needs admin tokens'],
      [['--changes', 'database', ...database], '`--changes` needs admin tokens'],
      [['--changes', 'database', ...admins], '`--database` is missing'],
      [['--changes', 'files', ...admins, ...database], 'write `--changes database`'],
      [['--changes', 'commit', ...admins, ...database], 'write `--changes database`'],
      [['--changes', 'database', ...admins, ...database, '--sign-key', '/k'], '`--changes commit` is missing'],
      [['--git-committer', 'Roles <roles@acme.example>'], '`--changes commit` is missing'],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['serve', ...words], { cwd: '/' });
      assert.equal(exitCode, 2, words.join(' '));
      assert.include(stderr, says);
    }
  });
});
