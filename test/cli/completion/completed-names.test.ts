import { assert } from 'chai';
import { askedFolder } from '../ask/asked-folder.ts';

describe('completion of names', () => {
  const { ask, folder } = askedFolder();

  const complete = async (...words: string[]): Promise<string[]> => {
    const { stdout, stderr, exitCode } = await ask(['__complete', 'zsh', ...words]);
    assert.equal(exitCode, 0);
    assert.equal(stderr, '');
    return stdout.trimEnd().split('\n');
  };
  const names = async (...words: string[]): Promise<string[]> => {
    const [kind, ...rest] = await complete(...words);
    assert.equal(kind, ':names');
    return rest;
  };

  it('offers commands, options that were not given, and their values', async () => {
    assert.includeMembers(await names(''), ['who-can', 'access', 'matrix', 'completion', 'lint', 'help']);
    assert.deepEqual(await names('who'), ['who-can']);
    assert.deepEqual(await names('who-can', 'comment:send', '--w'), ['--workspace']);
    assert.deepEqual(await names('who-can', '--workspace', 'shop', '--w'), []);
    assert.deepEqual(await names('who-can', '--scope', 'shared', '--sc'), ['--scope']);
    assert.deepEqual(await names('matrix', '--format', ''), ['text', 'json', 'markdown', 'html']);
    assert.deepEqual(await names('matrix', '--format=h'), ['--format=html']);
    assert.deepEqual(await names('help', 'matr'), ['matrix']);
    assert.deepEqual(await names('completion', ''), ['bash', 'zsh', 'fish']);
  });

  it('offers permissions, their scopes, workspaces and companies of the policy at hand', async () => {
    assert.deepEqual(await names('who-can', 'report:'), ['report:export', 'report:view']);
    assert.deepEqual(await names('who-can', 'message:send@'), ['message:send@personal', 'message:send@shared']);
    assert.deepEqual(await names('who-can', 'message:send', '--scope', 's'), ['shared']);
    assert.sameMembers(await names('matrix', ''), ['support', 'sales', 'shop']);
    assert.sameMembers(await names('who-can', 'x:y', '--workspace', 's'), ['support', 'sales', 'shop']);
    assert.sameMembers(await names('matrix', '--organization', ''), ['acme', 'free']);
    assert.deepEqual(await names('matrix', '--organization', 'acme', ''), []);
  });

  it('offers whoever has a role anywhere, alone, by a group, above or as staff', async () => {
    const all = await names('access', '');
    assert.sameMembers(all, [
      ...['ana', 'bo', 'cora', 'dan', 'eve', 'fay', 'mo', 'olu', 'mia@vendor.example', 'service:bot'],
    ]);
    assert.deepEqual(await names('access', 'service:'), ['service:bot']);
    assert.deepEqual(await names('access', 'zzz'), []);
  });

  it('offers the roles and members of the workspace that was typed', async () => {
    assert.deepEqual(await names('role', 'delete', 'support', ''), ['muted']);
    assert.include(await names('role', 'duplicate', 'support', ''), 'lead');
    assert.include(await names('member', 'set', 'support', 'group'), 'group:desk');
    assert.notInclude(await names('member', 'set', 'support', 'ana', ''), 'owner');
    assert.includeMembers(await names('member', 'set', 'support', 'ana', ''), ['member', 'lead', 'muted']);
  });

  it('offers what commands take that edit companies, workspaces, groups and permissions', async () => {
    assert.sameMembers(await names('group', 'set', ''), ['acme', 'free']);
    assert.sameMembers(await names('organization', 'change', ''), ['acme', 'free']);
    assert.deepEqual(await names('organization', 'create', ''), []);
    assert.deepEqual(await names('workspace', 'create', ''), []);
    assert.sameMembers(await names('workspace', 'create', 'x', '--organization', ''), ['acme', 'free']);
    assert.sameMembers(await names('workspace', 'rename', ''), ['support', 'sales', 'shop']);
    assert.deepEqual(await names('permission', 'rename', 'report:'), ['report:export', 'report:view']);
    assert.sameMembers(await names('role', 'create', ''), ['support', 'sales', 'shop']);
    assert.deepEqual(await names('role', 'create', 'x', '--spans', 'o'), ['organization']);
    assert.include(await names('member', 'set', '--organization', 'acme', 'ana', ''), 'owner');
    assert.notInclude(await names('member', 'set', '--organization', 'acme', 'ana', ''), 'member');
    assert.notInclude(await names('role', 'delete', '--organization', 'acme', ''), 'muted');
    assert.include(await names('role', 'duplicate', '--organization', 'acme', ''), 'owner');
  });

  it('reads the policy of --policy', async () => {
    const { stdout } = await ask(['__complete', 'fish', 'matrix', '--policy', folder().root, 'sh'], { cwd: '/' });
    assert.equal(stdout, ':names\nshop\n');
  });

  it('offers what review and replay take', async () => {
    assert.deepEqual(await names('review', '--only', 'un'), ['unused-permission', 'unseen-member', 'unused-role']);
    assert.deepEqual(await names('review', '--only', 'idle-role', '--onl'), ['--only']);
    assert.deepEqual(await names('review', '--format', 'm'), ['markdown']);
    assert.sameMembers(await names('review', '--workspace', 's'), ['support', 'sales', 'shop']);
    assert.sameMembers(await names('review', '--organization', ''), ['acme', 'free']);
    assert.include(await names('review', '--role', ''), 'member');
    assert.include(await names('review', '--workspace', 'support', '--role', ''), 'muted');
    assert.deepEqual(await names('replay', '--fail-on', ''), ['denied', 'allowed', 'denied,allowed']);
    assert.deepEqual(await names('replay', '--fail-on', 'denied,'), ['denied,allowed']);
    assert.deepEqual(await names('replay', '--fail-on=al'), ['--fail-on=allowed']);
    for (const command of ['review', 'replay']) assert.deepEqual(await complete(command, 'a.jsonl', ''), [':files']);
    assert.deepEqual(await complete('review', '--counts', ''), [':files']);
    assert.deepEqual(await complete('replay', '--git-token-file', ''), [':files']);
    assert.deepEqual(await complete('replay', '--policy', ''), [':folders']);
  });

  it('leaves files and folders to the shell', async () => {
    assert.deepEqual(await complete('lint', ''), [':files']);
    assert.deepEqual(await complete('lint', '--policy', ''), [':folders']);
    // Where a file begins behind an option or a format, the shell is told behind how many `=`.
    assert.deepEqual(await complete('review', 'a=b'), [':files']);
    assert.deepEqual(await complete('review', '--counts', 'a=b'), [':files']);
    assert.deepEqual(await complete('review', '--counts=a=b'), [':files=']);
    assert.deepEqual(await complete('test', '--report', 'json=a=b'), [':files=']);
    assert.deepEqual(await complete('test', '--report=json=a'), [':files==']);
    assert.deepEqual(await complete('matrix', '--policy=a=b'), [':folders=']);
  });

  it('is silent about whatever is wrong', async () => {
    const wrong: readonly (readonly string[])[] = [
      [],
      ['nope'],
      ['zsh', 'lnt', ''],
      ['zsh', 'matrix', '--policy', 'nowhere', ''],
      ['zsh', 'matrix', '--policy', '/etc/passwd', ''],
      ['zsh', 'matrix', 'support', 'more', ''],
      ['zsh', 'who-can', 'unknown:permission@'],
      ['zsh', 'role', 'delete', 'nowhere', ''],
      ['zsh', '--', ''],
      ['bash'],
      ['bash', 'rolebook access \'"', 'x'],
    ];
    for (const words of wrong) {
      const { exitCode, stdout, stderr } = await ask(['__complete', ...words]);
      assert.equal(exitCode, 0, words.join(' '));
      assert.equal(stderr, '', words.join(' '));
      assert.notInclude(stdout, 'rror', words.join(' '));
    }
  });

  it('offers nothing of a policy with errors, and says nothing', async () => {
    for (const broken of ['members: { ana: nobody }\n', 'members: [\n', '\u0000']) {
      await folder().write('policies/acme/broken.yaml', `workspace: broken\n${broken}`);
      assert.deepEqual(await names('matrix', ''), []);
    }
    await folder().remove('policies/acme/broken.yaml');
    assert.isNotEmpty(await names('matrix', ''));
  });
});

describe('completion of many names', () => {
  const { ask } = askedFolder({
    'roles.yaml':
      'permissions: { Things: { doc:read: Read } }\nroles: { member: { title: M, grants: [doc:read] } }\ndefaultRole: member\n',
    ...Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `policies/w${index}.yaml`,
        `workspace: w${index}\nmembers:\n${Array.from({ length: 40 }, (__, at) => `  person-${index}-${at}@x.example: member\n`).join('')}`,
      ]),
    ),
  });
  const names = async (...words: string[]): Promise<string[]> =>
    (await ask(['__complete', 'zsh', ...words])).stdout.trimEnd().split('\n').slice(1);

  it('reads no more than it needs: the heads of files for workspaces, one file for its members', async () => {
    assert.lengthOf(await names('matrix', ''), 300);
    assert.lengthOf(await names('member', 'set', 'w7', 'person'), 40);
    assert.deepEqual(await names('access', 'person-123-39'), ['person-123-39@x.example']);
    assert.deepEqual(await names('who-can', ''), ['doc:read']);
  });

  it('offers nothing rather than let somebody wait', async () => {
    assert.deepEqual(await names('access', ''), []);
  });
});
