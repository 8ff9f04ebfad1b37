import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const root = join(repository, 'src');

/** A file of sources, and what it imports, be it types alone. */
export interface SourceText {
  /** Relative to the sources, as all paths here. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  /** As they are written. */
  readonly imports: readonly string[];
  /** Files of the same sources among them. */
  readonly files: readonly string[];
}

const importPattern = /(?:^|\n)\s*(?:import|export)\b[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gm;

/** All files of `src`, or of other sources of the repository, in the order of their paths. */
export function readSources(of = 'src'): SourceText[] {
  const folder = join(repository, of);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:tsx?|css)$/.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      const imports = [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
      const files = imports.filter((name) => name.startsWith('.')).map((name) => fileOf(path, name));
      return { path, folder: dirname(path), text, imports, files };
    });
}

/** The file that a specifier means. */
export function fileOf(importer: string, specifier: string): string {
  return relative(root, join(root, dirname(importer), specifier));
}

/** Files that import one another, the first of them again at the end; undefined when there are none. */
export function findCircle(sources: ReadonlyMap<string, SourceText>): string | undefined {
  const done = new Set<string>();
  const look = (path: string, way: readonly string[]): string | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path].join(' → ');
    if (done.has(path)) return undefined;
    for (const file of sources.get(path)?.files ?? []) {
      const found = look(file, [...way, path]);
      if (found !== undefined) return found;
    }
    done.add(path);
    return undefined;
  };
  for (const path of sources.keys()) {
    const found = look(path, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
