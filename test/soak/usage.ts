import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { readDecisionLine } from '../../src/review/usage/read-decision-line.ts';
import { GeneratedDecisions } from '../support/generated-decisions.ts';
import { publishedLoad } from '../support/published-sql.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { measureProgram, type MeasuredRun } from './measured-program.ts';
import { reviewNaively, type CountedKind, type NaiveReview } from './naive-review.ts';
import { createUsageWorld, findingKey, neverAsked, worldDays, worldStartMs, type UsageWorld } from './usage-world.ts';

/*
 * `npm run usage`: a review of a log of 20 million decisions, of which it is known what nobody uses. Each finding has to be planted, and each that was
 * planted has to be found; a sample of the log is reviewed the naive way, too, and the whole is counted by PostgreSQL. Ends
 * with 1 where anything is wrong, or the review takes more than 60 seconds on two processors, or more than 500 MB.
 * `-- LINES` says how many, `-- LINES no-postgres` leaves PostgreSQL out. The log is plain text: 20 million lines are
 * 6 GB, and PostgreSQL needs three times that beside it.
 */
const lines = Number(process.argv[2] ?? 20_000_000);
const withPostgres = process.argv[3] !== 'no-postgres';
const [mostSeconds, mostMb] = [60, 500];
const sampleLines = 100_000;
const nowMs = worldStartMs + worldDays * 86_400_000;
const at = ['--at', new Date(nowMs).toISOString(), '--format', 'json'];
const since = ['--since', new Date(worldStartMs - 86_400_000).toISOString()];

interface Review {
  readonly log: object;
  readonly findings: readonly { readonly kind: string; readonly about: Readonly<Record<string, string>> }[];
  readonly neverAsked: readonly string[];
  readonly silent: readonly string[];
  readonly unknown: { readonly strangers: number };
}

const faults: string[] = [];
const seconds = (sinceMs: number): number => (performance.now() - sinceMs) / 1000;

function tell(what: string, values: string): void {
  console.log(`${what.padEnd(34)} ${values}`);
}

function tellRun(what: string, run: MeasuredRun): void {
  const { seconds: clock, processorS, mib } = run;
  tell(what, `${clock.toFixed(1)} s, ${processorS.toFixed(1)} s of processors, ${(mib * 1.048576).toFixed(0)} MB`);
}

async function writePolicy(root: string, { files }: UsageWorld): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Writes the log, and lines from all over it into another. */
async function writeLogs(generated: GeneratedDecisions, log: string, sample: string): Promise<void> {
  const [output, few] = [createWriteStream(log), createWriteStream(sample)];
  for (const piece of generated.pieces()) {
    if (!output.write(piece)) await once(output, 'drain');
    const share = Math.min(1, sampleLines / lines);
    const end = piece.indexOf('\n', Math.floor(piece.length * share)) + 1;
    if (!few.write(end === 0 ? piece : piece.slice(0, end))) await once(few, 'drain');
  }
  for (const one of [output, few]) {
    one.end();
    await once(one, 'close');
  }
}

async function review(words: readonly string[]): Promise<MeasuredRun & { readonly found: Review }> {
  const run = await measureProgram(['review', ...words, ...at], ['taskset', '-c', '0,1']);
  return { ...run, found: JSON.parse(run.stdout) as Review };
}

/** Says what is not the same. */
function compare(what: string, found: readonly string[], right: Iterable<string>): void {
  const [has, must] = [new Set(found), new Set(right)];
  const extra = [...has].filter((one) => !must.has(one));
  const missing = [...must].filter((one) => !has.has(one));
  if (has.size !== found.length) faults.push(`${what}: something is told twice`);
  if (extra.length > 0) faults.push(`${what}: ${extra.length} are wrong, as ${extra.slice(0, 3).join('; ')}`);
  if (missing.length > 0) faults.push(`${what}: ${missing.length} are missing, as ${missing.slice(0, 3).join('; ')}`);
}

function compareReview(what: string, found: Review, right: NaiveReview): void {
  compare(
    `${what}, findings`,
    found.findings.map(({ kind, about }) => findingKey(kind, about)),
    right.findings,
  );
  compare(`${what}, silent workspaces`, found.silent, right.silent);
  compare(`${what}, never asked`, found.neverAsked, right.neverAsked);
  if (found.unknown.strangers !== right.strangers) {
    faults.push(`${what}: ${found.unknown.strangers} decisions about strangers, ${right.strangers} are right`);
  }
}

