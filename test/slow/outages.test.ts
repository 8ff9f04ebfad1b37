import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { Database } from '../../src/store/database/database.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { casbinRules } from '../../src/store/database/tables/entities.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../src/store/database/releases/publish-release.ts';
import { readReleases } from '../../src/store/database/releases/read-releases.ts';
import type { ReadFile } from '../../src/store/database/releases/release.ts';
import { createPolicyFolder, smallPolicy } from '../support/policy-folder.ts';
import { postgresServer, startPostgres } from '../support/postgres-server.ts';
import { testDatabases, type TestDatabases } from '../support/test-databases.ts';

async function refusalOf(work: Promise<unknown>): Promise<{ message: string; code: string }> {
  const error = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  assert.notMatch(inspect(error, { depth: 9 }), /p%40ss|p@ss|s3cret/);
  return error as { message: string; code: string };
}

function smallFiles(edit: (text: string) => string = (text) => text): ReadFile[] {
  return Object.entries(smallPolicy()).map(([path, text]) => ({ path, content: Buffer.from(edit(text)) }));
}

async function publish(database: Database, files: readonly ReadFile[]): Promise<number> {
  const atMs = Date.now();
  const { policy } = compilePolicy(files, atMs);
  if (!policy) assert.fail('the policy has errors');
  const { release } = await publishRelease(database, {
    policy,
    files,
    commit: undefined,
    author: 'ana',
    now: () => atMs,
  });
  return release.sequence;
}

const publishedRules = (database: Database): Promise<unknown> =>
  database.read((manager) => manager.find(casbinRules, { order: { id: 'ASC' } }));

function killedPublisher(url: string, folder: string): ChildProcess {
  const script = new URL('killed-publisher.js', import.meta.url).pathname;
  return spawn(process.execPath, [script, url, folder], { stdio: 'inherit' });
}

for (const { kind, open } of testDatabases) {
  describe(`a publisher killed in the middle, on ${kind}`, () => {
    let databases: TestDatabases;
    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());

    it('leaves the last release whole, and the next publisher need not wait', async () => {
      const text = await databases.create();
      const database = await openDatabase(new DatabaseUrl(text, '--database'), 'write', '/');
      const edit = (yaml: string): string => yaml.replace(/ {2}bo@.*\n/, '');
      const folder = await createPolicyFolder({
        ...smallPolicy(),
        'policies/support.yaml': edit(smallPolicy()['policies/support.yaml'] ?? ''),
      });
      try {
        await migrateDatabase(database);
        await publish(database, smallFiles());
        const rules = await publishedRules(database);
        const [, signal] = (await once(killedPublisher(text, folder.root), 'exit')) as [null, string];
        assert.equal(signal, 'SIGKILL');
        assert.deepEqual(await publishedRules(database), rules);
        assert.lengthOf(await readReleases(database, 9), 1);
        assert.equal(await publish(database, smallFiles(edit)), 2);
      } finally {
        await database.close();
        await folder.dispose();
      }
    }).timeout(60_000);
  });
}

