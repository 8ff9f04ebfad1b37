import { assert } from 'chai';
import type { Database } from '../../../../src/store/database/database.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { migrateDatabase } from '../../../../src/store/database/tables/migrate-database.ts';
import { migrations } from '../../../../src/store/database/tables/migrations.ts';
import { openDatabase } from '../../../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { readState } from '../../../../src/store/database/members/read-changes.ts';
import { readReleases } from '../../../../src/store/database/releases/read-releases.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';
import { historyOf, publicationOf } from '../../../support/opened-databases.ts';

/** As the first version left it, with releases of these publishers. */
async function makeFirstVersion(database: Database, authors: readonly string[]): Promise<void> {
  await database.write(async (manager) => {
    await manager.query('CREATE TABLE rolebook_migration (id integer PRIMARY KEY, name varchar NOT NULL)');
    for (const statement of migrations[0]?.statements[database.url.kind] ?? []) await manager.query(statement);
    await manager.query("INSERT INTO rolebook_migration (id, name) VALUES (1, 'releases')");
    for (const [index, author] of authors.entries()) {
      await manager.query(`INSERT INTO rolebook_release
        (sequence, revision, author, published_at, counts, rules_at, rules, rules_digest) VALUES
        (${index + 1}, '3f9c2a1b7d4e', '${author}', '2026-11-20T09:00:00.000Z', '{}', '2026-11-20T09:00:00.000Z', 0, '')`);
    }
  });
}

for (const { kind, open } of testDatabases) {
  describe(`tables of an earlier version, on ${kind}`, () => {
    let databases: TestDatabases;
    let url: DatabaseUrl;
    let database: Database;

    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());
    beforeEach(async () => {
      url = new DatabaseUrl(await databases.create(), '--database');
      database = await openDatabase(url, 'write', '/');
    });
    afterEach(() => database.close());

    it('get the history that their releases are', async () => {
      await makeFirstVersion(database, ['ana', 'bo']);
      await migrateDatabase(database);
      assert.deepEqual(await historyOf(database), ['1 release 1, by ana', '2 release 2, by bo']);
      const state = await database.read(readState);
      assert.equal(state?.sequence, 2);
      assert.match(state?.token ?? '', /^[0-9a-f]{32}$/);
      assert.deepEqual(
        (await readReleases(database, 9)).map(({ reached }) => reached.sequence),
        [2, 1],
      );
      assert.equal((await publishRelease(database, publicationOf())).state.sequence, 3);
    });

    it('are brought up to date once, however many start at the same time', async () => {
      await makeFirstVersion(database, ['ana']);
      const connections = await Promise.all(Array.from({ length: 5 }, () => openDatabase(url, 'write', '/')));
      await Promise.all(connections.map((connection) => migrateDatabase(connection)));
      await Promise.all(connections.map((connection) => connection.close()));
      assert.lengthOf(await historyOf(database), 1);
    });

    it('have no state before anything was published', async () => {
      await migrateDatabase(database);
      assert.isUndefined(await database.read(readState));
      assert.deepEqual(await readReleases(database, 9), []);
    });
  });
}
