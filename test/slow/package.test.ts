import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { validatorName } from '../../src/compile/schema/schema-validator.ts';
import { PackedPackage, repository } from '../support/packed-package.ts';

describe('the package', () => {
  let laid: PackedPackage;
  before(async function () {
    this.timeout(60_000);
    laid = await PackedPackage.lay();
  });
  after(() => laid.dispose());

  it('holds what it needs and nothing else', () => {
    assert.includeMembers(
      [...laid.files],
      [
        'bin/rolebook.js',
        'dist/cli/main.js',
        'schemas/roles.schema.json',
        'templates/inbox/roles.yaml',
        'LICENSE',
        'README.md',
      ],
    );
    for (const path of laid.files) assert.notMatch(path, /tsbuildinfo|^(src|test|node_modules|coverage|\.ci)\/|\.tgz$/);
  });

  it('holds a ready validator of each schema, so that no command compiles one', () => {
    for (const name of laid.files.filter((path) => path.endsWith('.schema.json'))) {
      const schema = JSON.parse(readFileSync(join(repository, name), 'utf8')) as object;
      assert.includeMembers(
        [...laid.files],
        [`dist/validators/${validatorName(schema, 'all')}`, `dist/validators/${validatorName(schema, 'first')}`],
      );
    }
  });

  it('has the thread that reads long files', async () => {
    const script = `
      import { LongFiles } from './node_modules/rolebook/dist/store/live/long-files.js';
      const file = { path: 'policies/a.yaml', content: Buffer.from('a: b # ' + '.'.repeat(300_000)) };
      const longFiles = new LongFiles();
      await longFiles.look([file]);
      console.log(longFiles.take(file) instanceof Int32Array);
    `;
    const path = join(laid.folder, 'look.mjs');
    await writeFile(path, script);
    const { stdout } = await promisify(execFile)(process.execPath, [path]);
    assert.strictEqual(stdout, 'true\n');
  });

  it('has a rolebook command that says its version', async () => {
    assert.strictEqual((await laid.rolebook('--version')).stdout, `${laid.manifest.version}\n`);
  });

  it('begins, lints, tests and asks, from anywhere', async () => {
    await laid.rolebook('init', 'access', '--template', 'phone');
    assert.strictEqual((await laid.rolebook('lint', '--policy', 'access')).stdout, '');
    assert.match((await laid.rolebook('test', '--policy', 'access')).stdout, /[1-9]\d* passed, 0 failed/);
    const refused = await laid
      .rolebook('enforce', 'nobody', 'nowhere', 'a:b', '--policy', 'access')
      .catch((error: unknown) => error);
    assert.deepInclude(refused as object, { code: 1 });
  }).timeout(30_000);

  it('does not take wrong usage for success', async () => {
    for (const words of [['lnit'], ['lint', '--policy', 'nowhere'], ['test', '--formt', 'json'], []]) {
      const refused = await laid.rolebook(...words).then(
        () => undefined,
        (error: unknown) => (error as { code: number }).code,
      );
      assert.strictEqual(refused, 2, words.join(' '));
    }
  }).timeout(30_000);
});
