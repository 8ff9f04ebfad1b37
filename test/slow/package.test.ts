import { execFile } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { validatorName } from '../../src/compile/schema/schema-validator.ts';
import { databasePackages } from '../../src/store/database/database-packages.ts';
import { PackedPackage, repository } from '../support/packed-package.ts';
import { Serving } from '../support/serving.ts';

interface Failure {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const insideText = `
import { followPolicy, loadPolicy, type PolicyEngine, type PolicyQuestion, RolebookError, UnusablePolicy } from 'rolebook';
declare const console: { log(...values: unknown[]): void };
const engine: PolicyEngine<'conversation:assign'> = await loadPolicy('inside', { now: () => 0 });
const question: PolicyQuestion<'conversation:assign'> = {
  subject: { type: 'user', id: 'bo@example.com' },
  workspace: 'support',
  permission: 'conversation:assign',
};
const decision: boolean = engine.decide(question);
const role: string | undefined = engine.explain(question).reason.role;
// @ts-expect-error A permission that is misspelt.
engine.decide({ ...question, permission: 'conversation:asign' });
const source: Parameters<typeof followPolicy>[0] = { git: 'https://git.acme.example/access.git', cache: 'cache' };
let code: 'usage' | 'configuration' | 'unavailable' | undefined;
try {
  await followPolicy({ ...source, ref: '--all' });
} catch (error) {
  if (error instanceof RolebookError && !(error instanceof UnusablePolicy)) code = error.code;
}
console.log(decision, role, code);
`;

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  target: 'es2022',
  lib: ['es2022'],
  module: 'nodenext',
  types: [],
};

/** As `du` counts it: whole blocks, folders too, but nothing of the packages within. */
function sizeOf(path: string): number {
  const stats = lstatSync(path);
  const own = stats.blocks * 512;
  if (!stats.isDirectory()) return own;
  const names = readdirSync(path).filter((name) => name !== 'node_modules');
  return names.reduce((sum, name) => sum + sizeOf(join(path, name)), own);
}

