import { builtinModules } from 'node:module';
import { assert } from 'chai';
import { fileOf, readSources } from './support/source-texts.ts';

/** The floors, lowest first. A file imports from its own floor or a lower one. */
const floors = ['policy', 'compile', 'engine', 'review', 'store', 'library', 'http', 'cli'] as const;

type Floor = (typeof floors)[number];

/** Which floor may import which package. What is not listed is nobody's. */
const packages: Readonly<Record<Floor, readonly string[]>> = {
  // What is an address and what a network says Node's own reader of them.
  policy: ['node:net'],
  // Whether two values are the same, however deep.
  compile: ['js-yaml', 'ajv', 'fastest-levenshtein', 'node:crypto', 'node:module', 'node:util'],
  engine: ['casbin'],
  review: ['diff'],
  store: [
    'typeorm',
    'typeorm-adapter',
    'pg',
    // Counts decisions, and nothing else.
    '@duckdb',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:child_process',
    'node:util',
    'node:timers/promises',
    'node:crypto',
    'node:module',
    'node:url',
    'node:net',
    'node:events',
    // js-yaml reads a text in one piece.
    'node:worker_threads',
    // Who holds the lock of a clone.
    'node:os',
  ],
  library: ['node:path'],
  http: [
    'express',
    'pino',
    'prom-client',
    // Loaded when somebody signs in at a provider.
    'openid-client',
    'node:http',
    'node:net',
    'node:fs',
    'node:fs/promises',
    'node:crypto',
    'node:buffer',
    'node:stream',
    'node:path',
    'node:perf_hooks',
    'node:timers/promises',
    'node:events',
    'node:util',
    'node:os',
    'node:zlib',
    'node:cluster',
    // Of prom-client only parts are loaded.
    'node:module',
  ],
  cli: [
    'commander',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:url',
    'node:module',
    'node:process',
    'node:readline',
    'node:tty',
    'node:os',
    'node:crypto',
    'node:util',
    // A process that hangs at its end is killed by another one.
    'node:child_process',
    // Node's own stream of a file does not notice that a disk runs full in the middle of a write.
    'node:stream',
    // Logs that were rotated are compressed.
    'node:zlib',
    // A sidecar is asked over HTTP.
    'node:http',
    'node:https',
  ],
};

function floorOf(path: string): Floor {
  return path.split('/')[0] as Floor;
}

describe('the architecture', () => {
  const sources = readSources().map((source) => ({ ...source, floor: floorOf(source.path) }));

  it('has files, on known floors only', () => {
    assert.isAbove(sources.length, 50);
    for (const { path, floor } of sources) assert.include(floors, floor, path);
  });

  it('lets a file import from its own floor or a lower one', () => {
    for (const { path, floor, files } of sources) {
      for (const file of files) {
        const found = floors.indexOf(floorOf(file));
        assert.isAtLeast(found, 0, `${path} imports ${file}`);
        assert.isAtMost(found, floors.indexOf(floor), `${path} imports ${file}`);
      }
    }
  });

  it('has nothing but applications import the library', () => {
    for (const { path, floor, files } of sources) {
      for (const file of files) {
        if (floor !== 'library') assert.notStrictEqual(floorOf(file), 'library', `${path} imports ${file}`);
      }
    }
  });

  it('gives each package to the floors that need it', () => {
    for (const { path, floor, imports } of sources) {
      for (const specifier of imports.filter((name) => !name.startsWith('.'))) {
        const name = specifier.startsWith('node:') ? specifier : (specifier.split('/')[0] ?? '');
        assert.include(packages[floor], name, `${path} imports ${specifier}`);
        if (builtinModules.includes(name)) assert.fail(`${path} imports ${name} without \`node:\``);
      }
    }
  });

  it('loads the database packages only for the commands that need a database', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const needed = [
      'cli/author/lint-members.ts',
      'cli/completion/published-revisions.ts',
      'cli/diff/diff-database.ts',
      'cli/releases/publish-command.ts',
      'cli/releases/pull-command.ts',
      'cli/releases/revisions-command.ts',
      'cli/releases/rollback-command.ts',
      'cli/serve/open-database-source.ts',
    ];
    const reached = new Set(['cli/main.ts']);
    for (const path of reached) {
      const { text, imports } = byPath.get(path) ?? { text: '', imports: [] };
      assert.notIncludeMembers([...imports], ['typeorm'], `${path}, reached without a database`);
      assert.notIncludeMembers([...imports], ['pg'], `${path}, reached without a database`);
      assert.notIncludeMembers([...imports], ['typeorm-adapter'], `${path}, reached without a database`);
      for (const specifier of imports.filter((name) => name.startsWith('.'))) {
        const target = fileOf(path, specifier);
        const isType = text
          .split('\n')
          .some((line) => line.startsWith('import type ') && line.includes(`'${specifier}'`));
        if (!isType && !needed.includes(target)) reached.add(target);
      }
    }
    assert.containsAllKeys(reached, [
      'cli/serve/serve-command.ts',
      'store/live/live-policy.ts',
      'http/decisions/enforce-route.ts',
    ]);
    const users = sources
      .filter(({ imports }) => imports.includes('typeorm'))
      .map(({ path }) => path.split('/').slice(0, 2).join('/'));
    assert.deepEqual(new Set(users), new Set(['store/database']));
  });

  it('loads what signs people in at a provider when one is asked for, and names it before as a type alone', () => {
    const naming = sources.filter(({ imports }) => imports.includes('openid-client'));
    assert.isAbove(naming.length, 0);
    for (const { path, text } of naming) {
      for (const line of text.split('\n').filter((one) => one.includes("'openid-client'"))) {
        assert.match(line, /^import type |await import\('openid-client'\)/, path);
      }
    }
  });

  it('starts other programs in one place, where git is told what it must not do', () => {
    const starters = sources.filter(({ imports }) => imports.includes('node:child_process')).map(({ path }) => path);
    // What ends a process that hangs is given nothing but its number.
    const guard = 'cli/command/end-process.ts';
    assert.sameMembers(starters, ['store/git/git-command.ts', 'store/git/git-objects.ts', guard]);
    const types = sources.find(({ path }) => path === 'store/git/git-objects.ts')?.text;
    assert.include(types as string, "import type { ChildProcessWithoutNullStreams } from 'node:child_process'");
  });

  it('keeps the four lower floors pure: no files, no clock, no processes', () => {
    for (const { path, floor, text } of sources) {
      if (floors.indexOf(floor) >= floors.indexOf('store')) continue;
      assert.notMatch(text, /Date\.now\(|new Date\(\)|process\.|setTimeout|setInterval|Math\.random|node:fs/, path);
    }
  });

  it('has no default exports, barrels or drawers', () => {
    for (const { path, text } of sources) {
      assert.notMatch(text, /export default|export \* from|^export \{[^}]*\} from/m, path);
      assert.notMatch(path, /(^|\/)(utils?|helpers?|common|misc|index)(\.ts$|\/)/);
    }
  });

  it('names every file once, in kebab-case', () => {
    const names = sources.map(({ path }) => path.split('/').at(-1) ?? '');
    for (const name of names) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    assert.deepEqual(twice, []);
  });

  it('never makes a pattern or code out of text', () => {
    for (const { path, text } of sources) {
      assert.notMatch(text, /new RegExp\(|\beval\(|new Function\(|RegExp\(/, path);
    }
  });
});
