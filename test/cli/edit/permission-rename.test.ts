import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const rolesYaml = `scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
permissions:
  Messages:
    message:send:            # the old name
      title: Send
      scopes: [own, rest]
    message:read: Read
    message:purge: { title: Purge, requires: [message:read, 'message:send'] }
  Notes:
    note:write: { title: Write, was: memo:write }
    note:read: { title: Read, was: [memo:read, memo:see] }
  Labels: { label:add: Label }
baseline: ["message:send@own"]
customRoles: { without: [message:purge] }
exclusive: [[message:send, note:write]]
roles:
  member: { grants: [message:read] }
  agent: { extends: member, grants: [message:send] }
  trainee: { extends: agent, without: ["message:send@rest"] }
defaultRole: member
waive:
  - { check: unused-role, permission: message:send, reason: kept, until: 2999-01-01 }
`;

const workspaceYaml = `workspace: w
roles:
  chief: { grants: ["message:*"] }
  mute: { denies: ["message:send@rest"], grants: [message:read] }
members:
  ana: chief
  bo: agent
`;

const testsYaml = `tests:
  - name: bo sends
    workspace: w
    as: bo
    can: [message:send, message:read]
    cannot: [message:purge]
  - name: a mute one does not
    workspace: w
    as: { role: mute }
    cannot: ["message:send@rest"]
`;

