import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { plainText } from '../../policy/text/plain-text.ts';
import { arePackagesInstalled, type OptionalPackages, requirePackages } from '../required-packages.ts';

/** The package that only the counting of decisions needs, in the version that was tried. */
export const duckdbPackages: OptionalPackages = { '@duckdb/node-api': '1.5.6-r.1' };

/** Whether decisions can be counted here. */
export function isCountingInstalled(): boolean {
  return arePackagesInstalled(duckdbPackages);
}

/** A DuckDB in this process, which keeps what does not fit into its memory in a folder of its own. */
export class DuckDb {
  readonly #connection: DuckDBConnection;
  readonly #closeInstance: () => void;
  readonly #folder: string;
  #isClosed = false;

  private constructor(connection: DuckDBConnection, closeInstance: () => void, folder: string) {
    this.#connection = connection;
    this.#closeInstance = closeInstance;
    this.#folder = folder;
  }

  static async open(resolve?: (name: string) => unknown): Promise<DuckDb> {
    requirePackages('counting decisions', duckdbPackages, resolve);
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const folder = await mkdtemp(join(tmpdir(), `rolebook-counting-${process.pid}-`));
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        memory_limit: `${limits.counting.bytes / 1024}KiB`,
        threads: String(Math.min(availableParallelism(), limits.counting.threads)),
        temp_directory: folder,
        preserve_insertion_order: 'false',
        // Nothing is downloaded while rolebook runs.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        allow_community_extensions: 'false',
      });
      const database = new DuckDb(await instance.connect(), () => instance.closeSync(), folder);
      await database.run("SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false");
      return database;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs fixed statements; no text of a user is a part of one. Throws a RolebookError. */
  async run(statements: string): Promise<void> {
    try {
      await this.#connection.run(statements);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** Sets a variable that statements read. */
  async setFiles(name: 'files' | 'parquet_files', files: readonly string[]): Promise<void> {
    const { listValue, LIST, VARCHAR } = await import('@duckdb/node-api');
    await this.#connection.run(
      `SET VARIABLE ${name} = $files`,
      { files: listValue([...files]) },
      { files: LIST(VARCHAR) },
    );
  }

  async setInstant(name: 'since' | 'until' | 'now', ms: number): Promise<void> {
    await this.#connection.run(`SET VARIABLE ${name} = epoch_ms($ms::BIGINT)::TIMESTAMP AT TIME ZONE 'UTC'`, { ms });
  }

  /** The first column of the rows of a fixed statement, as texts. */
  async list(statement: string, values: Record<string, DuckDBValue> = {}): Promise<readonly string[]> {
    try {
      const reader = await this.#connection.runAndReadAll(statement, values);
      return reader.getRows().map(([first]) => String(first));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** The same for more rows than are to be in memory. */
  async *stream(statement: string): AsyncGenerator<string> {
    const result = await this.#connection.stream(statement);
    for await (const rows of result.yieldRows()) for (const [first] of rows) yield String(first);
  }

  /** Tells how much of some work is done, from 0 to 1. */
  async telling<Result>(onProgress: ((fraction: number) => void) | undefined, work: Promise<Result>): Promise<Result> {
    if (onProgress === undefined) return work;
    const timer = setInterval(() => {
      const { percentage } = this.#connection.progress;
      if (percentage >= 0) onProgress(Math.min(percentage / 100, 1));
    }, progressMs);
    try {
      const result = await work;
      onProgress(1);
      return result;
    } finally {
      clearInterval(timer);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.interrupt();
    this.#connection.closeSync();
    this.#closeInstance();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const progressMs = 100;

function asUnavailable(error: unknown): RolebookError {
  // Its messages quote the statement, and go on for lines.
  const [first = ''] = messageOf(error).split('\n');
  return new RolebookError('unavailable', `the decision log cannot be counted: ${plainText(first, 300)}`, {
    cause: error,
  });
}
