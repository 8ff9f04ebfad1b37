import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { change, publicationOf, request } from '../../support/opened-databases.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

describe('rolebook publish, revisions and rollback', () => {
  let folder: GitPolicy;
  let commit: string;

  beforeEach(async () => {
    folder = await createGitPolicy();
    commit = folder.commit();
  });
  afterEach(() => folder.dispose());

  const rolebook = (line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
    runCommand(line.split(' '), { cwd: folder.root, env });
  const onFile = '--database sqlite:releases.db';
  const publish = async (...more: string[]): Promise<string> => {
    const result = await rolebook(['publish', onFile, ...more].join(' '));
    assert.equal(result.exitCode, 0, result.all);
    return result.stdout;
  };
  const withoutBo = async (): Promise<void> => {
    const text = 'workspace: support\ntitle: Support\nmembers: { ana@acme.example: member }\n';
    await folder.write('policies/support.yaml', text);
  };

  it('make the files the shared policy, list it, and take it back', async () => {
    const first = await publish('--author', 'ana');
    assert.match(first, /^published: revision [0-9a-f]{12}\.1-[0-9a-f]{8} to sqlite:releases\.db, release 1\n$/);
    const told = / ([0-9a-f]{12}\.1-[0-9a-f]{8}) /.exec(first)?.[1] ?? '';
    const revision = told.slice(0, 12);
    assert.equal(await publish(), `unchanged: revision ${told} in sqlite:releases.db, release 1\n`);
    await withoutBo();
    assert.match(await publish('--author', 'bo'), /release 2\n$/);
    const back = await rolebook(`rollback ${revision} ${onFile} --author wim --yes`);
    assert.match(
      back.stdout,
      new RegExp(
        `^published: revision ${revision}\\.3-[0-9a-f]{8} to sqlite:releases\\.db, release 3, with the files of release 1\n$`,
      ),
    );
    const { stdout } = await rolebook(`revisions ${onFile}`);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^release {2}revision {17}published {13}commit {14,}by$/);
    assert.match(lines[1] ?? '', /^3 {8}[0-9a-f]{12}\.3-[0-9a-f]{8} {2}[-0-9T:]+Z {2}[0-9a-f]{12} .*wim, restored 1$/);
    assert.match(lines[2] ?? '', /^2 .+ [0-9a-f]{12}-dirty {2}bo$/);
    assert.match(lines[3] ?? '', /^1 .+ ana$/);
    assert.lengthOf(lines, 4);
  });

  it('say it as JSON', async () => {
    const published = JSON.parse(await publish('--author', 'ana', '--format', 'json')) as {
      outcome: string;
      release: Record<string, unknown>;
    };
    assert.deepInclude(published, { outcome: 'published' });
    assert.deepInclude(published.release, { sequence: 1, commit, author: 'ana' });
    assert.match(String(published.release['revision']), /^[0-9a-f]{12}\.1-[0-9a-f]{8}$/);
    assert.deepInclude(published.release['counts'] as object, { workspaces: 1, members: 5 });
    assert.match(String(published.release['publishedAt']), isoTime);
    const { stdout } = await rolebook(`revisions ${onFile} --format json`);
    assert.deepEqual(JSON.parse(stdout), { releases: [published.release] });
  });

  it('take members at run time along when their workspace says what it was called, and tell how where it does not', async () => {
    await publish('--author', 'ana');
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', folder.root);
    const { policy } = publicationOf();
    await change(database, policy, request('dee', ['trainee', 'member'], { atMs: Date.now() }));
    await database.close();
    const renamed = (former: string): string => `workspace: help\n${former}retired: { trainee: member }\n`;
    await folder.write('policies/support.yaml', renamed(''));
    const refused = await rolebook(`publish ${onFile} --author ana`);
    assert.strictEqual(refused.exitCode, 1);
    assert.include(refused.stderr, 'keeps its members if its file says `formerly`, with the id it had');
    await folder.write(
      'policies/support.yaml',
      renamed('formerly: support\n').replace(
        'retired: { trainee: member }\n',
        'roles: { trainee: { extends: member } }\n',
      ),
    );
    assert.deepEqual((await publish()).trimEnd().split('\n').slice(1), [
      'moved: user:dee in workspace help: workspace help was called support',
    ]);
  });

  it('tell what a publication does to members at run time, and take a revision as it was told', async () => {
    const first = / ([0-9a-f]{12}\.1-[0-9a-f]{8}) /.exec(await publish('--author', 'ana'))?.[1] ?? '';
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', folder.root);
    const { policy } = publicationOf();
    for (const id of ['dee', 'ed'])
      await change(database, policy, request(id, ['team-lead', 'member'], { atMs: Date.now() }));
    await change(database, policy, request('eve', ['trainee'], { atMs: Date.now() }));
    await database.close();
    await folder.write(
      'policies/support.yaml',
      'workspace: support\ntitle: Support\nretired: { trainee: member }\nmembers: { ana@acme.example: member, ed: member }\n',
    );
    const said = await publish();
    assert.match(said, /^published: revision [0-9a-f]{12}\.8-[0-9a-f]{8} to sqlite:releases\.db, release 2\n/);
    assert.deepEqual(said.trimEnd().split('\n').slice(1), [
      'moved: user:dee in workspace support: role team-lead is gone, and member takes its place',
      'ended: user:ed in workspace support: git takes over at policies/support.yaml:4:38',
      'moved: user:eve in workspace support: role trainee is gone, and member takes its place',
    ]);
    const back = await rolebook(`rollback ${first} ${onFile} --format json --yes`);
    const { release, members } = JSON.parse(back.stdout) as {
      release: { revision: string };
      members: { subject: { id: string }; cause: string; after: { role: string }[] }[];
    };
    assert.match(release.revision, new RegExp(`^${first.slice(0, 12)}\\.12-[0-9a-f]{8}$`));
    assert.deepEqual(
      members.map(({ subject, cause, after }) => [subject.id, cause, after.map(({ role }) => role).join()]),
      [
        ['dee', 'returned', 'member,team-lead'],
        ['ed', 'returned', 'member,team-lead'],
        ['eve', 'returned', 'trainee'],
      ],
    );
    assert.include((await rolebook(`revisions ${onFile}`)).stdout, `\n3        ${release.revision} `);
  });

  it('warn of a commit that is older than the one that was published before', async () => {
    await withoutBo();
    folder.commit('without bo');
    assert.equal((await rolebook(`publish ${onFile}`)).stderr, '');
    folder.git('checkout', '--quiet', commit);
    const { exitCode, stderr, stdout } = await rolebook(`publish ${onFile}`);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^published: .* release 2\n$/);
    assert.match(
      stderr,
      /^warning: commit [0-9a-f]{12} is older than [0-9a-f]{12}, which release 1 was published from\nhelp: if nobody wanted that, `rolebook rollback [0-9a-f]{12}` takes it back\n$/,
    );
    folder.git('checkout', '--quiet', 'main');
    assert.equal((await rolebook(`publish ${onFile}`)).stderr, '');
  });

  it('publish nothing from files with errors, and make no database for them', async () => {
    await folder.write('policies/support.yaml', 'workspace: support\ntitle: x\nroles: 3\n');
    const result = await rolebook(`publish ${onFile}`);
    assert.equal(result.exitCode, 1);
    assert.equal(result.stdout, '');
    assert.include(result.stderr, 'policies/support.yaml:3:');
    assert.equal((await rolebook(`revisions ${onFile}`)).exitCode, 2);
  });

  it('list as many as asked for, and say when there are more', async () => {
    await publish();
    await withoutBo();
    await publish();
    const result = await rolebook(`revisions ${onFile} --limit 1`);
    assert.lengthOf(result.stdout.trimEnd().split('\n'), 2);
    assert.equal(result.stderr, 'older ones are left out; `--limit` shows more\n');
    assert.equal((await rolebook(`revisions ${onFile} --limit 2`)).stderr, '');
  });

  it('name the publisher: as asked, as the CI service, or as the machine does', async () => {
    let published = 0;
    const authorOf = async (line: string, env: NodeJS.ProcessEnv): Promise<unknown> => {
      await folder.write('policies/support.yaml', `workspace: support\ntitle: T${(published += 1)}\n`);
      const { stdout } = await rolebook(`publish ${onFile} --format json ${line}`.trim(), env);
      return (JSON.parse(stdout) as { release: { author: string } }).release.author;
    };
    assert.equal(await authorOf('--author ana', { GITHUB_ACTOR: 'octo' }), 'ana');
    assert.equal(await authorOf('', { GITHUB_ACTOR: 'octo' }), 'octo');
    assert.equal(await authorOf('', { GITLAB_USER_LOGIN: 'tanuki' }), 'tanuki');
    assert.isNotEmpty(await authorOf('', {}));
  });

  it('take the database from the environment, where no other user sees its password', async function () {
    this.timeout(60_000);
    const server = await postgresServer();
    const env = { ROLEBOOK_DATABASE_URL: await server.createDatabase() };
    const shown = `postgres://127.0.0.1:${server.port}/`;
    for (const line of ['publish', 'publish --format json', 'revisions', 'rollback 000000000000 --yes']) {
      const { all } = await rolebook(line, env);
      for (const secret of [server.password, encodeURIComponent(server.password), 'rolebook:'])
        assert.notInclude(all, secret, line);
      if (line === 'publish') assert.include(all, shown);
    }
    const other = await rolebook(`publish --database sqlite:releases.db`, env);
    assert.include(other.stdout, 'sqlite:releases.db');
  });

  const mistakes: { line: string; exitCode?: number; says: string[] }[] = [
    { line: 'publish', says: ['no database is named', 'set `ROLEBOOK_DATABASE_URL`'] },
    { line: 'publish --database', says: ['argument missing'] },
    { line: 'publish --database=', says: ['`--database` is empty'] },
    { line: 'publish --database --format', says: ['`--database` needs a value, found the option `--format`'] },
    { line: 'publish --database mysql://ana:s3cret@h/d', says: ['`--database` is not a database URL', 'postgres://'] },
    { line: 'publish postgres://ana:s3cret@h/d', says: ['too many arguments'] },
    { line: 'rollback postgres://ana:s3cret@h/d', says: ['REVISION is neither twelve hex digits nor a digest of 64'] },
    { line: 'rollback', says: ['missing required argument `REVISION`'] },
    {
      line: 'rollback HEAD~1 --database sqlite:x',
      says: ['REVISION is neither twelve hex digits nor a digest of 64', '`rolebook revisions`'],
    },
    { line: 'publish --database sqlite:none/x.db', says: ['`sqlite:none/x.db` cannot be created'] },
    { line: 'revisions --database sqlite:none.db', says: ['`sqlite:none.db` is not there', '`rolebook publish`'] },
    { line: 'revisions --database sqlite:x --limit 0', says: ['`--limit` takes a whole number from 1 to 1000'] },
    { line: 'publish --database sqlite:x --format csv', says: ['`--format` cannot be `csv`'] },
    { line: 'publish --database sqlite:x --author=', says: ['`--author` is empty'] },
    {
      line: 'publish --database postgres://ana:s3cret@127.0.0.1:1/d',
      exitCode: 3,
      says: ['`postgres://127.0.0.1:1/d` does not answer'],
    },
  ];
  for (const { line, exitCode = 2, says } of mistakes) {
    it(`exit ${exitCode} and say what is wrong with \`${line}\``, async () => {
      const result = await rolebook(line, { ROLEBOOK_DEBUG: '1' });
      assert.equal(result.exitCode, exitCode, result.all);
      assert.equal(result.stdout, '');
      for (const text of says) assert.include(result.stderr, text);
      assert.notInclude(result.all, 's3cret');
    });
  }

  it('do not roll back to what was never published, nor list what is no list of releases', async () => {
    await publish();
    const unknown = await rolebook(`rollback 000000000000 ${onFile} --yes`);
    assert.equal(unknown.exitCode, 2);
    assert.include(unknown.stderr, 'no revision `000000000000` was published to `sqlite:releases.db`');
    await folder.write('empty.db', '');
    const empty = await rolebook('revisions --database sqlite:empty.db');
    assert.equal(empty.exitCode, 2);
    assert.include(empty.stderr, 'nothing was published to `sqlite:empty.db` yet');
  });

  for (const name of ['publish', 'revisions', 'rollback']) {
    it(`have help of ${name}, with examples that run`, async () => {
      const revision = / ([0-9a-f]{12})\.1-[0-9a-f]{8} /.exec(await publish())?.[1] ?? '';
      const help = await rolebook(`help ${name}`);
      for (const line of help.stdout.split('\n')) assert.isAtMost(line.length, 120, line);
      const [, examples = ''] = help.stdout.split('\nExamples:\n');
      const lines = examples.trimEnd().split('\n');
      assert.isNotEmpty(lines);
      for (const line of lines) {
        assert.match(line, /^ {2}rolebook /);
        const argv = line
          .replace('  rolebook ', '')
          .replace(/\b[0-9a-f]{12}\b/, revision)
          .replace('https://git.acme.example/access.git', `file://${folder.root}`)
          .split(' ');
        const result = await runCommand(argv, { cwd: folder.root, typed: 'y\n' });
        assert.equal(result.exitCode, 0, result.all);
      }
    });
  }
});
