import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import type { CountsHeader, DecisionCount } from '../../../src/policy/decision-log/decision-count.ts';
import { readCountsHeader, readDecisionCount } from '../../../src/review/usage/decision-counts.ts';
import { countDecisions, type CountRequest } from '../../../src/store/decisions/count-decisions.ts';
import { DuckDb, duckdbPackages } from '../../../src/store/decisions/duckdb.ts';
import { fullLine, lineWith, oldLine } from '../../support/decision-texts.ts';
import { GeneratedDecisions, kindKey } from '../../support/generated-decisions.ts';

const nowMs = Date.UTC(2026, 11, 1);

interface Counts {
  readonly header: CountsHeader;
  readonly rows: readonly DecisionCount[];
}

async function count(files: readonly string[], asked: Partial<CountRequest> = {}): Promise<Counts> {
  const { header, rows } = await countDecisions({ files, nowMs, ...asked });
  const all: DecisionCount[] = [];
  for await (const row of rows) all.push(row);
  for (const row of all) assert.deepEqual(readDecisionCount(JSON.stringify(row)), { value: row });
  assert.deepEqual(readCountsHeader(JSON.stringify(header)), { value: header });
  return { header, rows: all };
}

async function refusal(files: readonly string[]): Promise<RolebookError> {
  try {
    await countDecisions({ files, nowMs });
  } catch (error) {
    if (error instanceof RolebookError) return error;
    throw error;
  }
  return assert.fail('it was counted');
}

