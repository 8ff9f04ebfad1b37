import { assert } from 'chai';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

describe('scripts/copy-example.js', () => {
  it('copies the policy that `npm start` serves once, and leaves alone what somebody tried', async () => {
    const root = await mkdtemp(join(tmpdir(), 'rolebook-try-'));
    await mkdir(join(root, 'scripts'));
    for (const name of ['roles.yaml', 'policies', 'scripts/copy-example.js']) {
      await cp(join(repository, name), join(root, name), { recursive: true });
    }
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    const copy = (): unknown => execFileSync(process.execPath, [join(root, 'scripts/copy-example.js')]);
    copy();
    const file = join(root, '.try/policies/acme/support-emea.yaml');
    assert.include(await readFile(file, 'utf8'), 'workspace: support-emea');
    await writeFile(file, '# mine\n');
    copy();
    assert.strictEqual(await readFile(file, 'utf8'), '# mine\n');
    await rm(root, { recursive: true });
  });
});
