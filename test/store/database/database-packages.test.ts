import { readFile } from 'node:fs/promises';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { databasePackages, requireDatabasePackages } from '../../../src/store/database/database-packages.ts';
import { duckdbPackages } from '../../../src/store/decisions/duckdb.ts';
import type { DatabaseKind } from '../../../src/store/database/database-url.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

const kinds: readonly DatabaseKind[] = ['postgres', 'sqlite'];

function refusalWithout(kind: DatabaseKind, missing: readonly string[]): RolebookError {
  try {
    requireDatabasePackages(kind, (name) => {
      if (missing.includes(name)) throw new Error(`Cannot find module '${name}'`);
    });
  } catch (error) {
    if (error instanceof RolebookError) return error;
    throw error;
  }
  return assert.fail('nothing was missed');
}

/** Every choice of some of them. */
function choices(names: readonly string[]): string[][] {
  return names.reduce<string[][]>((found, name) => [...found, ...found.map((choice) => [...choice, name])], [[]]);
}

describe('the packages of a database', () => {
  it('are asked for when they are not there, and not when they are', () => {
    for (const kind of kinds) {
      requireDatabasePackages(kind);
      requireDatabasePackages(kind, () => undefined);
    }
  });

  it('are told in one command, those that are missing and no others', () => {
    for (const kind of kinds) {
      const names = Object.keys(databasePackages[kind]);
      for (const missing of choices(names).filter(({ length }) => length > 0)) {
        const { code, message, help } = refusalWithout(kind, missing);
        assert.equal(code, 'configuration');
        const shown = missing.map((name) => `\`${name}\``).join(', ');
        assert.equal(message, `\`${kind}:\` needs packages that are not installed: ${shown}`);
        const command = /^run `npm install ([^`]*)` where rolebook is installed/.exec(help ?? '')?.[1]?.split(' ');
        assert.deepEqual(
          command,
          missing.map((name) => `${name}@${databasePackages[kind][name] ?? ''}`),
        );
      }
    }
  });

  it('are those that package.json develops with and installs for nobody', async () => {
    const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
    const manifest = JSON.parse(text) as Manifest;
    const versions = { ...databasePackages.postgres, ...databasePackages.sqlite };
    const others = Object.keys(duckdbPackages);
    assert.sameMembers(Object.keys(manifest.peerDependencies), [...Object.keys(versions), ...others]);
    for (const [name, version] of Object.entries(versions)) {
      assert.notProperty(manifest.dependencies, name);
      assert.isTrue(manifest.peerDependenciesMeta[name]?.optional, name);
      assert.include(manifest.peerDependencies[name]?.split(' || ') ?? [], `^${version}`, name);
      if (name !== '@photostructure/sqlite') assert.equal(manifest.devDependencies[name], version);
    }
    assert.include(['1.2.1', '2.6.0'], databasePackages.sqlite['@photostructure/sqlite']);
  });

  it('are in the commands that docs/database.md shows', async () => {
    const page = await readFile(new URL('../../../docs/database.md', import.meta.url), 'utf8');
    const shown = [...page.matchAll(/^npm install (.*?) +# for (postgres|sqlite):$/gm)];
    assert.deepEqual(
      shown.map(([, , kind]) => kind),
      ['postgres', 'sqlite'],
    );
    for (const [, packages = '', kind] of shown) {
      const { '@photostructure/sqlite': sqlite, ...versions } = databasePackages[kind as DatabaseKind];
      const known = sqlite === undefined ? versions : { ...versions, '@photostructure/sqlite': '1.2.1' };
      assert.deepEqual(
        packages.split(' '),
        Object.entries(known).map(([name, version]) => `${name}@${version}`),
      );
    }
  });
});
