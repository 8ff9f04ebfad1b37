import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../../src/policy/errors.ts';
import type { Database } from '../../../../src/store/database/database.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../../src/store/database/connection/open-database.ts';
import { loadSqliteDriver } from '../../../../src/store/database/connection/sqlite-driver.ts';

async function refusalOf(work: Promise<unknown>): Promise<RolebookError> {
  const error = await work.then(
    () => assert.fail('it worked'),
    (reason: unknown) => reason,
  );
  return error instanceof RolebookError ? error : assert.fail(String(error));
}

describe('the driver of SQLite files', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-sqlite-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (file: string, access: 'read' | 'write' = 'write'): Promise<Database> =>
    openDatabase(new DatabaseUrl(`sqlite:${file}`, '--database'), access, folder);

  it('is not loaded where its package has no binary for the machine', async () => {
    const broken = (): unknown => {
      throw new Error('No native build was found for platform=sunos arch=sparc');
    };
    const refusal = await refusalOf(Promise.resolve().then(() => loadSqliteDriver(broken)));
    assert.equal(refusal.code, 'configuration');
    assert.match(
      refusal.message,
      /needs the package `@photostructure\/sqlite`, which cannot be loaded on this machine$/,
    );
  });

  it('takes no text with the character NUL, of which SQLite would keep a part', async () => {
    const database = await open('a.db');
    await database.write((manager) => manager.query('CREATE TABLE x (y varchar)'));
    for (const text of ['\0', 'ana\0', '\0ana', 'ana\0bo', 'ana\0\0']) {
      const wrong = database.write((manager) => manager.query('INSERT INTO x VALUES (?)', [text]));
      assert.match((await refusalOf(wrong)).message, /a text holds the character NUL$/);
      const asked = database.read((manager) => manager.query('SELECT 1 WHERE ? = ?', ['ana', text]));
      assert.match((await refusalOf(asked)).message, /a text holds the character NUL$/);
    }
    assert.deepEqual(await database.read((manager) => manager.query('SELECT y FROM x')), []);
    await database.close();
  });

  it('leaves a closed file whole: nothing of it is in the log beside it only', async () => {
    for (const access of ['read', 'write'] as const) {
      const writer = await open('a.db');
      await writer.write((manager) => manager.query('CREATE TABLE IF NOT EXISTS x (y varchar)'));
      await writer.write((manager) => manager.query('INSERT INTO x VALUES (?)', [access]));
      const last = await open('a.db', access);
      await last.read((manager) => manager.query('SELECT y FROM x'));
      await writer.close();
      await last.close();
      const copy = `${access}-copy.db`;
      await copyFile(join(folder, 'a.db'), join(folder, copy));
      const copied = await open(copy, 'read');
      assert.deepInclude(await copied.read((manager) => manager.query<object[]>('SELECT y FROM x')), { y: access });
      await copied.close();
    }
  });

  it('opens the very file that was named, and makes none that is only to be read', async () => {
    const Driver = loadSqliteDriver();
    const names = [
      'a b',
      'q?mode=ro',
      'h#x',
      'p%41',
      'p%',
      'ü',
      'a&cache=shared',
      "q'x",
      'a\\b',
      'new\nline',
      'file:x',
    ];
    for (const name of names) {
      const path = join(folder, name);
      assert.throws(() => new Driver(path, { fileMustExist: true }), /unable to open database file/);
      assert.notInclude(await readdir(folder), name);
      const made = new Driver(path);
      made.prepare('CREATE TABLE x (y)').run();
      made.close();
      assert.include(await readdir(folder), name);
      const opened = new Driver(path, { fileMustExist: true });
      assert.deepEqual(opened.prepare('SELECT y FROM x').all(), []);
      opened.close();
    }
  });

  it('names what goes wrong where a row is read as it does elsewhere', async () => {
    const database = await open('a.db');
    await database.write((manager) => manager.query('CREATE TABLE x (y varchar)'));
    for (let row = 0; row < 100; row += 1) {
      await database.write((manager) => manager.query('INSERT INTO x VALUES (?)', ['y'.repeat(1000)]));
    }
    await database.close();
    const bytes = await readFile(join(folder, 'a.db'));
    await writeFile(join(folder, 'b.db'), bytes.fill(0xff, 2 * 4096, 9 * 4096));
    const damaged = await open('b.db', 'read');
    const { message } = await refusalOf(damaged.read((manager) => manager.query('SELECT y FROM x')));
    assert.equal(message, '`sqlite:b.db` is damaged');
    await damaged.close();
  });
});
