import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const rolesYaml = `permissions:
  Docs: { doc:read: Read, doc:edit: Edit }
organizationProperties: { strict: false, motto: none }
plans: [free, scale]
roles:
  member: { grants: [doc:read] }
  boss: { grants: ["doc:*"], spans: organization }
  guest: { grants: [doc:read], spans: organization }
defaultRole: member
`;

const organizationYaml = `organization: acme   # the first
plan: free
members:
  olu: boss   # since ever
groups:
  # Who answers.
  desk:
    - kim
    - service:bot   # at night
    - lee
`;

const workspaceYaml = `# yaml-language-server: $schema=https://schemas.example/workspace.schema.json
workspace: support
members:
  ana: member
  group:desk: member
`;

const testsYaml = `tests:
  - name: ana reads
    workspace: support
    as: [ana, { role: member }]
    can: [doc:read]
    cannot: [doc:edit]
  - name: only ana
    workspace: support
    as: ana
    can: [doc:read]
`;

describe('companies, groups and workspaces by command', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      'roles.yaml': rolesYaml.replace('subjectTypes', ''),
      'policies/acme/organization.yaml': organizationYaml,
      'policies/acme/teams/support.yaml': workspaceYaml,
      'policies/acme/support.test.yaml': testsYaml,
    });
    writeFileSync(join(folder.root, 'roles.yaml'), `subjectTypes: [user, service]\n${rolesYaml}`);
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  const text = (file: string): string => readFileSync(join(folder.root, 'policies', file), 'utf8');
  const done = async (...argv: string[]): Promise<CommandResult> => {
    const result = await run(...argv);
    assert.equal(result.exitCode, 0, result.all);
    return result;
  };

  it('hand out what spans a company, and take it away', async () => {
    const { stdout } = await done('member', 'set', '--organization', 'acme', 'mia', 'guest', '--until', '2999-12-31');
    assert.include(text('acme/organization.yaml'), '  mia: [{ role: guest, until: 2999-12-31 }]\n');
    assert.include(stdout, 'mia');
    await done('member', 'set', 'olu', 'guest', '--organization', 'acme');
    assert.include(text('acme/organization.yaml'), '  olu: guest   # since ever\n');
    await done('member', 'remove', 'mia', '--organization', 'acme');
    assert.equal(text('acme/organization.yaml'), organizationYaml.replace('olu: boss', 'olu: guest'));
  });

  it('rename a group wherever it is, keep its lines, and say what is wrong', async () => {
    const { stdout } = await done('group', 'rename', 'acme', 'desk', 'front');
    assert.include(stdout, 'nobody gains or loses anything by this');
    const renamed = organizationYaml.replace('  desk:', '  front:');
    assert.equal(text('acme/organization.yaml'), `${renamed}formerGroups:\n  desk: front\n`);
    assert.equal(text('acme/teams/support.yaml'), workspaceYaml.replace('group:desk', 'group:front'));
    await done('group', 'set', 'acme', 'other');
    for (const [argv, exitCode, said] of [
      [['front', 'other'], 1, 'organization `acme` has a group `other`'],
      [['frnt', 'x'], 2, 'organization `acme` has no group `frnt`; did you mean `front`?'],
      [['other', 'desk'], 1, '`desk` was the id of group `front`, and still means it'],
      [['front', 'a b'], 2, '`a b` cannot be an id'],
    ] as const) {
      const refused = await run('group', 'rename', 'acme', ...argv);
      assert.equal(refused.exitCode, exitCode, refused.all);
      assert.include(refused.all.replaceAll('\nhelp: ', '; '), said);
    }
    const unsure = await run('group', 'rename', 'acme', 'front');
    assert.equal(unsure.exitCode, 2, unsure.all);
    await done('group', 'rename', 'acme', 'front', 'desk');
    assert.include(text('acme/organization.yaml'), 'formerGroups:\n  front: desk\n');
    assert.equal(text('acme/teams/support.yaml'), workspaceYaml);
  });

  it('say who is in a group, and keep the lines of those who stay', async () => {
    await done('group', 'set', 'acme', 'desk', 'mo', 'kim', 'user:service:x', 'service:bot');
    const expected = organizationYaml.replace('    - lee\n', '    - mo\n    - user:service:x\n');
    assert.equal(text('acme/organization.yaml'), expected);
    await done('group', 'set', 'acme', 'night');
    assert.include(text('acme/organization.yaml'), '  night: []\n');
    await done('group', 'set', 'acme', 'night', 'ana', 'user:ana');
    assert.include(text('acme/organization.yaml'), '  night: [ana]\n');
    await done('group', 'remove', 'acme', 'night');
    assert.equal(text('acme/organization.yaml'), expected);
  });

  it('make a workspace where the others of its company are, and one company a folder', async () => {
    const made = await done('workspace', 'create', 'sales', '--title', 'Sales: 1', '--member', 'bo=member');
    assert.include(made.stderr, 'written: policies/acme/teams/sales.yaml');
    assert.include(made.stdout, '--- /dev/null\n+++ b/policies/acme/teams/sales.yaml\n@@ -0,0 +1,5 @@\n');
    const head = workspaceYaml.split('\n')[0];
    assert.equal(
      text('acme/teams/sales.yaml'),
      `${head}\nworkspace: sales\ntitle: "Sales: 1"\nmembers:\n  bo: member\n`,
    );
    await done('organization', 'create', '2024', '--plan', 'scale', '--property', 'strict=true', '--member', 'x=boss');
    assert.equal(
      text('2024/organization.yaml'),
      'organization: "2024"\nplan: scale\nproperties:\n  strict: true\nmembers:\n  x: boss\n',
    );
    const many = ['--member', 'bo=member', '--member', 'service:a=b=member', '--member', 'group:desk=member'];
    await done('workspace', 'create', 'organization', '--organization', 'acme', ...many);
    const members = '  bo: member\n  service:a=b: member\n  group:desk: member\n';
    assert.include(text('acme/teams/organization-workspace.yaml'), members);
    await done('workspace', 'create', 'w', '--organization', '2024');
    assert.equal(text('2024/w.yaml'), 'workspace: w\n');
    assert.equal((await run('lint')).exitCode, 0);
  });

  it('rename a workspace and all that names it, and nobody gains or loses', async () => {
    const { stdout } = await done('workspace', 'rename', 'support', 'help');
    const renamed = workspaceYaml.replace('workspace: support', 'workspace: help');
    assert.equal(text('acme/teams/support.yaml'), `${renamed}formerly: support\n`);
    assert.equal(text('acme/support.test.yaml'), testsYaml.replaceAll('workspace: support', 'workspace: help'));
    assert.include(stdout, 'nobody gains or loses anything by this');
    await done('workspace', 'rename', 'support', 'support');
    assert.include(text('acme/teams/support.yaml'), 'workspace: support\n');
    assert.include(text('acme/teams/support.yaml'), 'formerly: help\n');
  });

  it('change the plan and the settings of a company', async () => {
    await done('organization', 'change', 'acme', '--plan', 'scale', '--property', 'strict=true', '--title', 'Acme');
    const changed = organizationYaml.replace('plan: free', 'plan: scale');
    assert.equal(text('acme/organization.yaml'), `${changed}title: Acme\nproperties:\n  strict: true\n`);
    await done('organization', 'change', 'acme', '--unset', 'strict', '--property', 'motto="7"');
    assert.include(text('acme/organization.yaml'), 'properties:\n  motto: "7"\n');
  });

  it('take who is no member any more out of tests, where that is asked for', async () => {
    const alone = await run('member', 'remove', 'support', 'ana');
    assert.deepEqual([alone.exitCode, alone.stdout.includes('failed: only ana')], [1, true], alone.all);
    await done('member', 'remove', 'support', 'ana', '--with-tests');
    const [first = ''] = testsYaml.split('  - name: only ana');
    assert.equal(text('acme/support.test.yaml'), first.replace('[ana, { role: member }]', '[{ role: member }]'));
  });

  it('leave tests alone that name somebody who is a member by a group still', async () => {
    await done('member', 'set', 'support', 'kim', 'member');
    const kim = testsYaml.replaceAll('ana', 'kim');
    writeFileSync(join(folder.root, 'policies/acme/support.test.yaml'), kim);
    await done('member', 'remove', 'support', 'kim', '--with-tests');
    assert.equal(text('acme/support.test.yaml'), kim);
    const refused = await run('group', 'set', 'acme', 'desk', 'lee', '--with-tests', '--dry-run');
    assert.include(refused.stdout, '-  - name: only kim', refused.all);
  });

  for (const [what, argv, code, says] of [
    ['a company that is none', ['member', 'set', '--organization', 'acne', 'a', 'guest'], 2, 'did you mean `acme`?'],
    [
      'a role of a workspace in the company',
      ['member', 'set', '--organization', 'acme', 'a', 'member'],
      1,
      'wrong-span',
    ],
    ['a role that is none', ['member', 'set', '--organization', 'acme', 'a', 'gest'], 2, 'did you mean `guest`?'],
    ['who is no member of the company', ['member', 'remove', '--organization', 'acme', 'zed'], 2, 'no member'],
    [
      'both a workspace and a company',
      ['member', 'remove', 'w', 'a', '--organization', 'acme'],
      2,
      'too many arguments',
    ],
    ['a company without an id', ['member', 'remove', 'a', '--organization', ''], 2, '`--organization` is empty'],
    ['no subject', ['member', 'remove', '--organization', 'acme'], 2, '`SUBJECT` is missing'],
    ['no role', ['member', 'set', 'support', 'a'], 2, '`ROLE` is missing'],
    [
      'a built-in role in a company',
      ['role', 'delete', 'guest', '--organization', 'acme', '--yes'],
      1,
      'built-in-role',
    ],
    ['a group that holds something', ['group', 'remove', 'acme', 'desk'], 1, 'member of workspace `support`'],
    ['a group that is none', ['group', 'remove', 'acme', 'disk'], 2, 'did you mean `desk`?'],
    ['a group in a group', ['group', 'set', 'acme', 'desk', 'group:night'], 1, 'no groups within groups'],
    ['a group with an id that is none', ['group', 'set', 'acme', 'a b', 'kim'], 1, 'a b'],
    ['a subject that is none', ['group', 'set', 'acme', 'desk', 'a"b'], 1, 'bad-subject'],
    ['a workspace that is there', ['workspace', 'create', 'support'], 1, '[place-exists]'],
    ['a file that is there', ['workspace', 'create', 'Support'], 1, '[file-exists]'],
    ['a path as an id', ['workspace', 'create', '../x'], 2, 'cannot be an id'],
    ['a workspace of no company', ['workspace', 'create', 'x', '--organization', 'acne'], 2, 'did you mean `acme`?'],
    ['a first member without a role', ['workspace', 'create', 'x', '--member', 'ana'], 2, '--member SUBJECT=ROLE'],
    ['a first member with no role there', ['workspace', 'create', 'x', '--member', 'ana=boss'], 1, 'wrong-span'],
    ['a first member with a role that is none', ['workspace', 'create', 'x', '--member', 'ana=bos'], 1, 'role `bos`'],
    ['a company that is there', ['organization', 'create', 'acme'], 1, '[place-exists]'],
    ['a folder that is there', ['organization', 'create', 'Acme'], 1, '[file-exists]'],
    ['a plan that is none', ['organization', 'change', 'acme', '--plan', 'scael'], 1, '[unknown-plan]'],
    ['a setting that is none', ['organization', 'change', 'acme', '--property', 'stric=true'], 1, 'stric'],
    ['a setting of another type', ['organization', 'change', 'acme', '--property', 'strict=yes'], 1, 'strict'],
    ['a setting without a value', ['organization', 'change', 'acme', '--property', 'strict'], 2, 'NAME=VALUE'],
    [
      'a setting that is not and is',
      ['organization', 'change', 'acme', '--property', 'a=1', '--unset', 'a'],
      2,
      'no more',
    ],
    ['a change of nothing', ['organization', 'change', 'acme'], 2, 'nothing is to be changed'],
    ['a rename to what is there', ['workspace', 'rename', 'support', 'support'], 0, 'it is so already'],
    ['a rename of nothing', ['workspace', 'rename', 'suport', 'x'], 2, 'did you mean `support`?'],
    ['a rename to no id', ['workspace', 'rename', 'support', 'a/b'], 2, 'cannot be an id'],
  ] as const) {
    it(`answer ${what} with what is wrong, and write nothing`, async () => {
      const { exitCode, all } = await run(...argv);
      assert.equal(exitCode, code, all);
      assert.include(all, says);
      assert.equal(text('acme/organization.yaml') + text('acme/teams/support.yaml'), organizationYaml + workspaceYaml);
      assert.isFalse(existsSync(join(folder.root, 'policies/acme/teams/x.yaml')));
    });
  }

  it('make no file where somebody else has put one', async () => {
    const path = join(folder.root, 'policies/acme/teams/x.yaml');
    mkdirSync(path);
    const { exitCode, stderr } = await run('workspace', 'create', 'x');
    assert.equal(exitCode, 3, stderr);
    assert.include(stderr, '`policies/acme/teams/x.yaml` is already there; nothing was written');
    assert.deepEqual(readdirSync(join(folder.root, 'policies/acme/teams')).sort(), ['support.yaml', 'x.yaml']);
    assert.isEmpty(readdirSync(path));
  });
});