describe('a permission that is renamed by command', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      'roles.yaml': rolesYaml,
      'policies/w.yaml': workspaceYaml,
      'policies/w.test.yaml': testsYaml,
    });
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  const text = (file: string): string => readFileSync(join(folder.root, file), 'utf8');
  const renamed = (before: string, to: string): string => before.replaceAll('message:send', to);

  it('is renamed wherever it is named, keeps its former id, and no decision changes', async () => {
    const { exitCode, stdout, all } = await run('permission', 'rename', 'message:send', 'conversation:reply');
    assert.equal(exitCode, 0, all);
    const catalog = renamed(rolesYaml, 'conversation:reply').replace(
      '      scopes: [own, rest]\n',
      '      scopes: [own, rest]\n      was: message:send\n',
    );
    assert.equal(text('roles.yaml'), catalog);
    assert.equal(text('policies/w.yaml'), renamed(workspaceYaml, 'conversation:reply'));
    assert.equal(text('policies/w.test.yaml'), renamed(testsYaml, 'conversation:reply'));
    assert.include(stdout, 'nobody gains or loses anything by this');
    for (const id of ['message:send', 'conversation:reply']) {
      for (const subject of ['ana', 'bo']) {
        assert.equal((await run('enforce', subject, 'w', id, '--scope', 'rest')).exitCode, 0, `${subject} ${id}`);
      }
    }
  });

  it('becomes a mapping where only its title stood', async () => {
    assert.equal((await run('permission', 'rename', 'message:read', 'message:see')).exitCode, 0);
    assert.include(text('roles.yaml'), '    message:see: { title: Read, was: message:read }\n');
    assert.include(text('roles.yaml'), "requires: [message:see, 'message:send']");
  });

  it('is called again what it was called', async () => {
    assert.equal((await run('permission', 'rename', 'message:send', 'message:reply')).exitCode, 0);
    assert.equal((await run('permission', 'rename', 'message:reply', 'message:send')).exitCode, 0);
    assert.include(text('roles.yaml'), '      was: message:reply\n');
    assert.equal(text('policies/w.yaml'), workspaceYaml);
  });

  it('is known by the new id alone, where that is asked for and no wildcard gave it', async () => {
    const { exitCode, all } = await run('permission', 'rename', 'message:send', 'message:reply', '--no-was');
    assert.equal(exitCode, 0, all);
    assert.equal(text('roles.yaml'), renamed(rolesYaml, 'message:reply'));
    assert.equal((await run('enforce', 'bo', 'w', 'message:send', '--scope', 'rest')).exitCode, 1);
    assert.equal((await run('enforce', 'bo', 'w', 'message:reply', '--scope', 'rest')).exitCode, 0);
  });

  for (const [what, argv, code, says] of [
    [
      'to where the wildcard of a role does not reach',
      ['message:send', 'label:send', '--no-was'],
      1,
      'role `chief` of',
    ],
    ['to what is there', ['message:send', 'message:read'], 1, '[permission-exists]'],
    ['to what another one was', ['message:send', 'memo:write'], 1, 'still means `note:write`'],
    ['to itself', ['message:send', 'message:send'], 1, '[permission-exists]'],
    ['to no permission', ['message:send', 'send'], 2, 'cannot be a permission'],
    ['to a wildcard', ['message:send', 'message:*'], 2, 'cannot be a permission'],
    ['that is none', ['message:sent', 'message:reply'], 2, 'did you mean `message:send`?'],
    ['by its former id', ['memo:write', 'note:put'], 2, 'it is called `note:write` now'],
    ['that was renamed before', ['note:write', 'note:put'], 1, '[former-id-in-use]'],
    ['that was merged', ['note:read', 'note:see'], 1, '[former-id-in-use]'],
    ['without a new id', ['message:send'], 2, 'NEW'],
  ] as const) {
    it(`is refused ${what}`, async () => {
      const { exitCode, all } = await run('permission', 'rename', ...argv);
      assert.equal(exitCode, code, all);
      assert.include(all, says);
      assert.equal(text('roles.yaml') + text('policies/w.yaml'), rolesYaml + workspaceYaml);
    });
  }

  it('is renamed in roles of a company, too', async () => {
    const company =
      'organization: acme\nroles:\n  lead: { grants: [message:send], denies: ["message:send@rest"] }   # of all\n';
    const broad = 'organization: acme\nroles: { lead: { grants: ["message:*"] } }\n';
    writeFileSync(join(folder.root, 'policies/organization.yaml'), broad);
    const refused = await run('permission', 'rename', 'message:send', 'label:put', '--no-was');
    assert.include(refused.all, 'role `lead` of organization `acme` would not allow');
    assert.equal(text('policies/organization.yaml'), broad);
    writeFileSync(join(folder.root, 'policies/organization.yaml'), company);
    const { exitCode, all } = await run('permission', 'rename', 'message:send', 'message:reply');
    assert.equal(exitCode, 0, all);
    assert.equal(text('policies/organization.yaml'), renamed(company, 'message:reply'));
  });

  it('is not renamed while the files have errors, or beside what nobody understands', async () => {
    for (const [file, broken] of [
      ['policies/w.yaml', workspaceYaml.replace('chief: {', 'chief: { extends: nobody,')],
      ['policies/w.test.yaml', `${testsYaml}x: 1\n`],
      ['roles.yaml', rolesYaml.replace('message:read: Read', 'message:read: *x')],
    ] as const) {
      const before = text(file);
      writeFileSync(join(folder.root, file), broken);
      const { exitCode, all } = await run('permission', 'rename', 'message:send', 'message:reply');
      assert.deepEqual([exitCode, /nothing was (?:edited|written)/.test(all)], [1, true], all);
      assert.equal(text(file), broken);
      writeFileSync(join(folder.root, file), before);
    }
  });

  it('is only shown with `--dry-run`', async () => {
    const { exitCode, stdout } = await run('permission', 'rename', 'message:send', 'message:reply', '--dry-run');
    assert.deepEqual([exitCode, stdout.includes('+    message:reply:')], [0, true], stdout);
    assert.equal(text('roles.yaml'), rolesYaml);
  });

  it('is not renamed where a wildcard would come to give it', async () => {
    const sorter = '  sorter: { grants: ["label:*"] }\n';
    const changed = workspaceYaml.replace('"message:*"', 'message:send').replace('members:', `${sorter}members:`);
    writeFileSync(join(folder.root, 'policies/w.yaml'), changed);
    const { exitCode, stderr } = await run('permission', 'rename', 'message:send', 'label:send', '--no-was');
    assert.equal(exitCode, 1, stderr);
    assert.include(stderr, 'role `sorter` of workspace `w` would allow label:send@rest [decision-changed]');
    assert.equal(text('policies/w.yaml'), changed);
  });
});
