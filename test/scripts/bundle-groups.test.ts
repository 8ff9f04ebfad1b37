import { assert } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mochaGlobalSetup as buildFirst } from '../support/build-first.ts';

const folder = fileURLToPath(new URL('../../dist/bundle/rolebook', import.meta.url));

/** What a file of the bundle loads before it runs: other files of the bundle, and packages. */
interface Loaded {
  readonly modules: readonly string[];
  readonly packages: readonly string[];
}

describe('scripts/bundle-groups.js', () => {
  before(buildFirst);

  it('has every command but `serve` begin without what serves', () => {
    const commands = readdirSync(folder).filter((name) => /-command-\w+\.js$/.test(name));
    assert.isAbove(commands.length, 20);
    for (const command of commands.filter((name) => !name.startsWith('serve-'))) {
      const { modules, packages } = loadedBy(command);
      assert.deepEqual(
        modules.filter((path) => serves(path)),
        [],
        command,
      );
      assert.includeMembers(['commander', 'diff', 'fastest-levenshtein', 'js-yaml'], [...packages], command);
    }
  });

  it('has the library begin without what serves, and without what commands are made of', () => {
    const { modules, packages } = loadedBy('library.js');
    assert.deepEqual(
      modules.filter((path) => serves(path) || path.startsWith('dist/cli/')),
      [],
    );
    assert.deepEqual(packages, ['casbin', 'fastest-levenshtein']);
  });

  it('has `serve` read its own modules in few files, and finds them when it looks', () => {
    const serving = readdirSync(folder).filter((name) => name.startsWith('serve-alone-'));
    assert.lengthOf(serving, 1);
    const { modules, packages } = loadedBy(serving[0] ?? '');
    assert.isAbove(modules.filter((path) => serves(path)).length, 50);
    assert.includeMembers([...packages], ['casbin', 'express', 'pino']);
  });
});

function serves(path: string): boolean {
  return /^dist\/http\/(?:server|members|decisions|console|metrics|status)\//.test(path);
}

function loadedBy(entry: string): Loaded {
  const files = new Set([entry]);
  const modules: string[] = [];
  const packages = new Set<string>();
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8');
    modules.push(...[...text.matchAll(/^\/\/ (dist\/\S+)$/gm)].map(([, path = '']) => path));
    for (const [, from = ''] of text.matchAll(/^(?:import|export)(?: [^;]*? from)? ?"([^"]+)";$/gm)) {
      if (from.startsWith('./')) files.add(from.slice(2));
      else if (!from.startsWith('node:')) packages.add(from);
    }
  }
  return { modules, packages: [...packages].sort() };
}
