import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The test files, as paths from the root. */
export interface TestSelection {
  /** Those that start no process and no thread, and open no port. */
  readonly quick: readonly string[];
  readonly slow: readonly string[];
}

/**
 * Whether a file of tests draws much at random. Counting which lines run makes such a file slower by a third, and tells
 * nothing: what it reaches, the examples beside it reach.
 */
export function isLaw(file: string): boolean {
  return file.endsWith('-laws.test.ts') || file.startsWith('test/fuzz/');
}

/** Modules of Node that start a process, a thread or a server, and a database that runs where it is loaded. */
const starters: readonly string[] = [
  ...['child_process', 'cluster', 'http', 'http2', 'https', 'net', 'worker_threads'],
  '@duckdb/node-api',
];

/** What tests give to who starts threads. */
const threads = 'support/thread-entry.ts';

// Types are gone when a file runs.
const importPattern = /^(?:import|export)(?! type\b)[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/**
 * Divides the tests by what they import, themselves or through a part of the tests that they import. So there is no list
 * to keep, and a test that is moved stays what it is.
 */
export function selectTests(root: string): TestSelection {
  const startsSomething = createFinder(join(root, 'test'));
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name).split(sep).join('/'))
    .sort();
  const slow = files.filter((file) => startsSomething(join(root, file)));
  return { slow, quick: files.filter((file) => !slow.includes(file)) };
}

function createFinder(tests: string): (path: string) => boolean {
  const known = new Map<string, readonly string[]>();
  const importsOf = (path: string): readonly string[] => {
    const imports = known.get(path) ?? readImports(path);
    known.set(path, imports);
    return imports;
  };
  return (file) => {
    const seen = new Set([file]);
    for (const path of seen) {
      const imports = importsOf(path);
      if (imports.some((name) => starters.includes(name.replace(/^node:/, '')) || name.endsWith(threads))) return true;
      for (const name of imports.filter((each) => each.startsWith('.'))) {
        const other = resolve(dirname(path), name);
        if (!relative(tests, other).startsWith('..')) seen.add(other);
      }
    }
    return false;
  };
}

function readImports(path: string): readonly string[] {
  const found = readFileSync(path, 'utf8').matchAll(importPattern);
  return [...found].map(([, from, alone, later]) => from ?? alone ?? later ?? '');
}
