import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../src', import.meta.url));

/** A file of `src`, and what it imports, be it types alone. */
export interface SourceText {
  /** Relative to `src`, as all paths here. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  /** As they are written. */
  readonly imports: readonly string[];
  /** Files of `src` among them. */
  readonly files: readonly string[];
}

const importPattern = /(?:^|\n)\s*(?:import|export)\b[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|^import '([^']+)'/gm;

/** All files of `src`, in the order of their paths. */
export function readSources(): SourceText[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const imports = [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
      const files = imports.filter((name) => name.startsWith('.')).map((name) => fileOf(path, name));
      return { path, folder: dirname(path), text, imports, files };
    });
}

/** The file that a specifier means. */
export function fileOf(importer: string, specifier: string): string {
  return relative(root, join(root, dirname(importer), specifier));
}
