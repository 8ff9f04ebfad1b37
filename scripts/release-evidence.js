/*
 * Writes the evidence of a release, offline, from what is in the repository:
 *
 *   rolebook-VERSION.cdx.json         what it is made of: an SBOM (CycloneDX 1.5) of all that is installed with it
 *   rolebook-VERSION.intoto.json      how it was made: SLSA 1.0 provenance (in-toto) of the tarball of `npm pack`
 *
 *   npm run release:evidence -- --out DIR [--builder URL]
 *
 * Neither has a time or a random number in it: the same commit gives the same files, byte for byte, so whoever doubts one
 * makes it again and compares. They are not signed; `docs/releasing.md` says how.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockfile = readFileSync(join(root, 'package-lock.json'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const { values } = parseArgs({
  options: { out: { type: 'string' }, builder: { type: 'string', default: 'urn:rolebook:builder:by-hand' } },
});
if (values.out === undefined) {
  process.stderr.write('`--out DIR` is missing: where the evidence is to be written\n');
  process.exit(2);
}
mkdirSync(values.out, { recursive: true });

const tarball = pack(values.out);
write(`${manifest.name}-${manifest.version}.cdx.json`, describeParts(JSON.parse(lockfile.toString('utf8')).packages));
write(`${manifest.name}-${manifest.version}.intoto.json`, describeMaking(tarball, values.builder));

/** What is published, as it is built. */
function pack(folder) {
  const printed = execFileSync(
    'npm',
    ['pack', '--json', '--silent', '--offline', '--ignore-scripts', '--pack-destination', folder],
    {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [{ filename }] = JSON.parse(printed.slice(printed.indexOf('[\n')));
  return { name: filename, digest: sha256(readFileSync(join(folder, filename))) };
}

function describeParts(packages) {
  const { dependencies, peerDependencies } = packages[''];
  const installed = reachFrom(Object.keys(dependencies), packages);
  // Who wants a database installs these beside it.
  const optional = reachFrom(Object.keys(peerDependencies), packages);
  const parts = [...new Set([...installed, ...optional])].map((path) =>
    describePart(nameOf(path), packages[path], installed.has(path) ? 'required' : 'optional'),
  );
  const unique = new Map(parts.map((part) => [part['bom-ref'], part]));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        ...describeComponent(manifest.name, manifest.version, manifest.license),
        type: 'application',
        description: manifest.description,
      },
    },
    components: [...unique.values()].sort(byReference),
  };
}

/** Where in the lockfile the packages are that these names lead to. */
function reachFrom(names, packages) {
  const paths = new Set(names.map((name) => placeOf(name, '', packages)));
  for (const path of paths) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      paths.add(placeOf(name, path, packages));
    }
  }
  return paths;
}

/** As Node.js looks for a package: in the folder of who asks, then above it. */
function placeOf(name, asker, packages) {
  for (let folder = asker; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === '') throw new Error(`the lockfile has no \`${name}\`, which \`${asker}\` needs`);
  }
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function describePart(name, { version, license, integrity }, scope) {
  return {
    ...describeComponent(name, version, license),
    scope,
    ...(integrity === undefined ? {} : { hashes: integrity.split(' ').map(describeHash) }),
  };
}

function describeComponent(name, version, license) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [describeLicense(license)] }),
  };
}

function describeLicense(license) {
  if (/ (?:OR|AND|WITH) /.test(license)) return { expression: license };
  return { license: { id: license } };
}

function describeHash(integrity) {
  const [algorithm, digest] = [integrity.slice(0, integrity.indexOf('-')), integrity.slice(integrity.indexOf('-') + 1)];
  const alg = algorithm.toUpperCase().replace('SHA', 'SHA-');
  return { alg, content: Buffer.from(digest, 'base64').toString('hex') };
}

function describeMaking({ name, digest }, builder) {
  const commit = git('rev-parse', 'HEAD');
  const isClean = git('status', '--porcelain', '--untracked-files=no') === '';
  if (!isClean) process.stderr.write('files differ from the commit that the provenance names; it says so\n');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:rolebook:build-type:npm-pack:1',
        externalParameters: { commit, isClean },
        internalParameters: { node: process.versions.node.split('.')[0] },
        resolvedDependencies: [
          { name: 'source', digest: { gitCommit: commit } },
          { name: 'package-lock.json', digest: { sha256: sha256(lockfile) } },
        ],
      },
      runDetails: { builder: { id: builder } },
    },
  };
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function byReference(left, right) {
  return left['bom-ref'] < right['bom-ref'] ? -1 : 1;
}

function write(name, document) {
  writeFileSync(join(values.out, name), `${JSON.stringify(document, undefined, 2)}\n`);
  process.stdout.write(`${name}\n`);
}
