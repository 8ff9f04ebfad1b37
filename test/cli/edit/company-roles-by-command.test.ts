import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const rolesYaml = `permissions:
  Docs: { doc:read: Read, doc:edit: Edit, doc:wipe: Wipe }
  Company: { bill:pay: { title: Pay, spans: organization } }
baseline: [doc:read]
roles:
  member: { title: Standard }
  boss: { title: Boss, grants: ["*"], spans: organization }
  helper: { title: Helper, grants: [doc:edit], spans: everything }
defaultRole: member
staff: { vera: helper }
`;

const organizationYaml = `organization: acme
roles:
  # Runs a region.
  regional-lead:
    title: Regional lead
    grants: [doc:edit]   # for now
  auditor: { title: Auditor, spans: organization, grants: [bill:pay, doc:wipe] }
retired: { area-lead: regional-lead }
members:
  olu: boss
  group:desk: auditor
groups: { desk: [kim] }
`;

const workspaceYaml = `workspace: support
roles:
  deputy: { title: Deputy, extends: regional-lead }
retired: { old: regional-lead }
members:
  ana: regional-lead   # since 2020
  bo: [regional-lead, deputy]
  group:desk: regional-lead
`;

const otherYaml = 'workspace: sales\nroles: { only-here: {} }\nretired: { once: member }\nmembers: { cy: member }\n';

const testsYaml = `tests:
  - name: leads edit
    workspace: support
    as: [{ role: regional-lead }, ana]
    can: [doc:edit]
  - name: auditors wipe
    workspace: sales
    as: { role: auditor }
    can: [doc:wipe]
`;