describe('what is published', function () {
  this.timeout(120_000);
  let laid: PackedPackage;
  before(async () => (laid = await PackedPackage.lay()));
  after(() => laid.dispose());

  describe('the package', () => {
    it('holds what it needs and nothing else', () => {
      assert.includeMembers(
        [...laid.files],
        [
          'bin/rolebook.js',
          'dist/bundle/rolebook/main.js',
          'dist/bundle/rolebook/yaml-thread.js',
          'schemas/roles.schema.json',
          'templates/inbox/roles.yaml',
          'LICENSE',
          'README.md',
        ],
      );
      for (const path of laid.files)
        assert.notMatch(path, /tsbuildinfo|^(src|test|node_modules|coverage|\.ci)\/|\.tgz$/);
    });

    it('has the types of its entry, all that they name, and no others', () => {
      const reached = new Set(['dist/library/library.d.ts']);
      for (const path of reached) {
        assert.include([...laid.files], path);
        const text = readFileSync(join(laid.folder, 'node_modules/rolebook', path), 'utf8');
        for (const [, from = ''] of text.matchAll(/from '([^']+)'/g)) {
          reached.add(join(dirname(path), from).replace(/(?<!\.d)\.ts$/, '.d.ts'));
        }
      }
      assert.sameMembers(
        laid.files.filter((path) => path.endsWith('.d.ts')),
        [...reached],
      );
    });

    it('decides in process, and its types compile in a strict project that has no others', async () => {
      await laid.rolebook('init', 'inside');
      await writeFile(join(laid.folder, 'package.json'), '{ "type": "module" }');
      await writeFile(join(laid.folder, 'inside.ts'), insideText);
      await writeFile(
        join(laid.folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: strict, files: ['inside.ts'] }),
      );
      const tsc = join(repository, 'node_modules/typescript/bin/tsc');
      await promisify(execFile)(process.execPath, [tsc, '-p', laid.folder]).catch((error: unknown) =>
        assert.fail((error as Failure).stdout),
      );
      const { stdout } = await promisify(execFile)(process.execPath, ['inside.js'], { cwd: laid.folder });
      assert.strictEqual(stdout, 'true team-lead usage\n');
      const closed = "await import('rolebook/dist/cli/main.js')";
      const refused = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', closed], {
        cwd: laid.folder,
      }).catch((error: unknown) => error as Failure);
      assert.match(refused.stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
    }).timeout(60_000);

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
        import { once } from 'node:events';
        import { Worker } from 'node:worker_threads';
        const thread = new Worker(new URL('./node_modules/rolebook/dist/bundle/rolebook/yaml-thread.js', import.meta.url));
        thread.postMessage(Buffer.from('a: b # ' + '.'.repeat(300_000)));
        const [events] = await once(thread, 'message');
        console.log(events instanceof Int32Array);
        await thread.terminate();
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
      await laid.rolebook('init', 'begun', '--template', 'phone');
      assert.strictEqual((await laid.rolebook('lint', '--policy', 'begun')).stdout, '');
      assert.match((await laid.rolebook('test', '--policy', 'begun')).stdout, /[1-9]\d* passed, 0 failed/);
      const refused = await laid
        .rolebook('enforce', 'nobody', 'nowhere', 'a:b', '--policy', 'begun')
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

  describe('a packed install', () => {
    const databases = [...new Set(Object.values(databasePackages).flatMap((versions) => Object.keys(versions)))];
    before(() => laid.rolebook('init', 'access', '--template', 'phone'));

    const refusalOf = async (...words: string[]): Promise<Failure> =>
      laid.rolebook(...words).then(
        () => assert.fail(`\`${words.join(' ')}\` worked`),
        (error: unknown) => error as Failure,
      );

    it('brings at most 110 packages and 30 MB, and nothing of a database', async () => {
      // What is beside the package in this repository comes with nobody who installs it.
      const list = ['ls', '--omit=dev', '--all', '--parseable', '--workspaces=false'];
      const { stdout } = await promisify(execFile)('npm', list, { cwd: repository });
      const [root, ...paths] = stdout.trim().split('\n');
      assert.strictEqual(`${root ?? ''}/`, repository);
      const names = paths.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
      assert.includeMembers(names, Object.keys(laid.manifest.dependencies));
      for (const name of names)
        assert.notInclude([...databases, 'mongodb', 'bson', 'reflect-metadata', 'sqlite3'], name);
      assert.deepEqual(
        names.filter((name) => /typeorm|^pg|sql|mongo|node-gyp|prebuild/.test(name)),
        [],
      );
      assert.isAtLeast(names.length, 20);
      assert.isAtMost(names.length, 110);
      const bytes = [join(laid.folder, 'node_modules/rolebook'), ...paths].reduce((sum, path) => sum + sizeOf(path), 0);
      assert.isAtLeast(bytes / 1_000_000, 5);
      assert.isAtMost(bytes / 1_000_000, 30);
    });

    it('lints, tests and decides, and serves files, without the packages of a database', async () => {
      assert.strictEqual((await laid.rolebook('lint', '--policy', 'access')).stdout, '');
      assert.match((await laid.rolebook('test', '--policy', 'access')).stdout, /[1-9]\d* passed, 0 failed/);
      const allowed = ['enforce', 'ana@acme.example', 'support', 'call:make', '--policy', 'access'];
      assert.strictEqual((await refusalOf(...allowed)).code, 1);
      for (const workers of ['1', '2']) {
        const args = ['--policy', 'access', '--listen', '127.0.0.1:0', '--workers', workers];
        const serving = new Serving(args, laid.folder, { program: laid.program });
        try {
          await serving.untilOutput('answers on');
          assert.strictEqual((await fetch(`http://${serving.address.replace(/^http:\/\//, '')}/readyz`)).status, 200);
          serving.signal('SIGTERM');
          assert.strictEqual(await serving.untilExit(), 0);
        } finally {
          serving.kill();
        }
      }
    });

    it('says for each kind of database which command installs what is missing, whatever is asked of it', async () => {
      const commands = [
        ['publish', '--policy', 'access'],
        ['revisions'],
        ['rollback', '0123456789ab', '--yes'],
        ['diff', '--policy', 'access'],
        ['serve', '--listen', '127.0.0.1:0'],
      ];
      for (const [url, kind] of [
        ['sqlite:a.db', 'sqlite'],
        ['postgres://ana:s3cret@127.0.0.1:1/roles', 'postgres'],
      ] as const) {
        const versions = Object.entries(databasePackages[kind]);
        const command = ['npm install', ...versions.map(([name, version]) => `${name}@${version}`)].join(' ');
        for (const words of commands) {
          const { code, stdout, stderr } = await refusalOf(...words, '--database', url);
          assert.strictEqual(code, 2, words.join(' '));
          assert.strictEqual(stdout, '');
          const [error, help, ...more] = stderr.trimEnd().split('\n');
          assert.match(
            String(error),
            /^error: `(sqlite|postgres):` needs packages that are not installed: `typeorm`, `typeorm-ad/,
          );
          assert.strictEqual(
            help,
            `help: run \`${command}\` where rolebook is installed, with \`--global\` if it is global`,
          );
          assert.deepEqual(more, []);
        }
      }
    });

    it('has a database as soon as exactly these are there', async () => {
      for (const name of Object.keys(databasePackages.sqlite)) await laid.install(name);
      const publish = ['publish', '--policy', 'access', '--database', 'sqlite:a.db'];
      assert.match((await laid.rolebook(...publish)).stdout, /^published: revision/);
      assert.match((await laid.rolebook('revisions', '--database', 'sqlite:a.db')).stdout, /^release/);
      const serving = new Serving(['--database', 'sqlite:a.db', '--listen', '127.0.0.1:0'], laid.folder, {
        program: laid.program,
      });
      try {
        await serving.untilOutput('answers on');
      } finally {
        serving.kill();
      }
      const { code, stderr } = await refusalOf('revisions', '--database', 'postgres://127.0.0.1:1/roles');
      assert.strictEqual(code, 2);
      assert.match(stderr, /^error: `postgres:` needs packages that are not installed: `pg`\n/);
    });
  });
});
