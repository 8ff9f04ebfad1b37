import { execFile } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { databasePackages } from '../../src/store/database/database-packages.ts';
import { Serving } from '../support/serving.ts';
import { PackedPackage, repository } from '../support/packed-package.ts';

interface Failure {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As `du` counts it: whole blocks, folders too, but nothing of the packages within. */
function sizeOf(path: string): number {
  const stats = lstatSync(path);
  const own = stats.blocks * 512;
  if (!stats.isDirectory()) return own;
  const names = readdirSync(path).filter((name) => name !== 'node_modules');
  return names.reduce((sum, name) => sum + sizeOf(join(path, name)), own);
}

describe('a packed install', function () {
  this.timeout(120_000);
  const databases = [...new Set(Object.values(databasePackages).flatMap((versions) => Object.keys(versions)))];
  let laid: PackedPackage;
  before(async () => {
    laid = await PackedPackage.lay();
    await laid.rolebook('init', 'access', '--template', 'phone');
  });
  after(() => laid.dispose());

  const refusalOf = async (...words: string[]): Promise<Failure> =>
    laid.rolebook(...words).then(
      () => expect.fail(`\`${words.join(' ')}\` worked`),
      (error: unknown) => error as Failure,
    );

  it('brings at most 110 packages and 30 MB, and nothing of a database', async () => {
    const list = ['ls', '--omit=dev', '--all', '--parseable'];
    const { stdout } = await promisify(execFile)('npm', list, { cwd: repository });
    const [root, ...paths] = stdout.trim().split('\n');
    expect(`${root ?? ''}/`).to.equal(repository);
    const names = paths.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    expect(names).to.include.members(Object.keys(laid.manifest.dependencies));
    for (const name of names)
      expect([...databases, 'mongodb', 'bson', 'reflect-metadata', 'sqlite3']).not.to.include(name);
    expect(names.filter((name) => /typeorm|^pg|sql|mongo|node-gyp|prebuild/.test(name))).to.deep.equal([]);
    expect(names.length).to.be.within(20, 110);
    const bytes = [join(laid.folder, 'node_modules/rolebook'), ...paths].reduce((sum, path) => sum + sizeOf(path), 0);
    expect(bytes / 1_000_000).to.be.within(5, 30);
  });

  it('lints, tests and decides, and serves files, without the packages of a database', async () => {
    expect((await laid.rolebook('lint', '--policy', 'access')).stdout).to.equal('');
    expect((await laid.rolebook('test', '--policy', 'access')).stdout).to.match(/[1-9]\d* passed, 0 failed/);
    const allowed = ['enforce', 'ana@acme.example', 'support', 'call:make', '--policy', 'access'];
    expect((await refusalOf(...allowed)).code).to.equal(1);
    for (const workers of ['1', '2']) {
      const args = ['--policy', 'access', '--listen', '127.0.0.1:0', '--workers', workers];
      const serving = new Serving(args, laid.folder, { program: laid.program });
      try {
        await serving.untilOutput('answers on');
        expect((await fetch(`http://${serving.address.replace(/^http:\/\//, '')}/readyz`)).status).to.equal(200);
        serving.signal('SIGTERM');
        expect(await serving.untilExit()).to.equal(0);
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
        expect(code, words.join(' ')).to.equal(2);
        expect(stdout).to.equal('');
        const [error, help, ...more] = stderr.trimEnd().split('\n');
        expect(error).to.match(
          /^error: `(sqlite|postgres):` needs packages that are not installed: `typeorm`, `typeorm-ad/,
        );
        expect(help).to.equal(
          `help: run \`${command}\` where rolebook is installed, with \`--global\` if it is global`,
        );
        expect(more).to.deep.equal([]);
      }
    }
  });

  it('has a database as soon as exactly these are there', async () => {
    for (const name of Object.keys(databasePackages.sqlite)) await laid.install(name);
    const publish = ['publish', '--policy', 'access', '--database', 'sqlite:a.db'];
    expect((await laid.rolebook(...publish)).stdout).to.match(/^published: revision/);
    expect((await laid.rolebook('revisions', '--database', 'sqlite:a.db')).stdout).to.match(/^release/);
    const serving = new Serving(['--database', 'sqlite:a.db', '--listen', '127.0.0.1:0'], laid.folder, {
      program: laid.program,
    });
    try {
      await serving.untilOutput('answers on');
    } finally {
      serving.kill();
    }
    const { code, stderr } = await refusalOf('revisions', '--database', 'postgres://127.0.0.1:1/roles');
    expect(code).to.equal(2);
    expect(stderr).to.match(/^error: `postgres:` needs packages that are not installed: `pg`\n/);
  });
});
