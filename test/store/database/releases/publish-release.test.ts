import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import type { Database, DatabaseAccess } from '../../../../src/store/database/database.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { casbinRules } from '../../../../src/store/database/tables/entities.ts';
import { migrateDatabase } from '../../../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../../../src/store/database/connection/open-database.ts';
import { publishRelease, type Publication } from '../../../../src/store/database/releases/publish-release.ts';
import { readRelease, readReleases } from '../../../../src/store/database/releases/read-releases.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { restoreRelease } from '../../../support/restore-release.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';

const atMs = Date.UTC(2026, 10, 20, 9);

/** The small policy with another title, so with another revision and other rows. */
function publicationOf(edit: (text: string) => string = (text) => text, more: Partial<Publication> = {}): Publication {
  const texts = smallPolicy();
  const edited: Record<string, string> = {
    ...texts,
    'policies/support.yaml': edit(texts['policies/support.yaml'] ?? ''),
  };
  const files: ReadFile[] = Object.entries(edited).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy, problems } = compilePolicy(files, atMs);
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  return { policy, files, commit: 'c0ffee', author: 'ana', now: () => atMs, ...more };
}

const withoutBo = (text: string): string => text.replace(/ {2}bo@.*\n/, '');
const untilNewYear = (text: string): string =>
  text.replace('cy@acme.example: member', 'cy@acme.example: [{ role: member, until: 2026-12-31 }]');
const nextYear = Date.UTC(2027, 0, 1);

