import { assert } from 'chai';
import { runCommand } from '../../../support/command-line.ts';

const git = ['--git', 'https://git.acme.example/access.git', '--cache', '/c', '--admin-token-file', '/t'];
const folder = ['--admin-token-file', '/t'];

describe('serve --changes', () => {
  it('is refused before anything is asked where options do not fit, and says what would', async () => {
    const wrong: readonly [words: readonly string[], says: string][] = [
      [['--changes', 'commits', ...git], '`--changes` cannot be `commits`'],
      [['--changes', '', ...git], '`--changes` cannot be ``'],
      [['--changes', 'commit,', ...git], '`--changes` cannot be ``'],
      [['--changes', 'commit,commit', ...git], '`--changes` cannot be `commit,commit`'],
      [['--changes', 'off,commit', ...git], '`--changes` cannot be `off,commit`'],
      [['--changes', 'files,commit', ...folder], '`--changes` cannot be `files,commit`'],
      [['--changes', 'files', ...git], '`--changes files` changes a policy folder or a database'],
      [['--changes', 'database', ...git], '`--changes database` changes a policy folder or a database'],
      [['--changes', 'database', '--database', 'sqlite:x.db', ...git], 'write `--changes commit`'],
      [['--changes', 'database', ...folder], '`--database` is missing'],
      [['--changes', 'propose', ...folder], 'pushes to a git server, and the policy comes from a folder'],
      [['--changes', 'commit,propose', ...folder], 'pushes to a git server, and the policy comes from a folder'],
      [['--changes', 'commit', '--database', 'sqlite:x.db', ...folder], 'the policy comes from a database'],
      [['--changes', 'commit', ...git, '--ref', 'refs/tags/v1'], '`--ref` names a tag'],
      [['--changes', 'commit', ...git.slice(0, 4)], '`--changes` needs admin tokens'],
      [['--changes', 'commit', ...git, '--push-option', 'x'], '`--changes propose` is missing'],
      [['--changes', 'propose', ...git, '--push-option', 'a\nb'], '`--push-option` takes one line'],
      [['--changes', 'propose', ...git, '--push-option', 'x'.repeat(1001)], '`--push-option` takes one line'],
      [['--changes', 'propose', ...git, '--git-committer', 'nobody'], '`--git-committer` names nobody'],
      [['--changes', 'commit', ...git, '--require-signed', '/s'], 'add `--sign-key FILE`'],
      [['--sign-key', '/k', ...git], '`--changes commit` is missing'],
      [['--changes', 'files', '--sign-key', '/k', ...folder], '`--changes commit` is missing'],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['serve', ...words], { cwd: '/' });
      assert.equal(exitCode, 2, words.join(' '));
      assert.include(stderr, says, words.join(' '));
    }
  });
});
