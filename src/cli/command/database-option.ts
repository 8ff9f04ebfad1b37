import { Option } from 'commander';
import type { Database, DatabaseAccess } from '../../store/database/database.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from './command-io.ts';
import { databaseFromVariable, databaseVariable, parseDatabase } from './database-variable.ts';

/** The help of commands that take `--database`. */
export const databaseHelp = `
URL is postgres://user:password@host/database or sqlite:FILE. On a command line other users of the machine
can read it, so one with a password belongs in the variable ${databaseVariable}, or the password in PGPASSWORD
or ~/.pgpass. Both need packages that rolebook is installed without; it says which.
`;

export function databaseOption(): Option {
  return new Option('--database <URL>', `the shared database (default: $${databaseVariable})`).argParser(parseDatabase);
}

/** Opens the database, gives it to `work`, and closes it whatever happens. */
export async function withDatabase<Result>(
  io: CommandIo,
  { database: given }: { readonly database?: DatabaseUrl | '-' },
  access: DatabaseAccess,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const url = given === undefined || given === '-' ? databaseFromVariable(io) : given;
  const { openDatabase } = await import('../../store/database/connection/open-database.ts');
  const { migrateDatabase, requireMigrated } = await import('../../store/database/tables/migrate-database.ts');
  const database = await openDatabase(url, access, io.cwd);
  try {
    await (access === 'write' ? migrateDatabase(database) : requireMigrated(database));
    return await work(database);
  } finally {
    await database.close();
  }
}
