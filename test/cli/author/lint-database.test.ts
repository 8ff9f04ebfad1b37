import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { acme, change, publicationOf, request } from '../../support/opened-databases.ts';
import { createPolicyFolder, governedPolicy, type PolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const support = 'policies/support.yaml';
const onFile = '--database sqlite:releases.db';

describe('rolebook lint and members at run time', () => {
  let policy: PolicyFolder;

  const rolebook = (line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
    runCommand(line.split(' '), { cwd: policy.root, env });

  const start = async (files: Record<string, string>): Promise<void> => {
    policy = await createPolicyFolder(files);
    const published = await rolebook(`publish ${onFile} --author ana`);
    assert.strictEqual(published.exitCode, 0, published.all);
  };
  afterEach(() => policy.dispose());

  const give = async (id: string, roles: readonly string[], more: object = {}): Promise<void> => {
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', policy.root);
    await change(database, publicationOf().policy, request(id, roles, { atMs: Date.now(), ...more }));
    await database.close();
  };

  /** With a role that no file gives to anybody. */
  const withEditor = (files: Record<string, string>): Record<string, string> => ({
    ...files,
    [support]: (files[support] ?? '').replace('members:', '  editor: { extends: member, grants: ["tag:*"] }\nmembers:'),
  });

  it('says of no role that nobody holds it where members are changed at run time, until the database was asked', async () => {
    await start(withEditor(governedPolicy()));
    assert.strictEqual((await rolebook('lint --strict')).stdout.includes('unused-role'), false);
    assert.include((await rolebook(`lint ${onFile}`)).stdout, 'nobody holds role `editor` [unused-role]');
    await give('dee', ['editor']);
    assert.notInclude((await rolebook(`lint ${onFile}`)).stdout, 'unused-role');
    const env = { ROLEBOOK_DATABASE_URL: 'sqlite:releases.db' };
    assert.notInclude((await rolebook('lint --database -', env)).stdout, 'unused-role');
  });

  it('says of no group that it is given nothing, until the database was asked', async () => {
    const organization = 'policies/organization.yaml';
    const files = governedPolicy();
    await start({
      ...files,
      [organization]: `${files[organization] ?? ''}groups: { desk: [dan, dee], idle: [eda] }\n`,
    });
    assert.notInclude((await rolebook('lint --strict')).stdout, 'unused-group');
    const { stdout } = await rolebook(`lint ${onFile}`);
    assert.include(stdout, 'group `desk` is given no role anywhere');
    assert.include(stdout, 'group `idle` is given no role anywhere');
    await give('desk', ['member'], { subject: { type: 'group', id: 'desk' } });
    const later = (await rolebook(`lint ${onFile}`)).stdout;
    assert.notInclude(later, 'group `desk`');
    assert.include(later, 'group `idle`');
  });

  it('counts a role that a role held at run time extends', async () => {
    const files = withEditor(governedPolicy());
    files[support] = (files[support] ?? '').replace('members:', '  chief: { extends: editor }\nmembers:');
    await start(files);
    await give('dee', ['chief']);
    assert.notInclude((await rolebook(`lint ${onFile}`)).stdout, 'unused-role');
    await give('dee', ['editor']);
    const { stdout } = await rolebook(`lint ${onFile}`);
    assert.include(stdout, 'nobody holds role `chief`');
    assert.notInclude(stdout, 'nobody holds role `editor`');
  });

  it('says it by the files alone where nobody can be given a role at run time', async () => {
    await start(withEditor(smallPolicy()));
    for (const more of ['', ` ${onFile}`]) {
      const { stdout } = await rolebook(`lint${more}`);
      assert.strictEqual(stdout.split('nobody holds role `editor`').length, 2, 'once');
    }
  });

  it('finds what members at run time break, and their ways to more, by the files as they are now', async () => {
    await start(governedPolicy());
    await give('dee', ['team-lead', 'trainee']);
    await give('eve', ['member'], { place: { kind: 'workspace', id: 'support' } });
    await give('fay', ['company-admin'], { place: acme });
    const catalog = (governedPolicy()['roles.yaml'] ?? '').replace('grants: ["*"] }', 'grants: [tag:create] }');
    await policy.write('roles.yaml', catalog.replace('spans: organization }', 'spans: organization, holders: 1 }'));
    const { stdout, exitCode } = await rolebook(`lint ${onFile}`);
    assert.strictEqual(exitCode, 1);
    assert.include(
      stdout,
      'policies/organization.yaml:1:15: organization `acme` would have 2 holders of `company-admin`',
    );
    assert.include(stdout, '[wrong-holders]');
    assert.strictEqual((await rolebook('lint')).exitCode, 0);
  });

  it('warns of a role that nobody holds and nobody could hold alone', async () => {
    const files = withEditor(governedPolicy());
    const catalog = (files['roles.yaml'] ?? '').replace(
      'comment:send: Send comments',
      'comment:send: { title: Send comments, requires: [analytics:view] }',
    );
    const lone = catalog
      .replace('[comment:send, message:send]', '[message:send]')
      .replace('defaultRole', '  commenter: { grants: [comment:send] }\ndefaultRole');
    await start({ ...files, 'roles.yaml': lone });
    const told = 'nobody can hold role `commenter` alone: it holds `comment:send` without `analytics:view`';
    assert.include((await rolebook('lint')).stdout, told);
    await give('dee', ['commenter', 'workspace-admin']);
    assert.include((await rolebook('lint')).stdout, told);
    assert.notInclude((await rolebook(`lint ${onFile}`)).stdout, told);
  });

  it('cannot ask what is not there', async () => {
    await start(governedPolicy());
    for (const [line, exitCode] of [
      ['lint --database sqlite:none.db', 2],
      ['lint --database', 2],
      ['lint --database -', 2],
      ['lint --database mysql://h/d', 2],
      ['lint --database postgres://ana:s3cret@127.0.0.1:1/d', 3],
    ] as const) {
      const result = await rolebook(line);
      assert.strictEqual(result.exitCode, exitCode, `${line}: ${result.all}`);
      assert.notInclude(result.all, 's3cret');
    }
  });
});
