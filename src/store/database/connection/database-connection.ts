import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseUrl } from '../database-url.ts';
import type { Database } from '../database.ts';
import { isMigrated, migrateDatabase } from '../tables/migrate-database.ts';
import { openDatabase } from './open-database.ts';

/**
 * The way to a database for a process that outlives it: opened when it is needed, given up when it does not answer, and
 * opened again the next time.
 */
export class DatabaseConnection {
  readonly url: DatabaseUrl;
  readonly #cwd: string;
  #reader: Promise<Database> | undefined;
  #writer: Promise<Database> | undefined;
  /** Which file the reader has open; another may have been put in its place. */
  #file: string | undefined;
  #isClosed = false;

  constructor(url: DatabaseUrl, cwd: string) {
    this.url = url;
    this.#cwd = cwd;
  }

  /**
   * Runs `work` on one state of the database. It says when the first answer came; until then little time is given, and
   * again for the end of the transaction.
   */
  async read<Result>(work: (manager: EntityManager, onAnswer: () => void) => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    await this.#leaveReplacedFile();
    const opening = (this.#reader ??= this.#openReader());
    const database = await this.#opened(opening);
    let timer = this.#startTimer();
    try {
      return await database.read(async (manager) => {
        const result = await work(manager, () => clearTimeout(timer));
        clearTimeout(timer);
        // A server that fell silent since would be waited for as if it had a long answer to give.
        timer = this.#startTimer();
        return result;
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** For `Database.write`. */
  async writer(): Promise<Database> {
    this.#requireOpen();
    // Opened for writing alone, a file that is not there would be made.
    await this.#opened((this.#reader ??= this.#openReader()));
    return this.#openWriter();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#dropAll();
  }

  async #openReader(): Promise<Database> {
    this.#file = await this.#identifyFile();
    const database = await openDatabase(this.url, 'read', this.#cwd);
    try {
      // A fleet may be brought to a new version before anybody publishes with it.
      if (!(await isMigrated(database))) await migrateDatabase(await this.#openWriter());
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  #startTimer(): NodeJS.Timeout | undefined {
    if (this.url.kind !== 'postgres') return undefined;
    return setTimeout(() => void this.#dropAll(), limits.databaseConnectMs);
  }

  #requireOpen(): void {
    if (!this.#isClosed) return;
    throw new RolebookError('unavailable', `the connection to \`${this.url.shown}\` is closed`);
  }

  #openWriter(): Promise<Database> {
    return this.#opened((this.#writer ??= openDatabase(this.url, 'write', this.#cwd)));
  }

  // What cannot be opened is opened anew the next time.
  async #opened(opening: Promise<Database>): Promise<Database> {
    try {
      return await opening;
    } catch (error) {
      if (this.#reader === opening) this.#reader = undefined;
      if (this.#writer === opening) this.#writer = undefined;
      throw error;
    }
  }

  // Who writes talks to the same server, and would wait much longer.
  async #dropAll(): Promise<void> {
    const open = [this.#reader, this.#writer];
    this.#reader = undefined;
    this.#writer = undefined;
    await Promise.all(open.map((opening) => closeOpened(opening)));
  }

  // SQLite goes on reading a file that is no longer where it was.
  async #leaveReplacedFile(): Promise<void> {
    if (this.url.kind !== 'sqlite' || !this.#reader || (await this.#identifyFile()) === this.#file) return;
    await this.#dropAll();
  }

  async #identifyFile(): Promise<string | undefined> {
    if (this.url.kind !== 'sqlite') return undefined;
    const stats = await stat(resolve(this.#cwd, this.url.reveal()), { bigint: true }).catch(() => undefined);
    return stats && `${stats.dev} ${stats.ino}`;
  }
}

async function closeOpened(opening: Promise<Database> | undefined): Promise<void> {
  const database = await opening?.catch(() => undefined);
  await database?.close();
}
