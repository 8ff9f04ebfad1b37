import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import type { Database, DatabaseAccess } from '../database.ts';
import { describeDatabaseError, isBusy, isSilent, queueTooLong } from '../database-fault.ts';
import type { DatabaseUrl } from '../database-url.ts';
import { entitiesOf } from '../tables/entities.ts';

// An advisory lock has no name but two numbers; these are "role" and "book" in ASCII.
const lockKey = '1919904869, 1651470187';
const closeMs = 1000;

/** Opens a pool of connections. Nothing is asked of the server but that it answers. */
export async function openPostgres(url: DatabaseUrl, access: DatabaseAccess): Promise<Database> {
  const sockets = new Set<Socket>();
  const source = new DataSource({
    type: 'postgres',
    url: url.reveal(),
    entities: entitiesOf('postgres'),
    // TypeORM drops columns that it does not know.
    synchronize: false,
    installExtensions: false,
    logging: false,
    applicationName: `rolebook ${access}`,
    poolSize: limits.databaseConnections,
    connectTimeoutMS: limits.databaseConnectMs,
    extra: {
      keepAlive: true,
      // Of the client, for a server that does not answer at all; a well one is told to give up before.
      query_timeout: limits.databaseStatementMs + limits.databaseConnectMs,
      stream: () => remember(sockets),
    },
  });
  const database = new PostgresDatabase(url, source, sockets);
  try {
    await source.initialize();
    return database;
  } catch (error) {
    await database.close();
    throw describeDatabaseError(url, error);
  }
}

class PostgresDatabase implements Database {
  readonly url: DatabaseUrl;
  readonly #source: DataSource;
  readonly #sockets: ReadonlySet<Socket>;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(url: DatabaseUrl, source: DataSource, sockets: ReadonlySet<Socket>) {
    this.url = url;
    this.#source = source;
    this.#sockets = sockets;
  }

  async read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    try {
      return await this.#transact('REPEATABLE READ', async (runner) => {
        await runner.query('SET TRANSACTION READ ONLY');
        await limitTime(runner, limits.databaseStatementMs);
        return work(runner.manager);
      });
    } catch (error) {
      throw describeDatabaseError(this.url, error);
    }
  }

  // One at a time here, too: whoever waits in the server holds a connection, and those who read need some.
  write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    queueMs: number = limits.databaseQueueMs,
  ): Promise<Result> {
    const untilMs = performance.now() + queueMs;
    const result = this.#lastWrite.then(() => this.#writeInTurn(work, untilMs));
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  async note<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    try {
      return await this.#transact('READ COMMITTED', async (runner) => {
        await limitTime(runner, limits.databaseConnectMs);
        return work(runner.manager);
      });
    } catch (error) {
      throw describeDatabaseError(this.url, error);
    }
  }

  async #writeInTurn<Result>(work: (manager: EntityManager) => Promise<Result>, untilMs: number): Promise<Result> {
    for (;;) {
      const leftMs = Math.ceil(untilMs - performance.now());
      if (leftMs <= 0) throw queueTooLong(this.url);
      const turn = { hasCome: false };
      try {
        return await this.#transact('READ COMMITTED', async (runner) => {
          // In short turns, so that a statement that waits is told from a server that is gone.
          await limitTime(runner, Math.min(limits.databaseTurnMs, leftMs));
          await runner.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
          turn.hasCome = true;
          await limitTime(runner, limits.databaseStatementMs);
          return work(runner.manager);
        });
      } catch (error) {
        if (!turn.hasCome && isBusy(error)) continue;
        throw describeDatabaseError(this.url, error);
      }
    }
  }

  async close(): Promise<void> {
    if (this.#source.isInitialized) {
      const closed = this.#source.destroy().catch(() => undefined);
      await Promise.race([closed, pause(closeMs, undefined, { ref: false })]);
    }
    for (const socket of this.#sockets) socket.destroy();
  }

  async #transact<Result>(
    isolation: 'READ COMMITTED' | 'REPEATABLE READ',
    work: (runner: QueryRunner) => Promise<Result>,
  ): Promise<Result> {
    const runner = this.#source.createQueryRunner();
    try {
      await runner.startTransaction(isolation);
      const result = await work(runner);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // Over a connection that says nothing any more nothing can be taken back; the server does it when it is cut. The
      // others lead to the same server.
      if (isSilent(error)) for (const socket of this.#sockets) socket.destroy();
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

// For this transaction alone, so that it works behind a pooler, too. A client that was stopped in the middle would hold
// its locks for ever.
async function limitTime(runner: QueryRunner, lockMs: number): Promise<void> {
  const settings = {
    lock_timeout: lockMs,
    statement_timeout: limits.databaseStatementMs,
    idle_in_transaction_session_timeout: limits.databaseStatementMs,
  };
  const calls = Object.entries(settings).map(([name, ms]) => `set_config('${name}', '${ms}', true)`);
  await runner.query(`SELECT ${calls.join(', ')}`);
}

function remember(sockets: Set<Socket>): Socket {
  const socket = new Socket();
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
}
