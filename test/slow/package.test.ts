import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { validatorName } from '../../src/compile/schema/schema-validator.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));

interface Manifest {
  readonly version: string;
  readonly dependencies: Record<string, string>;
}

describe('the package', () => {
  let folder: string;
  let packed: string[];
  let manifest: Manifest;

  // As `npm install` would lay it out, with the dependencies of this checkout in place of downloaded ones.
  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(join(tmpdir(), 'rolebook-pack-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: repository });
    const [report] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    packed = report.files.map(({ path }) => path);
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, 'rolebook'), { recursive: true });
    await run('tar', ['-xzf', join(folder, report.filename), '--strip-components=1', '-C', join(modules, 'rolebook')]);
    manifest = JSON.parse(await readFile(join(modules, 'rolebook', 'package.json'), 'utf8')) as Manifest;
    for (const name of Object.keys(manifest.dependencies)) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(repository, 'node_modules', name), join(modules, name));
    }
  });
  after(() => rm(folder, { recursive: true }));

  const rolebook = (...words: string[]): Promise<{ stdout: string; stderr: string }> =>
    run(process.execPath, [join(folder, 'node_modules/rolebook/bin/rolebook.js'), ...words], { cwd: folder });

  it('holds what it needs and nothing else', () => {
    expect(packed).to.include.members([
      'bin/rolebook.js',
      'dist/cli/main.js',
      'schemas/roles.schema.json',
      'templates/inbox/roles.yaml',
      'LICENSE',
      'README.md',
    ]);
    for (const path of packed) expect(path).not.to.match(/tsbuildinfo|^(src|test|node_modules|coverage|\.ci)\/|\.tgz$/);
  });

  it('holds a ready validator of each schema, so that no command compiles one', () => {
    for (const name of packed.filter((path) => path.endsWith('.schema.json'))) {
      const schema = JSON.parse(readFileSync(join(repository, name), 'utf8')) as object;
      expect(packed).to.include.members([
        `dist/validators/${validatorName(schema, 'all')}`,
        `dist/validators/${validatorName(schema, 'first')}`,
      ]);
    }
  });

  it('has the thread that parses workspaces ahead', async () => {
    const script = `
      import { setTimeout as pause } from 'node:timers/promises';
      import { ParseAhead } from './node_modules/rolebook/dist/cli/diff/parse-ahead.js';
      const ahead = new ParseAhead();
      // What the thread has not begun by then is not parsed by it any more, so it is given another.
      for (let parsed; !parsed; ) {
        const file = { path: 'policies/a.yaml', content: Buffer.from('workspace: a') };
        ahead.add([file]);
        await pause(50);
        parsed = ahead.take(file);
        if (parsed) console.log(parsed.entry.workspace);
      }
      ahead.end();
    `;
    const path = join(folder, 'start-thread.mjs');
    await writeFile(path, script);
    const { stdout } = await run(process.execPath, [path]);
    expect(stdout).to.equal('a\n');
  });

  it('has a rolebook command that says its version', async () => {
    expect((await rolebook('--version')).stdout).to.equal(`${manifest.version}\n`);
  });

  it('begins, lints, tests and asks, from anywhere', async () => {
    await rolebook('init', 'access', '--template', 'phone');
    expect((await rolebook('lint', '--policy', 'access')).stdout).to.equal('');
    expect((await rolebook('test', '--policy', 'access')).stdout).to.match(/[1-9]\d* passed, 0 failed/);
    const refused = await rolebook('enforce', 'nobody', 'nowhere', 'a:b', '--policy', 'access').catch(
      (error: unknown) => error,
    );
    expect(refused).to.deep.include({ code: 1 });
  }).timeout(30_000);

  it('does not take wrong usage for success', async () => {
    for (const words of [['lnit'], ['lint', '--policy', 'nowhere'], ['test', '--formt', 'json'], []]) {
      const refused = await rolebook(...words).then(
        () => undefined,
        (error: unknown) => (error as { code: number }).code,
      );
      expect(refused, words.join(' ')).to.equal(2);
    }
  }).timeout(30_000);
});
