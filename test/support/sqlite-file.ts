import { DatabaseSync } from '@photostructure/sqlite';

/** The part of SQLite that it takes to do what rolebook never does. */
export interface SqliteFile {
  prepare(statement: string): { run(...values: unknown[]): unknown; all(...values: unknown[]): unknown[] };
  exec(statements: string): void;
  close(): void;
}

/** Opens a file as somebody else's program does it. */
export function openSqliteFile(path: string): SqliteFile {
  return new DatabaseSync(path);
}
