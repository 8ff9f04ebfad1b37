import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { createPolicyFolder, type PolicyFolder, smallPolicy } from '../../support/policy-folder.ts';
import { acme, change, publicationOf, request } from '../../support/opened-databases.ts';
import { runCommand, type CommandResult } from '../../support/command-line.ts';

const support = 'policies/support.yaml';

describe('rolebook diff --database', () => {
  let policy: PolicyFolder;

  const rolebook = (line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
    runCommand(line.split(' '), { cwd: policy.root, env });
  const diff = (...more: string[]): Promise<CommandResult> =>
    rolebook(['diff', '--database', 'sqlite:releases.db', ...more].join(' '));

  beforeEach(async () => {
    policy = await createPolicyFolder(smallPolicy());
    const published = await rolebook('publish --database sqlite:releases.db --author ana');
    assert.equal(published.exitCode, 0, published.all);
    const database = await openDatabase(new DatabaseUrl('sqlite:releases.db', '--database'), 'write', policy.root);
    const now = { atMs: Date.now() };
    const known = publicationOf().policy;
    await change(database, known, request('dee', ['team-lead'], now));
    await change(database, known, request('ed', ['trainee'], now));
    await change(database, known, request('eve', ['team-lead', 'member'], now));
    await change(database, known, request('fay', ['company-admin'], { ...now, place: acme }));
    await database.close();
  });
  afterEach(() => policy.dispose());

  const deleteLeads = async (): Promise<void> => {
    const text = await readFile(join(policy.root, support), 'utf8');
    const edited = text
      .replace(/ {2}team-lead:\n(?: {4}.*\n)+/, '')
      .replace('ana@acme.example: team-lead', 'ed: member')
      .replace('members:', 'retired: { team-lead: member }\nmembers:');
    await policy.write(support, edited);
  };

  it('needs no repository, and says so when nothing would change', async () => {
    const { exitCode, stdout, stderr } = await diff();
    assert.match(
      stdout,
      /^nobody gains or loses anything since [0-9a-f]{12}\.5-[0-9a-f]{8} \(release 1 in sqlite:releases\.db\)\n$/,
    );
    assert.deepEqual([exitCode, stderr], [0, '']);
  });

  it('lists the members at run time that a publication would move, end or take over', async () => {
    await deleteLeads();
    const { stdout } = await diff();
    assert.include(
      stdout,
      '\n~ dee and eve, who hold roles of workspace support since run time: role team-lead is gone, and member takes its place, policies/support.yaml:1\n',
    );
    assert.include(
      stdout,
      '\n~ ed, who holds roles of workspace support since run time: git takes over, policies/support.yaml:10\n',
    );
    assert.notInclude(stdout, 'fay');
    assert.include(stdout, '- ana@acme.example may no longer ');
    const published = await rolebook('publish --database sqlite:releases.db');
    for (const line of ['moved: user:dee', 'moved: user:eve', 'ended: user:ed']) assert.include(published.stdout, line);
    assert.match(
      (await diff()).stdout,
      /^nobody gains or loses anything since [0-9a-f]{12}\.9-[0-9a-f]{8} \(release 2 /,
    );
  });

  it('counts members at run time among those who gain and lose', async () => {
    const text = await readFile(join(policy.root, support), 'utf8');
    await policy.write(
      support,
      text.replace('    grants: [conversation:assign, "tag:*"]', '    grants: [conversation:assign]'),
    );
    const { stdout } = await diff();
    assert.match(stdout, /^nobody gains, 3 people lose, in 1 workspace since /);
    assert.include(stdout, '- ana@acme.example, dee and eve may no longer create tags (tag:create) in support: ');
    await policy.write(support, text);
    const roles = await readFile(join(policy.root, 'roles.yaml'), 'utf8');
    await policy.write(
      'roles.yaml',
      roles.replace('title: Company admin, grants: ["*"]', 'title: Company admin, grants: []'),
    );
    assert.include((await diff()).stdout, '- fay and olu@acme.example may no longer ');
  });

  it('does so for programs, pull requests and annotations', async () => {
    await deleteLeads();
    const json = JSON.parse((await diff('--format', 'json')).stdout) as {
      base: Record<string, unknown>;
      notices: { kind: string; subjects?: string[] }[];
    };
    assert.deepInclude(json.base, { commit: null, how: 'release 1 in sqlite:releases.db' });
    assert.match(String(json.base['revision']), /^[0-9a-f]{12}\.5-[0-9a-f]{8}$/);
    const told = json.notices.filter(({ kind }) => kind.startsWith('runtime-'));
    assert.deepEqual(
      told.map(({ kind, subjects }) => [kind, subjects]),
      [
        ['runtime-moved', ['dee', 'eve']],
        ['runtime-taken-over', ['ed']],
      ],
    );
    const markdown = (await diff('--format', 'markdown')).stdout;
    assert.include(
      markdown,
      '- `dee` and `eve`, who hold roles of workspace `support` since run time: role `team-lead`',
    );
    const github = (await diff('--format', 'github')).stdout.split('\n');
    const annotated = github.filter((line) => line.includes('since run time'));
    assert.lengthOf(annotated, 2);
    assert.match(annotated[1] ?? '', /^::warning file=policies\/support\.yaml,line=10,/);
  });

  it('is a gate like any other', async () => {
    await deleteLeads();
    assert.equal((await diff('--fail-on', 'lost')).exitCode, 1);
    assert.equal((await diff('--fail-on', 'gained:tag:create')).exitCode, 0);
  });

  it('takes the database from the variable when it is asked to, and not by itself', async () => {
    const env = { ROLEBOOK_DATABASE_URL: 'sqlite:releases.db' };
    assert.include((await rolebook('diff --database -', env)).stdout, 'release 1 in sqlite:releases.db');
    const without = await rolebook('diff', env);
    assert.equal(without.exitCode, 2);
    assert.include(without.stderr, 'is not in a git repository');
  });

  it('cannot compare with what is not there, or with two things', async () => {
    const cases: [string, number, string][] = [
      ['diff HEAD --database sqlite:releases.db', 2, 'REF and `--database` both say what to compare with'],
      ['diff --database sqlite:none.db', 2, '`sqlite:none.db` is not there'],
      ['diff --database', 2, 'argument missing'],
      ['diff --database=', 2, '`--database` is empty'],
      ['diff --database -', 2, 'no database is named'],
      ['diff --database mysql://ana:s3cret@h/d', 2, '`--database` is not a database URL'],
      ['diff --database postgres://ana:s3cret@127.0.0.1:1/d', 3, '`postgres://127.0.0.1:1/d` does not answer'],
    ];
    for (const [line, exitCode, says] of cases) {
      const result = await rolebook(line);
      assert.equal(result.exitCode, exitCode, `${line}: ${result.all}`);
      assert.include(result.stderr, says, line);
      assert.notInclude(result.all, 's3cret');
    }
    await policy.write('policies/support.yaml', 'workspace: 3\n');
    assert.equal((await diff()).exitCode, 1);
  });
});
