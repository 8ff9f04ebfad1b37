import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { countsFormat, type CountsHeader, type DecisionCount } from '../../policy/decision-log/decision-count.ts';
import { reviewLimits } from '../../policy/review/review-limits.ts';
import { formatInstant, parseInstant } from '../../policy/text/instant.ts';
import { readCountsHeader, readDecisionCount } from '../../review/usage/decision-counts.ts';
import { readDecisionLine } from '../../review/usage/read-decision-line.ts';
import { isCountingInstalled } from '../../store/decisions/duckdb.ts';
import type { CommandIo } from '../command/command-io.ts';
import { ProgressBar } from '../report/progress-bar.ts';

/** The time that is asked about, in milliseconds since 1970 UTC. */
export interface LogTime {
  /** Undefined: since ever. */
  readonly sinceMs: number | undefined;
  readonly nowMs: number;
}

type Take = (count: DecisionCount) => void;

/** Reads logs line by line, whatever their size, and tells each decision; what is no decision is counted. */
export async function readLogs(
  io: CommandIo,
  files: readonly string[],
  { sinceMs = -Infinity, nowMs }: LogTime,
  take: Take,
): Promise<CountsHeader> {
  const head = { days: new Set<number>(), lines: 0, skipped: 0, outside: 0, ahead: 0, revisions: new Set<string>() };
  const { cwd } = io;
  const total = await sizeOfLogs(cwd, files);
  const bar = new ProgressBar(io);
  let [fromMs, toMs, done] = [Infinity, -Infinity, 0];
  for (const file of files) {
    for await (const text of linesOf(cwd, file)) {
      // A line feed ends it, and nearly all of it is one byte a letter.
      bar.show({ done: (done += text.length + 1), total });
      const read = readDecisionLine(text);
      if ('fault' in read) {
        if (read.fault !== 'blank') head.skipped += 1;
        continue;
      }
      const { line, atMs } = read;
      if (atMs < sinceMs) {
        head.outside += 1;
        continue;
      }
      head.lines += 1;
      head.days.add(Math.floor(atMs / dayMs));
      if (atMs > nowMs) head.ahead += 1;
      head.revisions.add(line.revision);
      [fromMs, toMs] = [Math.min(fromMs, atMs), Math.max(toMs, atMs)];
      take({ ...line, count: 1, first: line.time, last: line.time });
    }
  }
  bar.clear();
  const { lines, skipped, outside, ahead } = head;
  const times = lines === 0 ? {} : { from: formatInstant(fromMs), to: formatInstant(toMs) };
  const counted = { days: head.days.size, lines, skipped, outside, ahead, revisions: head.revisions.size };
  return { format: countsFormat, ...times, ...counted };
}

const dayMs = 86_400_000;

/** Whether logs are read line by line: files here with lines of JSON, and no more of them than is read at once. All others are for DuckDB. */
export async function areReadHere({ cwd }: CommandIo, files: readonly string[]): Promise<boolean> {
  if (!files.every(isPlainLog)) return false;
  return !isCountingInstalled() || (await sizeOfLogs(cwd, files)) <= reviewLimits.plainBytes;
}

// One that is not there is told when it is read.
async function sizeOfLogs(cwd: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => stat(resolve(cwd, file)).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

function isPlainLog(file: string): boolean {
  return !/\.(?:gz|zst|parquet)$|[*?[\]]|^[a-z][a-z0-9+.-]*:\/\//i.test(file);
}

/** Counts logs by DuckDB, and tells each row. */
export async function countLogs(
  io: CommandIo,
  files: readonly string[],
  { sinceMs, nowMs }: LogTime,
  take: Take,
): Promise<CountsHeader> {
  const { countDecisions } = await import('../../store/decisions/count-decisions.ts');
  const named = files.map((file) => (file.includes('://') ? file : resolve(io.cwd, file)));
  const bar = new ProgressBar(io);
  const onProgress = (share: number): void => bar.show({ done: share * 1000, total: 1000 });
  const counted = await countDecisions({ files: named, sinceMs, nowMs, onProgress }).finally(() => {
    bar.clear();
  });
  try {
    for await (const row of counted.rows) take(row);
  } finally {
    await counted.close();
  }
  return counted.header;
}

/** Reads a counts file and tells each row. It is whole or worth nothing. */
export async function readCounts({ cwd }: CommandIo, file: string, take: Take): Promise<CountsHeader> {
  let header: CountsHeader | undefined;
  let number = 0;
  for await (const text of linesOf(cwd, file)) {
    number += 1;
    if (!header) {
      header = valueOf(readCountsHeader(text), file, number);
      continue;
    }
    if (text.trim() !== '') take(valueOf(readDecisionCount(text), file, number));
  }
  if (header) return header;
  throw new RolebookError('configuration', `\`${file}\` is empty`, { help: 'a counts file begins with its header' });
}

function valueOf<Value>(
  read: { readonly value: Value } | { readonly message: string },
  file: string,
  number: number,
): Value {
  if ('value' in read) return read.value;
  const help = 'a counts file is written by the statements of docs/decision-log.md';
  throw new RolebookError('configuration', `${file}:${number}: ${read.message}`, { help });
}

async function* linesOf(cwd: string, file: string): AsyncGenerator<string> {
  const input = createReadStream(resolve(cwd, file));
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[code];
    const help = code === 'EISDIR' ? 'name its files, as in `rolebook review logs/*.jsonl`' : undefined;
    const message = `\`${file}\` cannot be read: ${why ?? messageOf(cause)}`;
    throw new RolebookError('configuration', message, { cause, ...(help !== undefined && { help }) });
  } finally {
    input.destroy();
  }
}

/** Reads `90d`, a date or a time, as milliseconds since 1970 UTC. */
export function parseSince(value: string, nowMs: number): number {
  const [, days] = /^(\d{1,5})d$/.exec(value) ?? [];
  const ms = days === undefined ? parseInstant(value) : nowMs - Number(days) * dayMs;
  if (ms !== undefined && ms < nowMs) return ms;
  if (ms !== undefined) {
    const help = 'nothing was decided since then; write days, `90d`, or a date that is past';
    throw new RolebookError('usage', `\`--since\` is not past, found \`${value}\``, { help });
  }
  const help = 'write days, `90d`, a date, `2026-09-01`, or a time with its offset, `2026-09-01T00:00:00Z`';
  throw new RolebookError('usage', `\`--since\` takes a time, found \`${value}\``, { help });
}
