import { createRequire } from 'node:module';
import { RolebookError } from '../../../policy/errors.ts';

/** The part of better-sqlite3 that is used here; TypeORM uses the rest. */
export type SqliteDriver = new (file: string) => { pragma(text: string): unknown; close(): void };

const name = 'better-sqlite3';

/**
 * Loads the package that reads SQLite files. It is built when it is installed, which not every machine can do or
 * allows, so nothing else needs it.
 */
export function loadSqliteDriver(load: (name: string) => unknown = createRequire(import.meta.url)): SqliteDriver {
  try {
    const driver = load(name) as SqliteDriver;
    // The compiled part is loaded with the first database.
    new driver(':memory:').close();
    return driver;
  } catch (cause) {
    const message = `\`sqlite:\` needs the package \`${name}\`, which ${reasonOf(cause)}`;
    const help =
      `run \`npm install ${name}@12 --allow-scripts=${name}\` where rolebook is installed, ` +
      `or \`npm install --global rolebook --allow-scripts=${name}\``;
    throw new RolebookError('configuration', message, { help, cause });
  }
}

function reasonOf(error: unknown): string {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
  return isMissing ? 'is not installed' : 'is installed and cannot be loaded';
}
