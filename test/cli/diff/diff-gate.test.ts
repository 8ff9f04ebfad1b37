import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const support = 'policies/support.yaml';

describe('rolebook diff --fail-on', () => {
  let policy: GitPolicy;

  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
    policy.git('checkout', '--quiet', '-b', 'change');
  });
  afterEach(() => policy.dispose());

  const diff = (...args: string[]): Promise<CommandResult> => runCommand(['diff', ...args], { cwd: policy.root });

  const edit = async (path: string, from: string, to: string): Promise<void> => {
    const text = await readFile(join(policy.root, path), 'utf8');
    assert.include(text, from);
    await policy.write(path, text.replace(from, to));
  };

  const letTraineesSend = (): Promise<void> => edit(support, '    without: ["message:send@shared"]\n', '');

  beforeEach(letTraineesSend);

  it('fails on what it names, and on nothing else', async () => {
    const closed = [
      'gained',
      'gained:message:send',
      'gained:message:send@shared',
      'gained:message:*',
      'gained:*@shared',
      'gained:*',
    ];
    for (const gate of closed) assert.equal((await diff('--fail-on', gate)).exitCode, 1, gate);
    const open = ['lost', 'lost:*', 'gained:tag:*', 'gained:message:send@personal', 'gained:*@personal', 'escalation'];
    for (const gate of open) assert.equal((await diff('--fail-on', gate)).exitCode, 0, gate);
    const { exitCode, stderr } = await diff('--fail-on', 'lost', '--fail-on', 'gained:message:*');
    assert.equal(exitCode, 1);
    assert.include(
      stderr,
      'failed: `--fail-on gained:message:*`: 1 person gains `message:*`\nhelp: `--accept` lets it pass for this run\n',
    );
    assert.notInclude(stderr, 'lost');
  });

  it('lets it pass when it is accepted, and says so', async () => {
    const { exitCode, stderr } = await diff('--fail-on', 'gained', '--accept');
    assert.equal(exitCode, 0);
    assert.include(stderr, 'accepted: `--fail-on gained`: 1 person gains something\n');
  });

  it('refuses names that are not in the catalog, and says which is near', async () => {
    const cases = [
      ['gained:mesage:send', 'unknown permission `mesage:send`', 'did you mean `message:send`?'],
      ['gained:mesage:*', '`mesage:*` matches no permission', 'did you mean `message:*`?'],
      ['lost:*@share', 'unknown scope `share`', 'did you mean `shared`?'],
      ['lost:message:send@share', '`message:send` has no scope `share`', 'did you mean `shared`?'],
      ['gains', '`--fail-on` cannot be `gains`', 'it takes `gained`, `lost`, `escalation`'],
      ['gained:', '`--fail-on` cannot be `gained:`', 'behind `gained:` stands what a grant names'],
      ['gained:.*', '`--fail-on` cannot be `gained:.*`', 'behind `gained:`'],
      ['escalation:tag:*', '`--fail-on` cannot be `escalation:tag:*`', 'it takes'],
    ] as const;
    for (const [gate, message, help] of cases) {
      const { exitCode, stderr, stdout } = await diff('--fail-on', gate);
      assert.deepInclude({ exitCode, stdout }, { exitCode: 2, stdout: '' }, gate);
      assert.include(stderr, message);
      assert.include(stderr, `help: ${help}`);
    }
  });

  it('knows a permission that is gone, which can still be lost', async () => {
    await edit('roles.yaml', '    tag:create: Create tags\n', '    tag:delete: Delete tags\n');
    assert.equal((await diff('--fail-on', 'lost:tag:create')).exitCode, 1);
    assert.equal((await diff('--fail-on', 'gained:tag:delete')).exitCode, 1);
  });

  it('closes for a scope that may hold for other requests now', async () => {
    await edit('roles.yaml', 'resource.owner: $subject.id', 'resource.author: $subject.id');
    const { exitCode, stderr } = await diff('--fail-on', 'lost:message:*');
    assert.equal(exitCode, 1);
    assert.include(stderr, '`message:*` may be decided otherwise, because what scopes look at changed');
    assert.equal((await diff('--fail-on', 'lost:tag:*')).exitCode, 0);
  });

  it('closes for a way that opens to more than somebody has, and tells it', async () => {
    await edit(
      'roles.yaml',
      '    conversation:assign: Assign conversations\n',
      '    conversation:assign: Assign conversations\n    teammate:manage: { title: Manage teammates, controls: members }\n',
    );
    policy.commit();
    await edit(support, 'grants: [conversation:assign', 'grants: [teammate:manage, conversation:assign');
    const { exitCode, stdout } = await diff('HEAD', '--fail-on', 'escalation');
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /^! after this change, 1 member with team-lead in support can make themselves workspace-admin: /m,
    );
    policy.commit();
    await edit(support, 'grants: [teammate:manage, conversation:assign', 'grants: [conversation:assign');
    const closed = await diff('HEAD', '--fail-on', 'escalation');
    assert.equal(closed.exitCode, 0);
    assert.match(closed.stdout, /^! no longer: 1 member with team-lead /m);
  });
});
