import { resolve } from 'node:path';
import { requireDatabasePackages } from '../database-packages.ts';
import type { Database, DatabaseAccess } from '../database.ts';
import type { DatabaseUrl } from '../database-url.ts';

/** Opens a database. A path of a file is relative to `cwd`. TypeORM is loaded here and not before. */
export async function openDatabase(url: DatabaseUrl, access: DatabaseAccess, cwd: string): Promise<Database> {
  requireDatabasePackages(url.kind);
  if (url.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite-database.ts');
    return openSqlite(url, resolve(cwd, url.reveal()), access);
  }
  const { openPostgres } = await import('./postgres-database.ts');
  return openPostgres(url, access);
}
