import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { change, publicationOf, request } from '../../support/opened-databases.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const onFile = '--database sqlite:releases.db';
const message =
  '`dee` would hold both `conversation:assign` (`team-lead`) and `analytics:view` (`trainee`) in workspace `support`, which exclude each other';

describe('files that a database refuses for its members at run time', () => {
  let policy: PolicyFolder;
  let first: string;

  const rolebook = (line: string): Promise<CommandResult> => runCommand(line.split(' '), { cwd: policy.root });

  beforeEach(async () => {
    const files = smallPolicy();
    const catalog = (files['roles.yaml'] ?? '').replaceAll('grants: ["*"]', 'grants: [tag:create]');
    const support = files['policies/support.yaml'] ?? '';
    policy = await createPolicyFolder({
      ...files,
      'roles.yaml': `${catalog}exclusive: [[conversation:assign, analytics:view]]\n`,
      'policies/support.yaml': support.replace('    without: ["message:send@shared"]', '    grants: [analytics:view]'),
    });
    const published = await rolebook(`publish ${onFile} --author ana`);
    first = /\b[0-9a-f]{12}\b/.exec(published.stdout)?.[0] ?? assert.fail(published.all);
    await policy.write('policies/support.yaml', support);
    assert.strictEqual((await rolebook(`publish ${onFile} --author ana`)).exitCode, 0);
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', policy.root);
    await change(database, publicationOf().policy, request('dee', ['team-lead', 'trainee'], { atMs: Date.now() }));
    await database.close();
    await policy.write(
      'policies/support.yaml',
      support.replace('    without: ["message:send@shared"]', '    grants: [analytics:view]'),
    );
  });
  afterEach(() => policy.dispose());

  it('are not published, and it is said who breaks which rule where', async () => {
    const { exitCode, stdout, stderr } = await rolebook(`publish ${onFile} --author ana`);
    assert.strictEqual(exitCode, 1);
    assert.strictEqual(stdout, `refused: ${message} [exclusive-permissions]\n`);
    assert.strictEqual(
      stderr,
      'failed: members at run time would break a rule of the policy; nothing was published\nhelp: change these members at run time first, or the roles in the files\n',
    );
    const json = await rolebook(`publish ${onFile} --author ana --format json`);
    assert.strictEqual(json.exitCode, 1);
    assert.deepEqual(JSON.parse(json.stdout), {
      outcome: 'refused',
      broken: [{ code: 'exclusive-permissions', workspace: 'support', subject: { type: 'user', id: 'dee' }, message }],
    });
  });

  it('are told by `diff --database`, which fails, whatever is accepted', async () => {
    for (const more of ['', ' --accept', ' --fail-on gained:tag:*']) {
      const { exitCode, stdout, stderr } = await rolebook(`diff ${onFile}${more}`);
      assert.strictEqual(exitCode, 1, stdout);
      const told = message.replaceAll('`', '');
      assert.include(stdout, `~ a publication is refused: ${told} [exclusive-permissions], policies/support.yaml:1`);
      assert.include(stderr, 'failed: the database would refuse to publish the files');
    }
    const { notices } = JSON.parse((await rolebook(`diff ${onFile} --format json`)).stdout) as {
      notices: { kind: string; workspace: string; subjects: string[] }[];
    };
    const refused = notices.filter(({ kind }) => kind === 'runtime-refused');
    assert.deepEqual(
      refused.map(({ workspace, subjects }) => [workspace, subjects]),
      [['support', ['dee']]],
    );
  });

  it('are refused by a rollback to such a revision, too', async () => {
    const { exitCode, stdout } = await rolebook(`rollback ${first} ${onFile} --author ana --yes`);
    assert.strictEqual(exitCode, 1);
    assert.include(stdout, `refused: ${message}`);
    assert.include((await rolebook(`rollback ${first} ${onFile} --dry-run`)).stdout, 'a publication is refused: dee');
  });
});
