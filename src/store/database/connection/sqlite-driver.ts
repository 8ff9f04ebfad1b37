import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { RolebookError } from '../../../policy/errors.ts';

/** A class that TypeORM takes for that of better-sqlite3. */
export type SqliteDriver = new (path: string, options?: OpenOptions) => SqliteFile;

interface OpenOptions {
  readonly fileMustExist?: boolean;
  /** How long a statement waits for a lock. */
  readonly timeout?: number;
}

/** The part of `node:sqlite` that is used here. The package has the same for Node.js 20, which has none. */
interface SqliteModule {
  readonly DatabaseSync: new (location: string, options: { readonly timeout: number }) => DatabaseSync;
}

interface DatabaseSync {
  prepare(statement: string): StatementSync;
  close(): void;
}

interface StatementSync {
  columns(): readonly unknown[];
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
}

const name = '@photostructure/sqlite';

// A number has the kind of error in its last eight bits. Version 1 of the package leaves it out where rows are read.
const errors = [
  [3, 'SQLITE_PERM', 'access permission denied'],
  [5, 'SQLITE_BUSY', 'database is locked'],
  [8, 'SQLITE_READONLY', 'attempt to write a readonly database'],
  [11, 'SQLITE_CORRUPT', 'database disk image is malformed'],
  [13, 'SQLITE_FULL', 'database or disk is full'],
  [14, 'SQLITE_CANTOPEN', 'unable to open database file'],
  [23, 'SQLITE_AUTH', 'authorization denied'],
  [26, 'SQLITE_NOTADB', 'file is not a database'],
] as const;

/** Loads the package that reads SQLite files. Its binary is inside it, for the usual machines. */
export function loadSqliteDriver(load: (name: string) => unknown = createRequire(import.meta.url)): SqliteDriver {
  try {
    const { DatabaseSync } = load(name) as SqliteModule;
    return class extends SqliteFile {
      constructor(path: string, options: OpenOptions = {}) {
        super(attempt(() => new DatabaseSync(locationOf(path, options), { timeout: options.timeout ?? 0 })));
      }
    };
  } catch (cause) {
    const message = `\`sqlite:\` needs the package \`${name}\`, which cannot be loaded on this machine`;
    throw new RolebookError('configuration', message, {
      help: 'a database at `postgres:` needs no such package',
      cause,
    });
  }
}

/** An open file. */
class SqliteFile {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(text: string): SqliteStatement {
    return new SqliteStatement(attempt(() => this.#database.prepare(text)));
  }

  pragma(text: string): unknown {
    return this.prepare(`PRAGMA ${text}`).all();
  }

  /** Version 1 keeps the file open until the last statement is collected, so what is in the log goes into it before. */
  close(): void {
    try {
      this.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Whoever is at work with the file does it.
    }
    this.#database.close();
  }
}

class SqliteStatement {
  /** Whether it answers with rows. */
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(...values: unknown[]): unknown[] {
    values.forEach(requireWholeText);
    return attempt(() => this.#statement.all(...values));
  }

  run(...values: unknown[]): ReturnType<StatementSync['run']> {
    values.forEach(requireWholeText);
    return attempt(() => this.#statement.run(...values));
  }
}

// `mode=rw` opens what is there, and makes nothing.
function locationOf(path: string, { fileMustExist }: OpenOptions): string {
  if (path === ':memory:') return path;
  return `${pathToFileURL(path).href}?mode=${fileMustExist ? 'rw' : 'rwc'}`;
}

// The package would write the part before it. PostgreSQL takes no such text either.
function requireWholeText(value: unknown): void {
  if (typeof value === 'string' && value.includes('\0')) throw new Error('a text holds the character NUL');
}

/** Gives an error the name that SQLite has for it. */
function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const number = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
    const known = errors.find(([kind, , text]) => (number === undefined ? text === error.message : kind === number));
    throw known ? Object.assign(error, { code: known[1] }) : error;
  }
}
