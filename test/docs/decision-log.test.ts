import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { assert } from 'chai';
import type { CountsHeader, DecisionCount } from '../../src/policy/decision-log/decision-count.ts';
import { parseAttributeNames } from '../../src/http/logging/logged-attributes.ts';
import { readCountsHeader, readDecisionCount } from '../../src/review/usage/decision-counts.ts';
import { readDecisionLine } from '../../src/review/usage/read-decision-line.ts';
import { countDecisions } from '../../src/store/decisions/count-decisions.ts';
import { duckdbPackages } from '../../src/store/decisions/duckdb.ts';
import { fullLine, oldLine } from '../support/decision-texts.ts';
import { publishedLoad } from '../support/published-sql.ts';

describe('docs/decision-log.md', () => {
  let page: string;
  before(async () => (page = await readFile(new URL('../../docs/decision-log.md', import.meta.url), 'utf8')));

  const blocks = (kind: string): string[] =>
    page
      .split('```')
      .filter((_, index) => index % 2 === 1)
      .filter((block) => block.startsWith(`${kind}\n`))
      .map((block) => block.slice(kind.length + 1).trimEnd());

  it('shows a line with members that are all described, and that is read', () => {
    const [line = ''] = blocks('json');
    assert.containsAllKeys(readDecisionLine(line), ['line']);
    for (const name of Object.keys(JSON.parse(line) as object)) assert.include(page, `\`${name}\``);
  });

  it('shows a counts file that is read', () => {
    const [header = '', row = ''] = blocks('json')[1]?.split('\n') ?? [];
    assert.containsAllKeys(readCountsHeader(header), ['value']);
    assert.containsAllKeys(readDecisionCount(row), ['value']);
  });

  it('shows names of attributes that may be asked for, and the package that counts', () => {
    const names = /--decision-log-attributes (\S+)/.exec(page)?.[1] ?? '';
    assert.deepEqual(parseAttributeNames(names), ['resource.owner', 'context.ip']);
    for (const [name, version] of Object.entries(duckdbPackages))
      assert.include(page, `npm install ${name}@${version}`);
  });

  it('names statements that are there', async () => {
    for (const [, path = ''] of page.matchAll(/(sql\/[\w.-]+\.sql)/g)) {
      assert.include(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8'), 'decision_');
    }
  });

  it('shows how a log becomes Parquet that is counted alike', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolebook-parquet-'));
    const [log, parquet] = [join(folder, 'decisions.jsonl'), join(folder, 'decisions.parquet')];
    await writeFile(log, `${JSON.stringify(fullLine)}\n${oldLine}\n`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`SET VARIABLE files = ['${log}']`);
    await connection.run(await readFile(new URL('../../sql/decision-lines.duckdb.sql', import.meta.url), 'utf8'));
    await connection.run((blocks('duckdb')[0] ?? '').replace('decisions.parquet', parquet));
    connection.closeSync();
    instance.closeSync();
    const [right, found] = await Promise.all([log, parquet].map((file) => countAll(file)));
    assert.equal(right?.header.lines, 2);
    assert.deepEqual(found?.header, right?.header);
    assert.sameDeepMembers(found?.rows ?? [], right?.rows ?? []);
    await rm(folder, { recursive: true });
  });

  it('shows the line that loads a log into PostgreSQL, which is the one that is tested', async () => {
    const published = await readFile(new URL('../../sql/decision-counts.postgres.sql', import.meta.url), 'utf8');
    assert.equal(publishedLoad(blocks('psql')[0] ?? ''), publishedLoad(published));
  });
});

async function countAll(file: string): Promise<{ readonly header: CountsHeader; readonly rows: DecisionCount[] }> {
  const { header, rows } = await countDecisions({ files: [file], nowMs: Date.UTC(2026, 11, 1) });
  const all: DecisionCount[] = [];
  for await (const row of rows) all.push(row);
  return { header, rows: all };
}
