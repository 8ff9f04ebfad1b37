import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';

describe('serve from git', () => {
  const cwd = '/';
  const url = 'https://git.acme.example/access.git';

  it('is refused before anything is asked where options do not fit, and says what would', async () => {
    const wrong: readonly [words: readonly string[], says: string][] = [
      [['--git', url], '`--git` needs a folder for its clone'],
      [['--git', 'nowhere', '--cache', '/c'], 'takes the address of a git repository'],
      [['--git', 'https://ana:s3cret@git.acme.example/a', '--cache', '/c'], 'has credentials in it'],
      [['--git', url, '--cache', '/c', '--policy', '/p'], '`--policy` and `--git` cannot stand together'],
      [['--git', url, '--database', 'sqlite:x.db'], '`--git` needs a folder for its clone'],
      [['--git', url, '--cache', '/c', '--database', 'sqlite:x.db', '--policy', '/p'], '`--policy` and `--git`'],
      [
        [
          '--git',
          url,
          '--cache',
          '/c',
          '--database',
          'sqlite:x.db',
          '--changes',
          'database',
          '--admin-token-file',
          '/t',
        ],
        'with `--database` members at run time are rows there',
      ],
      [
        ['--git', url, '--cache', '/c', '--database', 'sqlite:x.db', '--max-staleness', '20s', '--poll-interval', '15'],
        'must be at least twice `--poll-interval`',
      ],
      [['--git', url, '--cache', '/c', '--ref', 'a..b'], 'takes the name of a branch'],
      [['--git', url, '--cache', '/c', '--path', '../up'], 'takes a folder of the repository'],
      [['--git', url, '--cache', '/c', '--poll', '10'], 'takes a duration'],
      [['--git', url, '--cache', '/c', '--poll', '0s'], 'takes a duration'],
      [['--git', url, '--cache', '/c', '--poll', '2h'], 'takes a duration'],
      [['--git', url, '--cache', '/c', '--git-ssh-key', '/k'], 'are for SSH'],
      [['--git', 'git@h:a', '--cache', '/c', '--git-token-file', '/t'], 'is for `https://`'],
      [['--git', url, '--cache', '/c', '--max-staleness', '50s'], 'must be at least twice `--poll`'],
      [['--git', url, '--cache', '/c', '--max-staleness', '5m', '--poll', '3m'], 'must be at least twice `--poll`'],
      [['--git', url, '--cache', '/c', '--cache-key-file', '/k'], '`--cache-key-file` signs what a database said'],
      [['--ref', 'main'], '`--ref` is about a git repository'],
      [['--require-signed', '/s'], '`--require-signed` is about a git repository'],
      [['--git-known-hosts', '/k'], '`--git-known-hosts` is about a git repository'],
      [['--cache', '/c'], 'neither is named'],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['serve', ...words], { cwd });
      assert.equal(exitCode, 2, words.join(' '));
      assert.include(stderr, says);
      assert.notInclude(stderr, 's3cret');
    }
  });
});
