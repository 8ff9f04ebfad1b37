import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { Database, DatabaseAccess } from '../database.ts';
import { describeDatabaseError, isBusy, queueTooLong } from '../database-fault.ts';
import type { DatabaseUrl } from '../database-url.ts';
import { entitiesOf } from '../tables/entities.ts';
import { loadSqliteDriver, type SqliteDriver } from './sqlite-driver.ts';

// SQLite waits by standing still, and the whole process with it, so it waits shortly, and the rest is done by timers.
const standstillMs = 20;
const betweenTriesMs = 20;

/** Opens the file for reading or for writing. With `write` it is created, but not the folder it is to be in. */
export async function openSqlite(url: DatabaseUrl, path: string, access: DatabaseAccess): Promise<Database> {
  await requirePlace(url, path, access);
  const driver = loadSqliteDriver();
  const source = new DataSource({
    type: 'better-sqlite3',
    database: path,
    driver,
    entities: entitiesOf('sqlite'),
    synchronize: false,
    logging: false,
    timeout: standstillMs,
    fileMustExist: access === 'read',
    prepareDatabase: (connection: InstanceType<SqliteDriver>) => {
      // Readers go on while somebody writes, and what is committed outlives a power cut.
      if (access === 'write') {
        connection.pragma('journal_mode = WAL');
        connection.pragma('synchronous = FULL');
      } else connection.pragma('query_only = ON');
    },
  });
  try {
    await untilFree(() => source.initialize());
    return new SqliteDatabase(url, source);
  } catch (error) {
    throw describeDatabaseError(url, error);
  }
}

/** One connection, which does one thing at a time: TypeORM would let two transactions of it become one. */
class SqliteDatabase implements Database {
  readonly url: DatabaseUrl;
  readonly #source: DataSource;
  #last: Promise<unknown> = Promise.resolve();

  constructor(url: DatabaseUrl, source: DataSource) {
    this.url = url;
    this.#source = source;
  }

  read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.#inTurn('BEGIN', work, limits.databaseQueueMs);
  }

  // A transaction that begins by reading cannot go on to write when somebody else has written meanwhile.
  write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    queueMs: number = limits.databaseQueueMs,
  ): Promise<Result> {
    return this.#inTurn('BEGIN IMMEDIATE', work, queueMs);
  }

  // There is no way beside the queue: a file has one writer.
  note<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.write(work, limits.databaseConnectMs);
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#source.destroy().catch(() => undefined);
  }

  #inTurn<Result>(
    begin: 'BEGIN' | 'BEGIN IMMEDIATE',
    work: (manager: EntityManager) => Promise<Result>,
    queueMs: number,
  ): Promise<Result> {
    const untilMs = performance.now() + queueMs;
    const result = this.#last.then(async () => {
      if (performance.now() >= untilMs) throw queueTooLong(this.url);
      const runner = this.#source.createQueryRunner();
      try {
        return await transact(runner, begin, work, untilMs);
      } catch (error) {
        throw describeDatabaseError(this.url, error);
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

async function transact<Result>(
  runner: QueryRunner,
  begin: string,
  work: (manager: EntityManager) => Promise<Result>,
  untilMs: number,
): Promise<Result> {
  await untilFree(() => runner.query(begin), untilMs);
  try {
    const result = await work(runner.manager);
    await untilFree(() => runner.query('COMMIT'));
    return result;
  } catch (error) {
    // Some errors have ended the transaction already.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function untilFree<Result>(
  attempt: () => Promise<Result>,
  untilMs: number = performance.now() + limits.databaseQueueMs,
): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > untilMs) throw error;
      await pause(betweenTriesMs);
    }
  }
}

async function requirePlace(url: DatabaseUrl, path: string, access: DatabaseAccess): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new RolebookError('configuration', `\`${url.shown}\` is a folder`, { help: 'write `sqlite:FILE`' });
  }
  if (found) return;
  if (access === 'read') {
    const help = '`rolebook publish` creates it';
    throw new RolebookError('configuration', `\`${url.shown}\` is not there`, { help });
  }
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (folder?.isDirectory()) return;
  throw new RolebookError('configuration', `\`${url.shown}\` cannot be created: there is no such folder`);
}
