import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { disposeSidecars, runSidecar } from '../support/running-sidecar.ts';
import { repository } from './markdown.ts';

/** A request as the page shows it, and its answer. */
const examplePattern = /```\nGET (\S+)\n((?:[A-Z][A-Za-z-]*: .*\n)*)```\n```json\n([^]*?)```/g;

describe('docs/http.md', () => {
  after(disposeSidecars);

  it('shows what a sidecar of its policy answers to whoever reads', async () => {
    const page = await readFile(join(repository, 'docs/http.md'), 'utf8');
    const part = page.slice(
      page.indexOf('## List the roles of a workspace'),
      page.indexOf('## See and change who holds what'),
    );
    const running = await runSidecar();
    const examples = [...part.matchAll(examplePattern)];
    assert.isAtLeast(examples.length, 6);
    for (const [, path = '', lines = '', shown = ''] of examples) {
      const headers = Object.fromEntries(
        lines.split('\n').flatMap((line) => {
          const [name = '', value] = line.split(': ');
          return value === undefined ? [] : [[name, value]];
        }),
      );
      const { json } = await running.call(path, { headers });
      const expected = JSON.parse(shown) as { roles?: unknown[] };
      // Of the list of all roles the page shows a few.
      if (path.endsWith('/roles'))
        assert.includeDeepMembers((json as { roles: unknown[] }).roles, expected.roles ?? []);
      else assert.deepEqual(json, expected, path);
    }
  });

  it('has a command that reads only what changed', async () => {
    const page = await readFile(join(repository, 'docs/http.md'), 'utf8');
    const command = /^curl .*--etag-save.*$/m.exec(page)?.[0] ?? '';
    const running = await runSidecar();
    const cwd = await mkdtemp(join(tmpdir(), 'rolebook-read-'));
    try {
      const call = `${command.replace('http://127.0.0.1:8181', running.address)} -w '%{http_code}'`;
      const codes = [];
      for (let times = 0; times < 2; times += 1) {
        codes.push((await promisify(execFile)('sh', ['-c', call], { cwd })).stdout);
      }
      assert.deepEqual(codes, ['200', '304']);
      assert.include(await readFile(join(cwd, 'catalog.json'), 'utf8'), '"categories"');
    } finally {
      await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
