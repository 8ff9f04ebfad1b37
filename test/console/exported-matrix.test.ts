import { readFile } from 'node:fs/promises';
import { assert } from 'chai';
import { csvOf } from '../../packages/console/src/matrix/matrix-csv.ts';
import { ownPolicyFiles } from '../support/example-files.ts';
import { useBrowser, Visits } from '../support/console-visit.ts';

const file = 'policies/acme/support-emea.yaml';

describe('a text in an exported table', () => {
  const rows: readonly [string, string][] = [
    ['Team lead', '"Team lead"'],
    ['', '""'],
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', `"'=1+1"`],
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['|cmd', `"'|cmd"`],
    ['%0A', `"'%0A"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    ['  =1', `"'  =1"`],
    ['\u00a0=1', `"'\u00a0=1"`],
    ['\ufeff=1', `"'\ufeff=1"`],
    ['\u202e=1', `"'\u202e=1"`],
    ['\u200b@x', `"'\u200b@x"`],
    ['＝1', `"'＝1"`],
    ['1=1', '"1=1"'],
    ['a-b', '"a-b"'],
    ['مدير =', '"مدير ="'],
    ['<script>', '"<script>"'],
  ];
  for (const [text, expected] of rows) {
    it(`is ${expected}`, () => assert.strictEqual(csvOf([[text]]), `\ufeff${expected}\r\n`));
  }

  it('stands in its column and its line, whatever it has in it', () => {
    const lines = rows.map(([text]) => [text, 'x', text]);
    const read = [
      ...csvOf(lines)
        .slice(1)
        .matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g),
    ];
    assert.lengthOf(read, 3 * rows.length);
    assert.strictEqual(read.map(([whole]) => whole).join(''), csvOf(lines).slice(1));
    assert.strictEqual(read.filter(([, , end]) => end === '\r\n').length, rows.length);
  });
});

describe('the matrix, exported', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  before(async () => {
    const files = ownPolicyFiles();
    const odd = (files[file] ?? '').replace('title: Team lead', `title: '=cmd|"/C calc"!A0'`);
    visits = await Visits.open(browser(), { files: { ...files, [file]: odd } });
  });
  after(() => visits.close());
  afterEach(() => assert.deepEqual(visits.faults, []));

  it('has what is shown, role by role, and no formula', async () => {
    const page = await visits.visit('farid@acme.example', '/workspaces/support-emea/matrix?roles=team-lead,trainee');
    await page.locator('.matrix').waitFor();
    await page.getByRole('checkbox', { name: 'Only differences' }).check();
    const shown = await page.locator('.matrix tbody tr:not(.group)').count();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export as CSV' }).click(),
    ]);
    assert.strictEqual(download.suggestedFilename(), 'roles.csv');
    const text = await readFile(await download.path(), 'utf8');
    const [head, ...lines] = text.trimEnd().split('\r\n');
    assert.strictEqual(
      head,
      `\ufeff"Permission","Id","Category","'=cmd|""/C calc""!A0 (team-lead)","Trainee (trainee)"`,
    );
    assert.lengthOf(lines, shown);
    assert.include(lines, '"Assign conversations","conversation:assign","Conversations","yes","no"');
  });
});