describe('roles of a company by command', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({
      'roles.yaml': rolesYaml,
      'policies/organization.yaml': organizationYaml,
      'policies/support.yaml': workspaceYaml,
      'policies/sales.yaml': otherYaml,
      'policies/acme.test.yaml': testsYaml,
    });
  });
  afterEach(() => folder.dispose());

  const run = (...argv: string[]): Promise<CommandResult> => runCommand(argv, { cwd: folder.root });
  const text = (file: string): string => readFileSync(join(folder.root, 'policies', file), 'utf8');
  const all = (): string => ['organization.yaml', 'support.yaml', 'sales.yaml', 'acme.test.yaml'].map(text).join('');
  const role = async (verb: string, ...argv: string[]): Promise<CommandResult> => {
    const result = await run('role', verb, '--organization', 'acme', ...argv);
    assert.equal(result.exitCode, 0, result.all);
    assert.equal((await run('lint')).exitCode, 0);
    return result;
  };

  it('create one, which all of its workspaces can hand out', async () => {
    await role('create', 'clerk', '--title', 'Clerk', '--extends', 'regional-lead', '--grant', 'doc:wipe');
    assert.include(
      text('organization.yaml'),
      '  clerk:\n    title: Clerk\n    extends: regional-lead\n    grants: [doc:wipe]\n',
    );
    const { stdout, exitCode } = await run('member', 'set', 'sales', 'dee', 'clerk');
    assert.deepEqual([exitCode, stdout.includes('dee')], [0, true], stdout);
    assert.include(text('sales.yaml'), 'dee: clerk');
  });

  it('create one that spans the company, and hand it out there', async () => {
    await role('create', 'payer', '--spans', 'organization', '--grant', 'bill:pay');
    assert.include(text('organization.yaml'), '  payer:\n    spans: organization\n    grants: [bill:pay]\n');
    assert.equal((await run('member', 'set', '--organization', 'acme', 'group:desk', 'auditor', 'payer')).exitCode, 0);
    assert.include(text('organization.yaml'), '  group:desk: [auditor, payer]\n');
    const { exitCode, all: said } = await run('member', 'set', 'sales', 'dee', 'payer');
    assert.deepEqual([exitCode, said.includes('[wrong-span]')], [1, true], said);
  });

  it('duplicate a built-in one for the company: it spans as far, and holds what belongs to the company', async () => {
    await role('duplicate', 'boss', 'deputy-boss');
    const written = 'title: Boss (copy)\n    spans: organization\n    grants: [doc:edit, doc:wipe, bill:pay]\n';
    assert.include(text('organization.yaml'), `  deputy-boss:\n    ${written}`);
    await role('duplicate', 'boss', 'editor', '--spans', 'workspace', '--title', 'Editor');
    assert.include(text('organization.yaml'), '  editor:\n    title: Editor\n    grants: [doc:edit, doc:wipe]\n');
    await role('duplicate', 'auditor', 'second', '--as', 'extension');
    assert.include(text('organization.yaml'), 'title: Auditor (copy)\n    spans: organization\n    extends: auditor\n');
  });

  it('duplicate one of the company for a workspace', async () => {
    const { exitCode, all: said } = await run('role', 'duplicate', 'sales', 'auditor', 'keeper');
    assert.equal(exitCode, 0, said);
    assert.include(text('sales.yaml'), 'keeper: { title: Auditor (copy), grants: [doc:wipe] }');
  });

  it('change what one gives, and tell who gains in each workspace', async () => {
    const { stdout } = await role('change', 'regional-lead', '--allow', 'doc:wipe', '--title', 'Lead of a region');
    const expected = organizationYaml
      .replace('Regional lead', 'Lead of a region')
      .replace('[doc:edit]', '[doc:edit, doc:wipe]');
    assert.equal(text('organization.yaml'), expected);
    assert.match(stdout, /ana.*doc:wipe|doc:wipe[\s\S]*ana/);
    await role('change', 'auditor', '--disallow', 'bill:pay');
    assert.include(text('organization.yaml'), 'spans: organization, grants: [doc:wipe] }');
  });

  it('rename one with all that names it in the company, its workspaces and its tests', async () => {
    const { stdout } = await role('rename', 'regional-lead', 'area-head');
    const rename = (file: string): string => file.replaceAll('regional-lead', 'area-head');
    const retired = '{ area-lead: area-head, regional-lead: area-head }';
    const written = rename(organizationYaml).replace('{ area-lead: area-head }', retired);
    assert.equal(text('organization.yaml'), written);
    assert.equal(text('support.yaml'), rename(workspaceYaml));
    assert.equal(text('sales.yaml'), otherYaml);
    assert.equal(text('acme.test.yaml'), rename(testsYaml));
    assert.include(stdout, 'nobody gains or loses anything by this');
  });

  it('delete one, name all who hold it in any workspace, and give them another', async () => {
    const alone = await run('role', 'delete', '--organization', 'acme', 'regional-lead', '--yes');
    assert.include(alone.all, 'extended by `deputy` of workspace `support`');
    await run('role', 'delete', 'support', 'deputy', '--to', 'regional-lead', '--yes');
    const { stdout } = await role('delete', 'regional-lead', '--yes', '--with-tests');
    assert.include(stdout, 'held by ana, bo, group:desk');
    assert.include(text('organization.yaml'), 'retired: { area-lead: member, regional-lead: member }');
    assert.notInclude(text('organization.yaml'), 'Runs a region');
    assert.include(text('support.yaml'), 'retired: { old: member, deputy: member }\n');
    assert.include(text('support.yaml'), '  ana: member   # since 2020\n  bo: [member]\n  group:desk: member\n');
    assert.notInclude(text('acme.test.yaml'), 'regional-lead');
  });

  it('delete one that spans the company: its holders get another that does, not the default role', async () => {
    const refused = await run('role', 'delete', '--organization', 'acme', 'auditor', '--yes');
    assert.include(refused.all, 'role `member` cannot be given in the organization');
    await role('delete', 'auditor', '--to', 'boss', '--yes', '--with-tests');
    assert.include(text('organization.yaml'), '  group:desk: boss\n');
    assert.notInclude(text('acme.test.yaml'), 'auditor');
  });

  it('inherit a deleted role of a workspace', async () => {
    await role('create', 'guard', '--deny', 'doc:wipe', '--grant', 'doc:edit');
    const { exitCode, all: said } = await run('role', 'delete', 'support', 'deputy', '--to', 'guard', '--yes');
    assert.equal(exitCode, 0, said);
    assert.include(text('support.yaml'), 'bo: [regional-lead, guard]');
    assert.include(text('support.yaml'), 'retired: { old: regional-lead, deputy: guard }');
  });

  it('make nobody staff, whose roles are written by hand', async () => {
    const before = all();
    for (const place of [['sales'], ['--organization', 'acme']]) {
      const { exitCode, all: said } = await run('member', 'set', ...place, 'dee', 'helper');
      assert.deepEqual([exitCode, said.includes('[wrong-span]')], [1, true], said);
    }
    const { stdout } = await run('role', 'duplicate', '--organization', 'acme', 'helper', 'aide', '--dry-run');
    assert.match(stdout, /^\+ {2}aide:\n\+ {4}title: Helper \(copy\)\n\+ {4}grants: \[doc:edit\]$/m);
    assert.equal(all(), before);
  });

  for (const [what, argv, code, says] of [
    ['the id of a built-in role', ['create', '--organization', 'acme', 'member'], 1, '[role-exists]'],
    ['the id of a role beside it', ['create', '--organization', 'acme', 'auditor'], 1, '[role-exists]'],
    [
      'the id of a role of a workspace',
      ['create', '--organization', 'acme', 'deputy'],
      1,
      'workspace `support` has a role',
    ],
    [
      'the id of a role of the company, in a workspace',
      ['create', 'sales', 'auditor'],
      1,
      'organization `acme` has a role',
    ],
    ['an id that was retired', ['create', '--organization', 'acme', 'area-lead'], 1, '[retired-role]'],
    [
      'an id that was retired in a workspace',
      ['create', '--organization', 'acme', 'once'],
      1,
      'was a role of workspace `sales`',
    ],
    ['an id that was retired in the company', ['create', 'sales', 'area-lead'], 1, 'was a role of organization `acme`'],
    [
      'a parent in a workspace',
      ['create', '--organization', 'acme', 'x', '--extends', 'deputy'],
      2,
      'no role `deputy`',
    ],
    ['a span that is none', ['create', '--organization', 'acme', 'x', '--spans', 'all'], 2, '--spans'],
    ['a span of staff', ['create', '--organization', 'acme', 'x', '--spans', 'everything'], 2, '--spans'],
    ['a span in a workspace', ['create', 'sales', 'x', '--spans', 'organization'], 2, '`--organization`'],
    [
      'what belongs to the company',
      ['change', '--organization', 'acme', 'regional-lead', '--allow', 'bill:pay'],
      1,
      '[out-of-reach]',
    ],
    [
      'a role of the company in a workspace',
      ['change', 'support', 'auditor', '--allow', 'doc:edit'],
      1,
      '[role-of-organization]',
    ],
    ['its deletion in a workspace', ['delete', 'support', 'auditor', '--yes'], 1, '`--organization`'],
    [
      'a role of a workspace in the company',
      ['rename', '--organization', 'acme', 'deputy', 'x'],
      2,
      'no role `deputy`',
    ],
    ['a built-in role', ['rename', '--organization', 'acme', 'boss', 'x'], 1, '[built-in-role]'],
    [
      'a new id that a workspace has',
      ['rename', '--organization', 'acme', 'auditor', 'only-here'],
      1,
      'workspace `sales`',
    ],
    ['staff as heirs', ['delete', '--organization', 'acme', 'auditor', '--to', 'helper', '--yes'], 2, 'helper'],
    ['heirs in a workspace', ['delete', '--organization', 'acme', 'auditor', '--to', 'deputy', '--yes'], 2, 'deputy'],
    [
      'itself as heir',
      ['delete', '--organization', 'acme', 'auditor', '--to', 'auditor', '--yes'],
      2,
      'that very role',
    ],
    ['a company that is none', ['delete', '--organization', 'acne', 'auditor', '--yes'], 2, 'did you mean `acme`?'],
    ['nothing', ['change', '--organization', 'acme'], 2, '`ROLE` is missing'],
  ] as const) {
    it(`answer ${what} with what is wrong, and write nothing`, async () => {
      const before = all();
      const { exitCode, all: said } = await run('role', ...argv);
      assert.equal(exitCode, code, said);
      assert.include(said, says);
      assert.equal(all(), before);
    });
  }
});
