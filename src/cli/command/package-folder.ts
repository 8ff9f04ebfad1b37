import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';

/** A file or folder of the installed package. Works from `src/cli` and from `dist/cli`, both two levels down. */
export function packagePath(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** Of the installed package. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}
