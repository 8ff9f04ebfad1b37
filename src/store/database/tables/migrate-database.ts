import type { EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import type { Database } from '../database.ts';
import type { DatabaseUrl } from '../database-url.ts';
import { migrations } from './migrations.ts';

/** Brings the tables to the form that this version knows. Any number of processes may do it at once, at any time. */
export async function migrateDatabase(database: Database): Promise<void> {
  const { url } = database;
  // Mostly there is nothing to do, and to find that out nobody needs to queue.
  if (await isMigrated(database)) return;
  await database.write(async (manager) => {
    await manager.query(
      'CREATE TABLE IF NOT EXISTS rolebook_migration (id integer PRIMARY KEY, name varchar NOT NULL)',
    );
    const done = await countMigrations(manager, url);
    if (done === 0) await requireOwnTable(manager, url);
    for (const { id, name, statements, run } of migrations.slice(done)) {
      for (const statement of statements[url.kind]) await manager.query(statement);
      await run?.(manager);
      // Both are of this code, so nothing needs an escape.
      await manager.query(`INSERT INTO rolebook_migration (id, name) VALUES (${id}, '${name}')`);
    }
  });
}

export async function isMigrated(database: Database): Promise<boolean> {
  return (await readVersion(database)) === migrations.length;
}

/** For who only reads, and leaves the tables as they are. */
export async function requireMigrated(database: Database): Promise<void> {
  if (await isMigrated(database)) return;
  const message = `nothing was published to \`${database.url.shown}\` yet by this version of rolebook`;
  throw new RolebookError('configuration', message, { help: '`rolebook publish` does it' });
}

function readVersion(database: Database): Promise<number> {
  return database.read(async (manager) =>
    (await hasTable(manager, database.url, 'rolebook_migration')) ? countMigrations(manager, database.url) : 0,
  );
}

async function countMigrations(manager: EntityManager, url: DatabaseUrl): Promise<number> {
  const [row] = await manager.query<{ count: number | string }[]>('SELECT count(*) AS count FROM rolebook_migration');
  const done = Number(row?.count);
  if (done <= migrations.length) return done;
  const message = `\`${url.shown}\` was written by a newer version of rolebook`;
  throw new RolebookError('configuration', message, { help: 'use that version here, too' });
}

// A publication replaces what decides. Somebody else's rows would go on deciding beside it.
async function requireOwnTable(manager: EntityManager, url: DatabaseUrl): Promise<void> {
  if (!(await hasTable(manager, url, 'casbin_rule'))) return;
  const rows = await manager.query<unknown[]>('SELECT 1 FROM casbin_rule LIMIT 1');
  if (rows.length === 0) return;
  const message = `\`${url.shown}\` has a table \`casbin_rule\` with rows that rolebook did not write`;
  const help = 'publish to a database, or on PostgreSQL a schema, of its own';
  throw new RolebookError('configuration', message, { help });
}

async function hasTable(manager: EntityManager, { kind }: DatabaseUrl, name: string): Promise<boolean> {
  const rows =
    kind === 'postgres'
      ? await manager.query<unknown[]>('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [name])
      : await manager.query<unknown[]>("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [name]);
  return rows.length > 0;
}
