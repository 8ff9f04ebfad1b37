import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { postgresServer, type PostgresServer } from '../../support/postgres-server.ts';
import { openSqliteFile } from '../../support/sqlite-file.ts';

describe('a database that refuses a command', () => {
  let server: PostgresServer;
  let folder: PolicyFolder;
  let owner: string;
  let other: string;
  let count = 0;
  let role = '';

  before(async function () {
    this.timeout(60_000);
    server = await postgresServer();
  });
  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    owner = await server.createDatabase();
    count += 1;
    role = `rolebook_command_${process.pid}_${count}`;
    await server.query(owner, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const url = new URL(owner);
    url.username = role;
    url.password = 'secret';
    other = url.href;
    const { exitCode, all } = await run('publish', owner);
    assert.equal(exitCode, 0, all);
  });
  afterEach(() => folder.dispose());

  const run = (line: string, database: string): Promise<CommandResult> =>
    runCommand([...line.split(' '), '--database', database], { cwd: folder.root });

  /** Each of these is the fault of who set it up: exit 2, with a plain message and no word of a mistake of ours. */
  const assertRefused = ({ exitCode, stdout, stderr }: CommandResult, says: RegExp, what: string): void => {
    assert.equal(exitCode, 2, `${what}: ${stderr}`);
    assert.equal(stdout, '', what);
    assert.match(stderr, says, what);
    assert.notMatch(stderr, /secret|mistake of rolebook|does not answer|wait for/, what);
  };

  it('that may not be read: every command', async () => {
    const says =
      /^error: `postgres:.*` does not allow this user to do it: permission denied for table rolebook_migration\n/m;
    for (const line of ['publish', 'revisions', 'rollback 000000000000 --yes', 'diff', 'serve'])
      assertRefused(await run(line, other), says, line);
  });

  it('that may only be read: what writes', async () => {
    await server.query(owner, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
    const listed = await run('revisions', other);
    assert.equal(listed.exitCode, 0, listed.all);
    const [revision = ''] = /\b[0-9a-f]{12}\b/.exec(listed.stdout) ?? [];
    assert.equal((await run('diff', other)).exitCode, 0);
    await folder.write('policies/support.yaml', 'workspace: support\ntitle: Helpdesk\n');
    const says =
      /does not allow this user to do it: permission denied for table \w+\nhelp: docs\/database\.md says which rights/;
    assertRefused(await run('publish', other), says, 'publish');
    assert.equal((await run('publish', owner)).exitCode, 0);
    assertRefused(await run(`rollback ${revision} --yes`, other), says, 'rollback');
    await server.query(owner, `ALTER ROLE ${role} SET default_transaction_read_only = on`);
    assertRefused(
      await run(`rollback ${revision} --yes`, other),
      /can only be read\nhelp: name the primary/,
      'standby',
    );
  });

  it('whose schema is another one, or not there', async () => {
    await server.query(owner, `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
    await server.query(owner, `ALTER ROLE ${role} SET search_path = elsewhere`);
    assertRefused(
      await run('publish', other),
      /has no such schema, or none that this user may use\nhelp: see `search_path`/,
      'publish',
    );
    assertRefused(await run('serve', other), /has no such schema/, 'serve');
    assertRefused(await run('revisions', other), /nothing was published to `postgres:.*` yet/, 'revisions');
  });

  it('that has other tables', async () => {
    await server.query(owner, 'ALTER TABLE rolebook_release RENAME TO moved');
    const says =
      /has not the tables that rolebook made: relation "\S+_release" does not exist\nhelp: look whether it is the right/;
    for (const line of ['publish', 'revisions', 'rollback 000000000000 --yes', 'diff'])
      assertRefused(await run(line, owner), says, line);
    assert.equal((await run('publish', 'sqlite:t.db')).exitCode, 0);
    const file = openSqliteFile(`${folder.root}/t.db`);
    file.exec('ALTER TABLE rolebook_release RENAME TO moved');
    file.close();
    for (const line of ['publish', 'revisions', 'rollback 000000000000 --yes', 'diff'])
      assertRefused(await run(line, 'sqlite:t.db'), /has not the tables that rolebook made: no such table/, line);
  });
});
