import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { repository } from './markdown.ts';

describe('SECURITY.md', () => {
  it('names a test for each promise, and each of them is there', async () => {
    const page = await readFile(join(repository, 'SECURITY.md'), 'utf8');
    const doors = page.slice(page.indexOf('## The doors'), page.indexOf('## Known limits'));
    const rows = doors.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| door '));
    assert.isAbove(rows.length, 20);
    for (const row of rows) {
      const tests = [...row.matchAll(/`([a-z/-]+\.test\.ts)`/g)].map(([, path = '']) => path);
      assert.isAbove(tests.length, 0, row);
      for (const path of tests) assert.strictEqual(existsSync(join(repository, 'test', path)), true, path);
    }
  });
});