describe('a PostgreSQL that is not well', () => {
  const open = (text: string): Promise<Database> => openDatabase(new DatabaseUrl(text, '--database'), 'write', '/');

  before(async function () {
    this.timeout(60_000);
    await postgresServer();
  });

  it('is named without its password when nobody answers, the password is wrong or the database is not there', async () => {
    const { port } = await postgresServer();
    const at = `127.0.0.1:${port}`;
    const text = await (await postgresServer()).createDatabase();
    const cases: [string, string, string][] = [
      [
        'postgres://ana:s3cret@127.0.0.1:1/roles',
        'unavailable',
        '`postgres://127.0.0.1:1/roles` does not answer: the connection is refused',
      ],
      ['postgres://ana:s3cret@db.invalid/roles', 'unavailable', '`postgres://db.invalid/roles` does not answer: '],
      [
        'postgres:///roles?host=/nowhere&user=ana&password=s3cret',
        'unavailable',
        '`postgres:///nowhere/roles` does not answer: there is no such socket',
      ],
      [
        `postgres://rolebook:s3cret@${at}/postgres`,
        'configuration',
        `\`postgres://${at}/postgres\` refuses this user or password`,
      ],
      [`postgres://rolebook@${at}/postgres`, 'configuration', `\`postgres://${at}/postgres\` wants a password`],
      [`${text}_not_there`, 'configuration', '_not_there` is not there: the server has no database of that name'],
      [`${text}?sslmode=require`, 'configuration', 'does not support SSL'],
    ];
    for (const [url, code, says] of cases) {
      const refusal = await refusalOf(open(url));
      assert.include(refusal.message, says);
      assert.equal(refusal.code, code, says);
    }
  });

  it('is given up when it takes the connection and never answers', async () => {
    const held = new Set<Socket>();
    const server = createServer((socket) => held.add(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { message } = await refusalOf(open(`postgres://ana:s3cret@127.0.0.1:${port}/roles`));
    assert.equal(message, `\`postgres://127.0.0.1:${port}/roles\` did not answer in time`);
    for (const socket of held) socket.destroy();
    server.close();
  });

  it('loses nothing when it cuts a publisher off, or is killed and started again', async function () {
    this.timeout(60_000);
    const server = await startPostgres();
    const text = await server.createDatabase();
    const database = await open(text);
    try {
      await migrateDatabase(database);
      await publish(database, smallFiles());
      const rules = await publishedRules(database);
      const cut = database.write(async (manager) => {
        await manager.query('DELETE FROM casbin_rule');
        await server.query(text, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
        await manager.query('SELECT 1');
      });
      assert.match((await refusalOf(cut)).message, /cut the connection off/);
      assert.deepEqual(await publishedRules(database), rules);
      const killed = database.write(async (manager) => {
        await manager.query('DELETE FROM casbin_rule');
        server.kill();
        await manager.query('SELECT 1');
      });
      assert.match((await refusalOf(killed)).message, /cut the connection off|does not answer/);
      assert.match(
        (await refusalOf(publishedRules(database))).message,
        /does not answer|cut the connection off|is starting/,
      );
      await server.start();
      assert.deepEqual(await publishedRules(database), rules);
      assert.equal(
        await publish(
          database,
          smallFiles((yaml) => yaml.replace(/ {2}bo@.*\n/, '')),
        ),
        2,
      );
    } finally {
      await database.close();
      server.stop();
    }
  });
});

describe('an SQLite file', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-sqlite-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (file: string, access: 'read' | 'write' = 'write'): Promise<Database> =>
    openDatabase(new DatabaseUrl(`sqlite:${file}`, '--database'), access, folder);

  it('is told from a folder, from another file and from one that is not there', async () => {
    await writeFile(join(folder, 'notes.txt'), 'no database, but text of more than a hundred characters. '.repeat(20));
    assert.equal((await refusalOf(open('.'))).message, '`sqlite:.` is a folder');
    assert.equal((await refusalOf(open('notes.txt'))).message, '`sqlite:notes.txt` is not an SQLite database');
    assert.equal((await refusalOf(open('none.db', 'read'))).message, '`sqlite:none.db` is not there');
    const { message } = await refusalOf(open('none/none.db'));
    assert.equal(message, '`sqlite:none/none.db` cannot be created: there is no such folder');
  });

  it('cannot be written to by who only reads', async () => {
    await (await open('a.db')).close();
    const database = await open('a.db', 'read');
    const refusal = await refusalOf(database.read((manager) => manager.query('CREATE TABLE x (y integer)')));
    assert.equal(refusal.message, '`sqlite:a.db` can only be read');
    await database.close();
  });

  it('takes what runs at the same time one after the other, so that nothing of a failed one stays', async () => {
    const database = await open('a.db');
    await database.write((manager) => manager.query('CREATE TABLE x (y integer)'));
    const outcomes = await Promise.allSettled([
      database.write(async (manager) => {
        await manager.query('INSERT INTO x VALUES (1)');
        throw new Error('never mind');
      }),
      database.write((manager) => manager.query('INSERT INTO x VALUES (2)')),
      database.read((manager) => manager.query<{ y: number }[]>('SELECT y FROM x')),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    assert.deepEqual(outcomes[2].status === 'fulfilled' && outcomes[2].value, [{ y: 2 }]);
    await database.close();
  });
});
