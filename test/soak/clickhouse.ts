import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { DecisionCount } from '../../src/policy/decision-log/decision-count.ts';
import { readCountsHeader, readDecisionCount } from '../../src/review/usage/decision-counts.ts';
import { countDecisions } from '../../src/store/decisions/count-decisions.ts';
import { fullLine, lineWith, wrongMembers } from '../support/decision-texts.ts';
import { GeneratedDecisions, kindKey } from '../support/generated-decisions.ts';

/*
 * `npm run clickhouse`: the statements for ClickHouse held against DuckDB, line for line, on a made-up log that has each wrong member. The engine
 * comes as a package of npm that has it inside; it is kept in node_modules/.cache, since it has half a gigabyte, and is no part of
 * `npm ci`. Ends with 1 where anything is not the same.
 */
const engine = 'chdb@3.4.0';

interface Session {
  query(statement: string, format?: string): string;
  cleanup(): void;
}

async function openEngine(data: string): Promise<Session> {
  const place = fileURLToPath(new URL('../../node_modules/.cache/clickhouse', import.meta.url));
  await mkdir(place, { recursive: true });
  const words = ['install', '--prefix', place, '--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit'];
  execFileSync('npm', [...words, '--no-fund', engine], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { Session: Opened } = createRequire(join(place, 'package.json'))('chdb') as {
    Session: new (path: string) => Session;
  };
  return new Opened(data);
}

function sorted(rows: readonly DecisionCount[]): DecisionCount[] {
  return [...rows].sort((left, right) => (kindKey(left) < kindKey(right) ? -1 : 1));
}

const folder = await mkdtemp(join(tmpdir(), 'clickhouse-'));
const session = await openEngine(join(folder, 'data'));
const faults: string[] = [];
try {
  const generated = new GeneratedDecisions({ seed: 11, lines: 20_000, kinds: 3000, days: 60 });
  const counted = wrongMembers.filter(([name]) => !['id', 'request', 'attributes', 'attributesLeftOut'].includes(name));
  const odd = [
    ...counted.map(([name, value]) => lineWith(name, value)),
    lineWith('time', '2026-02-30T00:00:00Z'),
    lineWith('time', '2026-08-21t23:30:00.1239+02:00'),
    lineWith('role', 'a/b"c\\d\u2028'),
    JSON.stringify(fullLine).replace('ana', 'a\rna'),
    `\0${JSON.stringify(fullLine)}`,
  ];
  const log = join(folder, 'decisions.jsonl');
  await writeFile(log, `${odd.join('\n')}\n${[...generated.pieces()].join('')}`);
  session.query('CREATE TABLE decision_lines (line String) ENGINE = MergeTree ORDER BY tuple()');
  session.query(`INSERT INTO decision_lines SELECT line FROM file('${log}', 'LineAsString', 'line String')`);
  session.query(await readFile(new URL('../../sql/decision-counts.clickhouse.sql', import.meta.url), 'utf8'));
  const [since, until, now] = [Date.UTC(2026, 7, 11), Date.UTC(2026, 8, 20), Date.UTC(2026, 8, 10)];
  for (const [sinceMs, untilMs] of [
    [undefined, undefined],
    [since, until],
    [now + 1e11, undefined],
  ] as const) {
    const right: DecisionCount[] = [];
    const { header, rows } = await countDecisions({ files: [log], sinceMs, untilMs, nowMs: now });
    for await (const row of rows) right.push(row);
    const text = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());
    const asked = `since = '${text(sinceMs)}', until = '${text(untilMs)}', now = '${text(now)}'`;
    const found = session.query(`SELECT line FROM decision_counts_file(${asked})`, 'TSVRaw').trimEnd().split('\n');
    const headers = found.map(readCountsHeader).flatMap((read) => ('value' in read ? [read.value] : []));
    const others = found.map(readDecisionCount).flatMap((read) => ('value' in read ? [read.value] : []));
    if (!isDeepStrictEqual(headers, [header])) {
      faults.push(`the header is ${JSON.stringify(headers)}, DuckDB says ${JSON.stringify(header)}`);
    }
    if (others.length !== found.length - 1) faults.push('a line is neither a header nor a row');
    if (!isDeepStrictEqual(sorted(others), sorted(right))) faults.push('the rows are others than those of DuckDB');
    console.log(
      `${text(sinceMs) || 'all'}: ${header.lines} decisions, ${header.skipped} skipped, ${right.length} rows`,
    );
  }
} finally {
  session.cleanup();
  await rm(folder, { recursive: true, force: true });
}
for (const fault of faults) console.log(`wrong: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
