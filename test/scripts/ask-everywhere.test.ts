import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../docs/markdown.ts';

describe('scripts/ask-everywhere.js', () => {
  it('finds that the built library, sidecar and clients do on this Node what `npm run node-versions` asks of others', async () => {
    const script = join(repository, 'scripts/ask-everywhere.js');
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    assert.strictEqual(stdout, `Node ${process.version} decides, serves and asks\n`);
  }).timeout(120_000);
});
