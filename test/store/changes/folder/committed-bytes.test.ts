import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { FolderChanges } from '../../../../src/store/changes/folder/folder-changes.ts';
import { gitIn } from '../../../support/git-policy.ts';
import { createCanary } from '../../../support/hostile-git.ts';
import {
  allow,
  ask,
  commitOf,
  committedFiles,
  createCommittedPolicy,
  file,
  give,
  madeBy,
  open,
  refusalOf,
  support,
  undo,
  type CommittedPolicy,
} from './committed-policy.ts';

describe('what a commit of a change holds', () => {
  let policy: CommittedPolicy;
  let git: CommittedPolicy['repository']['git'];
  beforeEach(async () => {
    policy = await createCommittedPolicy();
    ({ git } = policy.repository);
  });
  afterEach(() => policy.repository.dispose());

  const at = (path: string): string => join(policy.repository.root, path);
  const changed = support.replace('[doc:edit]', '[doc:edit, people:manage]');
  const windows = (text: string): string => text.replaceAll('\n', '\r\n');
  const blob = (rev = 'HEAD'): string =>
    execFileSync('git', ['-C', policy.repository.root, 'cat-file', 'blob', `${rev}:${file}`], { encoding: 'utf8' });

  for (const [what, setting, attributes] of [
    ['by `core.autocrlf`', 'core.autocrlf=true', undefined],
    ['by `eol=crlf`', undefined, '*.yaml text eol=crlf\n'],
  ] as const) {
    it(`are the line ends that git has, where it lays others on disk ${what}; undoing too`, async () => {
      if (setting !== undefined) git('config', ...setting.split('='));
      if (attributes !== undefined) {
        writeFileSync(at('.gitattributes'), attributes);
        policy.repository.commit('attributes');
      }
      git('rm', '--quiet', '--cached', '-r', 'access');
      git('reset', '--quiet', '--hard');
      assert.equal(await policy.read(), windows(support));
      madeBy(await policy.changes.ask(ask([open])));
      assert.equal(policy.status(), '');
      const first = madeBy(await policy.changes.ask(ask([allow])));
      assert.equal(blob(), changed);
      assert.equal(await policy.read(), windows(changed));
      assert.equal(policy.status(), '');
      madeBy(await policy.changes.ask(undo(first.change)));
      assert.equal(blob(), support);
      assert.equal(await policy.read(), windows(support));
      assert.equal(policy.status(), '');
    });
  }

  it('are the line ends of Windows where git has them so, and not where git would store others', async () => {
    writeFileSync(at(file), windows(support));
    policy.repository.commit('windows');
    madeBy(await policy.changes.ask(ask([allow])));
    assert.equal(blob(), windows(changed));
    assert.equal(policy.status(), '');
    writeFileSync(at('.gitattributes'), '*.yaml text\n');
    git('add', '.gitattributes');
    git('commit', '--quiet', '--message', 'attributes');
    assert.equal(refusalOf(await policy.changes.ask(ask([give]))).code, 'dirty');
  });

  it('is the mode that a file has', async () => {
    chmodSync(at(file), 0o755);
    policy.repository.commit('mode');
    madeBy(await policy.changes.ask(ask([allow])));
    assert.match(git('ls-tree', 'HEAD', file), /^100755 /);
    assert.equal(statSync(at(file)).mode & 0o100, 0o100);
    assert.equal(policy.status(), '');
  });

  it('is what was judged, whatever hooks, filters, signing and commands the repository names; none of them runs', async () => {
    const canary = await createCanary();
    mkdirSync(at('.git/hooks'), { recursive: true });
    for (const hook of hooks)
      writeFileSync(at(`.git/hooks/${hook}`), `#!/bin/sh\n${canary.command(hook)}\nexit 1\n`, { mode: 0o755 });
    const settings = {
      'core.fsmonitor': canary.command('fsmonitor'),
      'core.editor': canary.command('editor'),
      'commit.gpgSign': 'true',
      'gpg.program': canary.command('gpg'),
      'gpg.ssh.program': canary.command('ssh'),
      'log.showSignature': 'true',
      'core.hooksPath': at('.git/hooks'),
      'diff.external': canary.command('diff'),
      'i18n.commitEncoding': 'ISO-8859-1',
      'user.name': 'Nobody',
      'commit.cleanup': 'scissors',
      'gc.auto': '1',
    };
    for (const [name, value] of Object.entries(settings)) git('config', name, value);
    const head = madeBy(await policy.changes.ask(ask([allow], { reason: '# übrigens' })));
    madeBy(await policy.changes.ask(undo(head.change)));
    assert.deepEqual(
      (await policy.another().list({ limit: 1, organizations: undefined })).changes[0]?.reverts,
      head.change,
    );
    assert.deepEqual(canary.ran(), []);
    await canary.dispose();
    const text = git('cat-file', 'commit', commitOf(head));
    assert.notMatch(text, /^(gpgsig|encoding)/m);
    assert.include(text, 'Rolebook-Reason: # übrigens');
    assert.include(text, '\ncommitter rolebook <rolebook@localhost> 1795165200 +0000\n');
  });
  const hooks = [
    'pre-commit',
    'prepare-commit-msg',
    'commit-msg',
    'post-commit',
    'reference-transaction',
    'post-index-change',
    'post-rewrite',
    'fsmonitor-watchman',
  ];

  it('is the committer that is configured, and a signature by the key that is', async () => {
    const key = at('.git/key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const changes = policy.another({
      writing: { kind: 'commit', committer: { name: 'Bot', mail: 'bot@acme.example' }, signingKey: key },
    });
    const head = madeBy(await changes.ask(ask([allow])));
    const text = git('cat-file', 'commit', commitOf(head));
    assert.match(text, /^committer Bot <bot@acme\.example> /m);
    assert.match(text, /^gpgsig -----BEGIN SSH SIGNATURE-----$/m);
    writeFileSync(at('.git/signers'), `bot@acme.example ${readFileSync(`${key}.pub`, 'utf8')}`);
    git('-c', `gpg.ssh.allowedSignersFile=${at('.git/signers')}`, 'verify-commit', commitOf(head));
    const without = policy.another({ writing: { kind: 'commit', signingKey: at('.git/none') } });
    const error = await without.ask(ask([give])).then(
      () => assert.fail('signed by nothing'),
      (reason: unknown) => String(reason),
    );
    assert.include(error, 'git could not make the commit');
    assert.equal(git('rev-parse', 'HEAD'), commitOf(head));
    assert.equal(policy.status(), '');
  });

  it('is on the branch of a linked work tree, whatever it is called', async () => {
    const tree = at('.git/linked');
    git('worktree', 'add', '--quiet', '-b', 'a/b#c', tree);
    const changes = new FolderChanges(join(tree, 'access'), { writing: { kind: 'commit' } });
    await changes.prepare();
    const head = madeBy(await changes.ask(ask([allow])));
    assert.equal(git('rev-parse', 'a/b#c'), commitOf(head));
    assert.equal(gitIn(tree, 'status', '--porcelain'), '');
    assert.equal(git('rev-list', '--count', 'main'), '1');
  });

  it('is the same at the top of a repository whose names are SHA-256', async () => {
    const top = at('.git/other');
    mkdirSync(join(top, 'policies'), { recursive: true });
    for (const [path, text] of Object.entries(committedFiles)) {
      if (path.startsWith('access/')) writeFileSync(join(top, path.replace('access/', '')), text);
    }
    gitIn(top, 'init', '--quiet', '--object-format=sha256', '--initial-branch', 'main');
    gitIn(top, 'add', '--all');
    gitIn(top, 'commit', '--quiet', '--message', 'First');
    const changes = new FolderChanges(top, { writing: { kind: 'commit' } });
    const head = madeBy(await changes.ask(ask([allow, give])));
    assert.equal(gitIn(top, 'rev-parse', 'main'), commitOf(head));
    madeBy(await changes.ask(undo(head.change)));
    assert.equal(gitIn(top, 'diff', '--name-only', 'HEAD~2', 'HEAD'), '');
    assert.equal(gitIn(top, 'status', '--porcelain'), '');
    assert.deepEqual(
      readdirSync(top).filter((name) => name.startsWith('.')),
      ['.git'],
    );
  });
});
