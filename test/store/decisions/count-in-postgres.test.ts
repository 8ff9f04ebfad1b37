import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import pg from 'pg';
import type { DecisionCount } from '../../../src/policy/decision-log/decision-count.ts';
import { readCountsHeader, readDecisionCount } from '../../../src/review/usage/decision-counts.ts';
import { countDecisions } from '../../../src/store/decisions/count-decisions.ts';
import { fullLine, lineWith } from '../../support/decision-texts.ts';
import { GeneratedDecisions, kindKey } from '../../support/generated-decisions.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { publishedLoad } from '../../support/published-sql.ts';

const fullText = JSON.stringify(fullLine);
const smallTime = lineWith('time', '2026-08-21t23:30:00.123+02:00');
const statements = new URL('../../../sql/decision-counts.postgres.sql', import.meta.url);

function sorted(rows: readonly DecisionCount[]): DecisionCount[] {
  return [...rows].sort((left, right) => (kindKey(left) < kindKey(right) ? -1 : 1));
}

describe('decisions counted by PostgreSQL', function () {
  this.timeout(120_000);
  let folder: string;
  let client: pg.Client;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-logs-'));
    // The server is another user, and reads the log itself.
    await chmod(folder, 0o755);
    const server = await postgresServer();
    client = new pg.Client({ connectionString: await server.createDatabase() });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await rm(folder, { recursive: true, force: true });
  });

  it('are those that DuckDB counts, line for line', async () => {
    const generated = new GeneratedDecisions({ seed: 11, lines: 20_000, kinds: 3000, days: 60 });
    const odd = [
      '\0{',
      '\u0001',
      '\u0002"',
      fullText.replace('ana', 'a\rna'),
      `${fullText}\r`,
      `\0${fullText}`,
      smallTime,
    ];
    const text = `${odd.join('\n')}\n${[...generated.pieces()].join('')}`;
    const log = join(folder, 'decisions.log');
    await writeFile(log, text);
    const [sinceMs, untilMs, nowMs] = [Date.UTC(2026, 7, 11), Date.UTC(2026, 8, 20), Date.UTC(2026, 8, 10)];
    const right: DecisionCount[] = [];
    const { header, rows } = await countDecisions({ files: [log], sinceMs, untilMs, nowMs });
    for await (const row of rows) right.push(row);
    assert.isAbove(header.outside, 1000);
    assert.isAbove(header.ahead, 1000);
    assert.isAbove(header.skipped, 5);

    await client.query('CREATE TABLE decision_lines (line text)');
    const sql = await readFile(statements, 'utf8');
    await client.query(publishedLoad(sql).replace('decisions.jsonl', log));
    for (const [name, ms] of Object.entries({ since: sinceMs, until: untilMs, now: nowMs })) {
      await client.query('SELECT set_config($1, $2, false)', [`rolebook.${name}`, new Date(ms).toISOString()]);
    }
    await client.query(sql);
    const { rows: found } = await client.query<{ line: string }>('SELECT line FROM decision_counts_file');
    const [first, ...others] = found.map(({ line }) => line);
    assert.deepEqual(readCountsHeader(first ?? ''), { value: header });
    const counted = others.map((line) => {
      const read = readDecisionCount(line);
      return 'value' in read ? read.value : assert.fail(`${read.message}: ${line}`);
    });
    assert.deepEqual(sorted(counted), sorted(right));
  });
});
