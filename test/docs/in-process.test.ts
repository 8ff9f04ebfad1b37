import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { codeBlocks, repository } from './markdown.ts';

const run = promisify(execFile);
const page = 'docs/in-process.md';

describe('the page about asking in process', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-page-'));
    await run(rolebookProgram, ['init', 'access'], { cwd: folder });
  });
  after(() => rm(folder, { recursive: true }));

  it('has scripts that run and print what it says', async () => {
    const entry = pathToFileURL(join(repository, 'dist/bundle/rolebook/library.js')).href;
    const scripts = codeBlocks(page, 'js');
    assert.lengthOf(scripts, 3);
    const printed: string[] = [];
    for (const [index, script] of scripts.entries()) {
      const path = join(folder, `script-${index}.mjs`);
      await writeFile(path, script.replace("from 'rolebook'", `from '${entry}'`));
      printed.push((await run(process.execPath, [path], { cwd: folder })).stdout);
    }
    assert.deepEqual([printed[0], printed[2]], codeBlocks(page, 'text'));
    assert.match(printed[1] ?? '', /^[0-9a-f]{12} false\n$/);
  }).timeout(30_000);
});
