import { readFile } from 'node:fs/promises';
import { assert } from 'chai';
import { parseAttributeNames } from '../../src/http/logging/logged-attributes.ts';
import { readCountsHeader, readDecisionCount } from '../../src/review/usage/decision-counts.ts';
import { readDecisionLine } from '../../src/review/usage/read-decision-line.ts';
import { duckdbPackages } from '../../src/store/decisions/duckdb.ts';

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
});