async function naiveRows(file: string): Promise<CountedKind[]> {
  const rows: CountedKind[] = [];
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const read = readDecisionLine(text);
    if ('line' in read) rows.push({ ...read.line, count: 1 });
  }
  return rows;
}

/** Has a PostgreSQL of its own count the log by the published statements, and keeps what it says as a file. */
async function countInPostgres(log: string, counts: string): Promise<{ loadS: number; countS: number }> {
  const statements = await readFile(new URL('../../sql/decision-counts.postgres.sql', import.meta.url), 'utf8');
  const server = await startPostgres();
  const client = new pg.Client({ connectionString: await server.createDatabase() });
  await client.connect();
  try {
    let startedMs = performance.now();
    await client.query("SET work_mem = '256MB'");
    await client.query(`SET rolebook.now = '${new Date(nowMs).toISOString()}'`);
    await client.query('CREATE UNLOGGED TABLE decision_lines (line text)');
    await client.query(publishedLoad(statements).replace('decisions.jsonl', log));
    const loadS = seconds(startedMs);
    startedMs = performance.now();
    await client.query(statements);
    const { rows } = await client.query<{ line: string }>('SELECT line FROM decision_counts_file');
    await writeFile(counts, rows.map(({ line }) => `${line}\n`).join(''));
    return { loadS, countS: seconds(startedMs) };
  } finally {
    await client.end();
    server.stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'usage-'));
try {
  // The server is another user.
  await chmod(folder, 0o755);
  const [root, log, sample, counts] = ['policy', 'log.jsonl', 'sample.jsonl', 'counts.jsonl'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const world = createUsageWorld();
  await writePolicy(root, world);
  if (lines < world.kinds.length) throw new Error(`at least ${world.kinds.length} lines have all that is planted`);
  const generated = new GeneratedDecisions({ seed: 20, lines, kinds: world.kinds, days: worldDays });
  let startedMs = performance.now();
  await writeLogs(generated, log, sample);
  const { size } = await stat(log);
  tell(
    'log',
    `${lines} lines, ${world.kinds.length} kinds, ${(size / 1e9).toFixed(2)} GB, written in ${seconds(startedMs).toFixed(0)} s`,
  );

  const policy = ['--policy', root];
  const whole = await review([log, ...since, ...policy]);
  tellRun('review of it', whole);
  tell('findings', `${whole.found.findings.length}, ${world.planted.size} were planted`);
  const rows = [...generated.rows()];
  compareReview('the whole', whole.found, { ...reviewNaively(world, rows, nowMs), findings: world.planted });
  compareReview('the whole, naively', whole.found, reviewNaively(world, rows, nowMs));
  compare('never asked', whole.found.neverAsked, [neverAsked]);
  const { format: _format, ...header } = generated.header;
  if (!isDeepStrictEqual(whole.found.log, header)) {
    faults.push(`the log is told as ${JSON.stringify(whole.found.log)}, it is ${JSON.stringify(header)}`);
  }

  const few = await naiveRows(sample);
  const ofSample = await review([sample, ...since, ...policy]);
  tellRun(`review of a sample, ${few.length} lines`, ofSample);
  startedMs = performance.now();
  const naive = reviewNaively(world, few, nowMs);
  tell('the same naively', `${naive.findings.size} findings in ${seconds(startedMs).toFixed(1)} s`);
  compareReview('the sample', ofSample.found, naive);

  if (withPostgres) {
    const { loadS, countS } = await countInPostgres(log, counts);
    tell('PostgreSQL', `loaded in ${loadS.toFixed(0)} s, counted in ${countS.toFixed(0)} s`);
    const counted = await review(['--counts', counts, ...policy]);
    tellRun('review of its counts', counted);
    if (!isDeepStrictEqual(counted.found, whole.found))
      faults.push('the review of what PostgreSQL counted is another one');
  }
  if (whole.seconds > mostSeconds) faults.push(`the review took more than ${mostSeconds} s`);
  if (whole.mib * 1.048576 > mostMb) faults.push(`the review took more than ${mostMb} MB`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const fault of faults) console.log(`wrong: ${fault}`);
console.log(faults.length === 0 ? 'all is right' : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
