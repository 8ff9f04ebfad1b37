import { readFile } from 'node:fs/promises';
import { RolebookError } from '../../policy/errors.ts';
import type { CountsHeader, DecisionCount } from '../../policy/decision-log/decision-count.ts';
import type { CountedDecisions } from '../../review/usage/decision-counts.ts';
import { DuckDb } from './duckdb.ts';
import { isElsewhere, type LogFiles, sortLogFiles } from './log-files.ts';
import { parquetColumns, parquetLines } from './parquet-lines.ts';

export interface CountRequest {
  /** Names, patterns with `*` and URLs; JSON lines, as they are or compressed, and Parquet. */
  readonly files: readonly string[];
  /** The first instant that counts. */
  readonly sinceMs?: number | undefined;
  /** The first that counts no more. */
  readonly untilMs?: number | undefined;
  /** Decisions of later than that are `ahead`. */
  readonly nowMs: number;
  /** Hears how much is done, from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** A log that was counted. The counts are kept by DuckDB until it is closed, or the last row was taken. */
export interface OpenCounts extends CountedDecisions {
  close(): Promise<void>;
}

/**
 * Counts the decisions of logs by DuckDB, in memory of a few hundred megabytes whatever their size. Lines that are none
 * are told in the header. Throws a RolebookError where a file cannot be read, or DuckDB is not installed.
 */
export async function countDecisions(request: CountRequest): Promise<OpenCounts> {
  const database = await DuckDb.open();
  try {
    const files = sortLogFiles(request.files);
    await requireReach(database, files);
    await requireFiles(database, request.files);
    await openLines(database, files);
    const { sinceMs, untilMs, nowMs } = request;
    if (sinceMs !== undefined) await database.setInstant('since', sinceMs);
    if (untilMs !== undefined) await database.setInstant('until', untilMs);
    await database.setInstant('now', nowMs);
    const statements = await publishedSql('decision-counts.duckdb');
    await database.telling(request.onProgress, database.run(statements));
    const [header = ''] = await database.list('SELECT line FROM decision_counts_header');
    const rows = rowsOf(database);
    return { header: JSON.parse(header) as CountsHeader, rows, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function* rowsOf(database: DuckDb): AsyncGenerator<DecisionCount> {
  try {
    for await (const line of database.stream('SELECT line FROM decision_counts_rows')) {
      yield JSON.parse(line) as DecisionCount;
    }
  } finally {
    await database.close();
  }
}

/** A statement that is published in `sql/` of the package. */
async function publishedSql(name: string): Promise<string> {
  return readFile(new URL(`../../../sql/${name}.sql`, import.meta.url), 'utf8');
}

async function requireReach(database: DuckDb, { elsewhere: [first] }: LogFiles): Promise<void> {
  if (first === undefined) return;
  const installed = await database.list(
    "SELECT extension_name FROM duckdb_extensions() WHERE extension_name = 'httpfs' AND installed",
  );
  if (installed.length === 0) {
    throw new RolebookError(
      'configuration',
      `\`${first}\` is read by DuckDB's extension \`httpfs\`, which is not installed`,
      {
        help: 'rolebook downloads nothing while it runs; run `INSTALL httpfs` in DuckDB once, or copy the files to this machine',
      },
    );
  }
  await database.run('LOAD httpfs');
}

async function requireFiles(database: DuckDb, files: readonly string[]): Promise<void> {
  for (const file of files.filter((one) => !isElsewhere(one))) {
    const found = await database.list('SELECT file FROM glob($file) LIMIT 1', { file });
    if (found.length > 0) continue;
    throw new RolebookError('configuration', `there is no file \`${file}\``, {
      help: 'name files, or a pattern such as `logs/*.log.gz` for those of a folder',
    });
  }
}

async function openLines(database: DuckDb, { text, parquet }: LogFiles): Promise<void> {
  if (text.length > 0) {
    await database.setFiles('files', text);
    await database.run(await publishedSql('decision-lines.duckdb'));
  }
  if (parquet.length === 0) return;
  await database.setFiles('parquet_files', parquet);
  const described = await database.list(parquetColumns);
  await database.run(parquetLines(new Map(described.map(splitColumn))));
  if (text.length > 0) await database.run('ALTER VIEW decision_lines RENAME TO decision_lines_of_text');
  const others = text.length > 0 ? 'SELECT * FROM decision_lines_of_text UNION ALL ' : '';
  await database.run(`CREATE TEMP VIEW decision_lines AS ${others}SELECT * FROM decision_lines_of_parquet`);
}

function splitColumn(described: string): [name: string, type: string] {
  const blank = described.indexOf(' ');
  return [described.slice(0, blank), described.slice(blank + 1)];
}
