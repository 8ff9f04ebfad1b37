import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';

/** A file or folder of the installed package. Works from rooms of `src` and `dist` and from `dist/bundle/rolebook`, all as deep. */
export function packagePath(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** Of the installed package. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}