describe('the decisions of log files', function () {
  this.timeout(60_000);
  let folder: string;
  let log: string;
  const generated = new GeneratedDecisions({ seed: 7, lines: 60_000, kinds: 5000, days: 100 });
  let text = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-logs-'));
    log = join(folder, 'decisions.log');
    text = [...generated.pieces()].join('');
    await writeFile(log, text);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, lines: readonly string[]): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  }

  function assertGenerated({ header, rows }: Counts): void {
    assert.deepEqual(header, generated.header);
    const byKind = (left: DecisionCount, right: DecisionCount): number => (kindKey(left) < kindKey(right) ? -1 : 1);
    const right = [...generated.rows()];
    assert.isAbove(right.length, 4000);
    assert.deepEqual([...rows].sort(byKind), right.sort(byKind));
  }

  it('are counted by kind, as they were made', async () => assertGenerated(await count([log])));

  it('are counted in files that were rotated and compressed', async () => {
    const cut = text.indexOf('\n', text.length / 3) + 1;
    await writeFile(join(folder, 'rotated-1.log.gz'), gzipSync(text.slice(0, cut)));
    await writeFile(join(folder, 'rotated-2.log'), text.slice(cut));
    assertGenerated(await count([join(folder, 'rotated-*')]));
    assertGenerated(await count([join(folder, 'rotated-2.log'), join(folder, 'rotated-1.log.gz')]));
  });

  it('are counted in Parquet, with whatever types somebody gave the columns', async () => {
    const lines = await write('few.log', [JSON.stringify(fullLine), oldLine, JSON.stringify(fullLine)]);
    const { rows: right, header } = await count([lines]);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const read = `read_json('${lines}', format = 'newline_delimited')`;
    const shapes = {
      inferred: `SELECT * FROM ${read}`,
      texts: `SELECT * REPLACE (time::TIMESTAMPTZ AS time, to_json(subject)::VARCHAR AS subject, to_json(scope)::VARCHAR AS scope) FROM ${read}`,
      empty: `SELECT * REPLACE (coalesce(workspace, '') AS workspace, coalesce(organization, '') AS organization, coalesce(role, '') AS role, coalesce(scope, []) AS scope) FROM ${read}`,
    };
    for (const [shape, select] of Object.entries(shapes)) {
      const path = join(folder, `${shape}.parquet`);
      await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
      const found = await count([path]);
      assert.deepEqual(found.header, header, shape);
      assert.sameDeepMembers([...found.rows], [...right], shape);
    }
    const both = await count([join(folder, 'inferred.parquet'), lines]);
    assert.equal(both.header.lines, 6);
    assert.sameDeepMembers(
      [...both.rows],
      right.map((row) => ({ ...row, count: 2 * row.count })),
    );
    connection.closeSync();
    instance.closeSync();
  });

  it('are counted from the first instant on that is asked for, and before the last', async () => {
    const times = [
      '2026-08-31T23:59:59.999Z',
      '2026-09-01T02:00:00.000+02:00',
      '2026-09-30T23:59:59.999Z',
      '2026-10-01t00:00:00z',
    ];
    const path = await write('times.log', [...times.map((time) => lineWith('time', time)), 'torn']);
    const [sinceMs, untilMs] = [Date.UTC(2026, 8, 1), Date.UTC(2026, 9, 1)];
    const { header, rows } = await count([path], { sinceMs, untilMs });
    assert.deepInclude(header, { lines: 2, outside: 2, skipped: 1, days: 2 });
    assert.deepInclude(header, { from: '2026-09-01T00:00:00.000Z', to: '2026-09-30T23:59:59.999Z' });
    assert.deepEqual(
      rows.map((row) => row.count),
      [2],
    );
    assert.deepInclude((await count([path], { sinceMs })).header, { lines: 3, outside: 1 });
    assert.deepInclude((await count([path], { untilMs })).header, { lines: 3, outside: 1 });
    assert.deepInclude((await count([path], { sinceMs: nowMs })).header, {
      lines: 0,
      outside: 4,
      days: 0,
      revisions: 0,
    });
  });

  it('are counted and told where a clock is ahead', async () => {
    const path = await write('ahead.log', [
      lineWith('time', '2026-12-01T00:00:00.001Z'),
      lineWith('time', '2026-12-01T00:00:00Z'),
    ]);
    assert.deepInclude((await count([path])).header, { lines: 2, ahead: 1 });
  });

  it('are nobody’s where no line is one', async () => {
    const path = await write('other.log', ['', 'torn', '{"level":30,"time":"2026-11-21T21:02:04.189Z"}']);
    assert.deepEqual(await count([path]), {
      header: { format: 'rolebook-counts/1', days: 0, lines: 0, skipped: 2, outside: 0, ahead: 0, revisions: 0 },
      rows: [],
    });
    assert.equal((await count([await write('empty.log', [])])).header.lines, 0);
  });

  it('are counted with how far it is, up to the end', async () => {
    const fractions: number[] = [];
    await count([log], { onProgress: (fraction) => fractions.push(fraction) });
    for (const fraction of fractions) assert.isTrue(fraction >= 0 && fraction <= 1, String(fraction));
    assert.deepEqual(
      fractions,
      [...fractions].sort((left, right) => left - right),
    );
    assert.equal(fractions.at(-1), 1);
  });

  it('are not counted where there is no such file, whatever it is called', async () => {
    for (const name of ['nowhere.log', 'nowhere-*.log', "it's.log", '', "'); DROP TABLE x; --", '$files', folder]) {
      const { code, message, help } = await refusal([log, join(folder, name)]);
      assert.equal(code, 'configuration');
      assert.include(message, 'there is no file `');
      assert.include(help ?? '', '*');
    }
  });

  it('are counted in a file with an odd name', async () => {
    const path = await write("it's $files; --.log", [oldLine]);
    assert.equal((await count([path])).header.lines, 1);
  });

  it('are not counted elsewhere without what DuckDB needs for that, and nothing is downloaded', async () => {
    for (const url of ['s3://logs/decisions.jsonl', 'https://logs.example/decisions.parquet', 'gs://logs/*.log']) {
      const { code, message, help } = await refusal([log, url]);
      assert.equal(code, 'configuration');
      assert.equal(message, `\`${url}\` is read by DuckDB's extension \`httpfs\`, which is not installed`);
      assert.include(help ?? '', 'rolebook downloads nothing');
    }
  });

  it('are not counted where a file is no Parquet, or not compressed as it says', async () => {
    for (const name of ['false.parquet', 'false.log.gz']) {
      const { code, message } = await refusal([await write(name, ['x'.repeat(100)])]);
      assert.equal(code, 'unavailable');
      assert.include(message, name);
    }
  });

  it('are counted without a trace on the disk', async () => {
    const left = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`rolebook-counting-${process.pid}-`));
    const { rows } = await countDecisions({ files: [log], nowMs });
    assert.lengthOf(await left(), 1);
    for await (const row of rows) if (row.count > 0) break;
    assert.deepEqual(await left(), []);
    const unread = await countDecisions({ files: [log], nowMs });
    await unread.close();
    await unread.close();
    assert.deepEqual(await left(), []);
    await refusal([join(folder, 'nowhere')]);
    assert.deepEqual(await left(), []);
  });

  it('need a package, which is told where it is missing', async () => {
    try {
      await DuckDb.open(() => {
        throw new Error('Cannot find module');
      });
      assert.fail('it was opened');
    } catch (error) {
      const { code, message, help } = error as RolebookError;
      assert.equal(code, 'configuration');
      assert.equal(message, 'counting decisions needs packages that are not installed: `@duckdb/node-api`');
      assert.include(help ?? '', 'npm install @duckdb/node-api@');
    }
    const manifest = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
    assert.deepInclude(manifest.devDependencies, duckdbPackages);
    assert.deepInclude(manifest.peerDependencies, duckdbPackages);
    assert.isTrue(manifest.peerDependenciesMeta['@duckdb/node-api']?.optional);
  });
});

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}