for (const { kind, open } of testDatabases) {
  describe(`a policy published to ${kind}`, () => {
    let databases: TestDatabases;
    let url: DatabaseUrl;
    let opened: Database[] = [];

    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());
    beforeEach(async () => {
      url = new DatabaseUrl(await databases.create(), '--database');
    });
    afterEach(async () => {
      await Promise.all(opened.map((database) => database.close()));
      opened = [];
    });

    const connect = async (access: DatabaseAccess): Promise<Database> => {
      const database = await openDatabase(url, access, '/');
      opened.push(database);
      return database;
    };
    const prepare = async (): Promise<Database> => {
      const database = await connect('write');
      await migrateDatabase(database);
      return database;
    };
    const rulesOf = (database: Database): Promise<string[]> =>
      database.read(async (manager) => {
        const rows = await manager.find(casbinRules, { order: { id: 'ASC' } });
        return rows.map(({ id, ptype, v0, v1, v2 }) => [id, ptype, v0, v1, v2].join(' '));
      });

    it('is what others read, with its commit, author, time and the files it came from', async () => {
      const database = await prepare();
      const publication = publicationOf();
      const { outcome, release, state } = await publishRelease(database, publication);
      assert.equal(outcome, 'published');
      const { revision } = publication.policy;
      const expected = {
        sequence: 1,
        revision,
        commit: 'c0ffee',
        author: 'ana',
        rulesAt: '2026-11-20T09:00:00.000Z',
      };
      assert.deepInclude(release, expected);
      const reader = await connect('read');
      assert.deepEqual(await readReleases(reader, 10), [{ ...release, reached: state }]);
      const found = await readRelease(reader, { kind: 'files', policy: revision });
      const texts = found?.files.map(({ path, content }) => [path, Buffer.from(content).toString()]) ?? [];
      assert.deepEqual(Object.fromEntries(texts), smallPolicy());
      assert.equal(compilePolicy(found?.files ?? [], atMs).policy?.revision, revision);
      assert.isUndefined(await readRelease(reader, { kind: 'files', policy: '000000000000' }));
    });

    it('has its rows below zero, in order, and replaces none that others added', async () => {
      const database = await prepare();
      await publishRelease(database, publicationOf());
      await database.write((manager) =>
        manager.query("INSERT INTO casbin_rule (ptype, v0, v1, v2) VALUES ('g', 'user:dee', 'role:member', 'support')"),
      );
      const before = await rulesOf(database);
      await publishRelease(database, publicationOf(withoutBo));
      const rows = await rulesOf(database);
      assert.match(rows.at(-1) ?? '', /^[1-9]\d* g user:dee role:member support$/);
      assert.equal(rows.at(-2), '-1 g user:wim@acme.example role:workspace-admin support');
      assert.deepEqual(
        rows.slice(0, -1).map((row) => Number.parseInt(row, 10)),
        rows.slice(0, -1).map((_row, index) => index + 1 - rows.length),
      );
      assert.lengthOf(rows, before.length - 1);
      assert.notInclude(rows.join('\n'), 'user:bo@');
    });

    it('keeps the content of a file once, however many releases have it', async () => {
      const database = await prepare();
      await publishRelease(database, publicationOf());
      await publishRelease(database, publicationOf(withoutBo));
      const [row] = await database.read((manager) =>
        manager.query<{ count: number | string }[]>('SELECT count(*) AS count FROM rolebook_file'),
      );
      assert.equal(Number(row?.count), 5);
    });

    it('is published once: the same revision again writes nothing', async () => {
      const database = await prepare();
      const { release } = await publishRelease(database, publicationOf());
      const again = await publishRelease(database, publicationOf(undefined, { author: 'bo' }));
      assert.deepInclude(again, { outcome: 'unchanged', release });
      assert.lengthOf(await readReleases(database, 10), 1);
    });

    it('gets the memberships of now when the same revision is published later', async () => {
      const database = await prepare();
      const { release } = await publishRelease(database, publicationOf(untilNewYear));
      const held = (rows: string[]): boolean => rows.some((row) => row.includes('user:cy@'));
      assert.isTrue(held(await rulesOf(database)));
      const later = await publishRelease(database, publicationOf(untilNewYear, { now: () => nextYear }));
      assert.equal(later.outcome, 'renewed');
      assert.deepInclude(later.release, { sequence: 1, publishedAt: release.publishedAt });
      assert.equal(later.release.rulesAt, '2027-01-01T00:00:00.000Z');
      assert.isFalse(held(await rulesOf(database)));
    });

    it('gets its rows back when somebody deleted, changed or added some', async () => {
      const database = await prepare();
      await publishRelease(database, publicationOf());
      const rows = await rulesOf(database);
      for (const statement of [
        'DELETE FROM casbin_rule WHERE id = -1',
        "UPDATE casbin_rule SET v1 = 'role:workspace-admin' WHERE id = -2",
        "INSERT INTO casbin_rule (id, ptype, v0, v1, v2) VALUES (-999, 'g', 'user:x', 'role:member', 'support')",
        "INSERT INTO casbin_rule (id, ptype, v0, v1) VALUES (-999, 'g2', 'a', 'b')",
      ]) {
        await database.write((manager) => manager.query(statement));
        assert.equal((await publishRelease(database, publicationOf())).outcome, 'renewed', statement);
        assert.deepEqual(await rulesOf(database), rows);
        assert.equal((await publishRelease(database, publicationOf())).outcome, 'unchanged');
      }
    });

    it('is rolled back to as a new release, and forward again', async () => {
      const database = await prepare();
      const first = (await publishRelease(database, publicationOf())).release;
      const rows = await rulesOf(database);
      const second = (await publishRelease(database, publicationOf(withoutBo, { commit: 'beef' }))).release;
      const { outcome, release } = await restoreRelease(database, first.revision, { author: 'wim', atMs });
      assert.equal(outcome, 'published');
      assert.deepInclude(release, {
        sequence: 3,
        revision: first.revision,
        commit: 'c0ffee',
        author: 'wim',
        restores: 1,
      });
      assert.deepEqual(await rulesOf(database), rows);
      await restoreRelease(database, second.revision, { author: 'wim', atMs });
      const sequence = (await readReleases(database, 10)).map(({ revision }) => revision);
      assert.deepEqual(sequence, [second.revision, first.revision, second.revision, first.revision]);
    });

    it('is not rolled back to a revision that nobody published', async () => {
      const database = await prepare();
      const { revision } = (await publishRelease(database, publicationOf())).release;
      const typo = revision.slice(0, -1) + (revision.endsWith('0') ? '1' : '0');
      for (const [asked, help] of [[typo, `did you mean \`${revision}\`?`]] as const) {
        const error = await restoreRelease(database, asked, { author: 'wim', atMs }).catch((e: unknown) => e);
        assert.deepInclude(error as object, { code: 'usage', help });
        assert.include(String(error), `no revision \`${asked}\` was published`);
      }
    });

    it('is left as it was by a publication that fails in the middle', async () => {
      const database = await prepare();
      await publishRelease(database, publicationOf());
      const rows = await rulesOf(database);
      const failing = publishRelease(database, publicationOf(withoutBo), () => {
        throw new Error('the disk is full');
      });
      assert.include(String(await failing.catch((error: unknown) => error)), 'the disk is full');
      assert.deepEqual(await rulesOf(database), rows);
      assert.lengthOf(await readReleases(database, 10), 1);
      assert.equal((await publishRelease(database, publicationOf(withoutBo))).release.sequence, 2);
    });

    it('is published by one after the other when several publish at once', async () => {
      await prepare();
      const titles = ['A', 'B', 'C', 'D', 'E'];
      const outcomes = await Promise.all(
        titles.map(async (title) => {
          const database = await connect('write');
          return publishRelease(
            database,
            publicationOf((text) => text.replace('title: Support', `title: ${title}`)),
          );
        }),
      );
      assert.sameMembers(
        outcomes.map(({ release }) => release.sequence),
        [1, 2, 3, 4, 5],
      );
      const reader = await connect('read');
      const [newest] = await readReleases(reader, 1);
      assert.lengthOf(await rulesOf(reader), newest?.rules ?? 0);
    });

    it('is never seen in part', async () => {
      const database = await prepare();
      const reader = await connect('read');
      const both = [publicationOf(), publicationOf(withoutBo)];
      const whole = new Set<string>();
      for (const publication of both) {
        await publishRelease(database, publication);
        whole.add((await rulesOf(reader)).join('\n'));
      }
      assert.lengthOf([...whole], 2);
      const state = { isOver: false };
      let seen = 0;
      const reading = (async () => {
        while (!state.isOver) {
          assert.isTrue(whole.has((await rulesOf(reader)).join('\n')));
          seen += 1;
        }
      })();
      for (let turn = 0; turn < 20; turn += 1) await publishRelease(database, both[turn % 2] ?? publicationOf());
      state.isOver = true;
      await reading;
      assert.isAbove(seen, 5);
    });

    it('goes into tables that any number of processes may make at once', async () => {
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const database = await connect('write');
          await migrateDatabase(database);
          await migrateDatabase(database);
        }),
      );
      assert.deepEqual(await readReleases(await connect('read'), 10), []);
    });

    it('does not go beside rows that somebody else put into `casbin_rule`', async () => {
      const database = await connect('write');
      await database.write(async (manager) => {
        await manager.query('CREATE TABLE casbin_rule (id integer PRIMARY KEY, ptype varchar, v0 varchar)');
        await manager.query("INSERT INTO casbin_rule VALUES (1, 'p', 'admin')");
      });
      const error = await migrateDatabase(database).catch((refusal: unknown) => refusal);
      assert.match(String(error), /has a table `casbin_rule` with rows that rolebook did not write/);
      assert.notInclude(String(error), 'p%40ss');
    });

    it('does not go into tables of a newer version', async () => {
      const database = await prepare();
      await database.write((manager) => manager.query("INSERT INTO rolebook_migration VALUES (99, 'later')"));
      const error = await migrateDatabase(await connect('write')).catch((refusal: unknown) => refusal);
      assert.match(String(error), /was written by a newer version of rolebook/);
    });
  });
}
