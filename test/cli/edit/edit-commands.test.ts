import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { rolesYaml, testsYaml, workspaceYaml } from './edited-folder.ts';

describe('editing by command', () => {
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
  const text = (file = 'policies/w.yaml'): string => readFileSync(join(folder.root, file), 'utf8');

  it('creates a role and says that nobody gains by it', async () => {
    const { exitCode, stdout, stderr } = await run(
      'role',
      'create',
      'w',
      'clerk',
      '--title',
      'Clerk',
      '--grant',
      'bill:pay',
    );
    assert.equal(exitCode, 0, stderr);
    assert.equal(
      text(),
      workspaceYaml.replace('\nmembers:', '  clerk:\n    title: Clerk\n    grants: [bill:pay]\n\nmembers:'),
    );
    assert.include(stdout, '+    grants: [bill:pay]');
    assert.include(stdout, 'nobody gains or loses anything by this');
    assert.include(stderr, 'written: policies/w.yaml');
  });

  it('starts from another role, as a copy of what it gives or as one that follows it', async () => {
    await run('role', 'duplicate', 'w', 'lead', 'copy');
    assert.include(text(), '  copy:\n    title: Lead (copy)\n    grants: [doc:read, doc:edit, bill:pay]\n');
    await run('role', 'duplicate', 'w', 'admin', 'deputy', '--as', 'extension', '--title', 'Deputy');
    assert.include(text(), '  deputy:\n    title: Deputy\n    extends: admin\n');
  });

  it('moves toggles in as few words as will do, and tells who gains and who loses', async () => {
    const { exitCode, stdout } = await run(
      'role',
      'change',
      'w',
      'lead',
      '--allow',
      'doc:wipe',
      '--disallow',
      'bill:pay',
      '--dry-run',
    );
    assert.equal(exitCode, 1, 'a test says that nobody wipes');
    assert.include(stdout, 'failed: nobody wipes');
    assert.equal(text(), workspaceYaml);
    const changed = await run('role', 'change', 'w', 'trainee', '--allow', 'doc:read', '--allow', 'bill:approve');
    assert.equal(changed.exitCode, 0, changed.all);
    assert.equal(text(), workspaceYaml.replace('without: [doc:read] }', 'grants: [bill:approve] }'));
    assert.include(changed.stdout, '+ cy may');
    const back = await run(
      'role',
      'change',
      'w',
      'trainee',
      '--disallow',
      'doc:read',
      '--disallow',
      'bill:approve',
      '--format',
      'json',
    );
    assert.equal(text(), workspaceYaml.replace('without: [doc:read] }', 'without: [doc:read] }'));
    const told = JSON.parse(back.stdout) as { written: boolean; effect: { changes?: unknown[] }; files: string[] };
    assert.deepInclude(told, { written: true, files: ['policies/w.yaml'] });
  });

  it('takes a permission away but for what is every member’s', async () => {
    const { exitCode } = await run('role', 'change', 'w', 'lead', '--disallow', 'doc:edit', '--dry-run');
    assert.equal(exitCode, 1, 'a test says that a lead edits');
    const refused = await run('role', 'change', 'w', 'lead', '--disallow', 'doc:edit@own');
    assert.deepEqual([refused.exitCode, refused.stderr.includes('[baseline]')], [1, true]);
    const denied = await run('role', 'change', 'w', 'lead', '--disallow', 'bill:pay', '--allow', 'bill:pay');
    assert.equal(denied.exitCode, 2);
    assert.equal(text(), workspaceYaml);
  });

  it('has tests expect what the policy says then, where that is asked for and plain', async () => {
    const argv = ['role', 'change', 'w', 'lead', '--allow', 'doc:wipe', '--disallow', 'doc:edit'];
    const alone = await run(...argv);
    assert.equal(alone.exitCode, 1);
    assert.include(alone.stderr, '`--with-tests`');
    // A trainee still wipes nothing, so of the second test nobody can say what was meant.
    const refused = await run(...argv, '--with-tests');
    assert.equal(refused.exitCode, 1, refused.all);
    assert.include(refused.stdout, 'failed: nobody wipes');
    assert.notInclude(refused.stdout, 'failed: a lead edits');
    const { exitCode } = await run('role', 'change', 'w', 'lead', '--disallow', 'doc:edit', '--with-tests');
    assert.equal(exitCode, 0);
    const lists = '    can: [doc:edit@own]\n    cannot: [doc:edit@rest]\n';
    const expected = testsYaml.replace('    can: [doc:edit]\n', lists);
    assert.equal(text('policies/w.test.yaml'), expected);
    assert.include(text(), 'grants: [bill:pay]   # and pays');
  });

  it('does nothing where all is as it is to be, and says so', async () => {
    const { exitCode, stderr } = await run(
      'role',
      'change',
      'w',
      'lead',
      '--allow',
      'bill:pay',
      '--disallow',
      'doc:wipe',
    );
    assert.deepEqual([exitCode, stderr.includes('it is so already')], [0, true]);
  });

  it('renames a role in everything that names it, and its holders keep it', async () => {
    const { exitCode, stdout } = await run('role', 'rename', 'w', 'lead', 'chief');
    assert.equal(exitCode, 0, stdout);
    const renamed = workspaceYaml
      .replace('  lead:', '  chief:')
      .replace('ana: lead', 'ana: chief')
      .replace('[lead, admin]', '[chief, admin]');
    assert.equal(text(), `${renamed}\nretired:\n  lead: chief\n`.replace('}\n\nretired', '}\n\nretired'));
    assert.equal(text('policies/w.test.yaml'), testsYaml.replaceAll('role: lead', 'role: chief'));
    assert.include(stdout, 'nobody gains or loses anything by this');
  });

  it('deletes a role when somebody agrees, with the list of those who hold it', async () => {
    const asked = await runCommand(['role', 'delete', 'w', 'lead'], { cwd: folder.root, typed: 'n\n' });
    assert.equal(asked.exitCode, 1);
    assert.include(asked.stdout, '! held by ana, bo');
    assert.include(asked.stderr, 'delete role lead? [y/N]');
    assert.equal(text(), workspaceYaml);
    const agreed = await runCommand(['role', 'delete', 'w', 'lead'], { cwd: folder.root, typed: 'y\n' });
    assert.equal(agreed.exitCode, 0, agreed.all);
    assert.include(text(), '  ana: member\n  bo: [member, admin]\n');
    assert.include(text(), 'retired:\n  lead: member\n');
    assert.notInclude(text(), 'Keeps the shelves');
    assert.equal(
      text('policies/w.test.yaml'),
      `tests:\n  - name: nobody wipes\n    workspace: w\n    as: [{ role: trainee }, ana]\n    cannot: [doc:wipe]\n`,
    );
    assert.equal((await run('lint')).exitCode, 0);
  });

  it('hands a role out with a date, changes it and takes it away; what else is said of a member stays', async () => {
    assert.equal(
      (await run('member', 'set', 'w', 'di', 'lead', '--until', '2999-12-31', '--reason', 'cover, for now')).exitCode,
      0,
    );
    assert.include(text(), '  di: [{ role: lead, until: 2999-12-31, reason: "cover, for now" }]\n');
    assert.equal((await run('member', 'set', 'w', 'cy', 'member', 'trainee')).exitCode, 0);
    assert.include(text(), 'cy: { roles: [trainee, member], properties: { team: red } }');
    assert.equal((await run('member', 'set', 'w', 'user:bo', 'admin')).exitCode, 0);
    assert.include(text(), '  bo: [admin]\n');
    assert.equal((await run('member', 'remove', 'w', 'di')).exitCode, 0);
    assert.notInclude(text(), 'di:');
  });
});
