import { readFileSync } from 'node:fs';
import { packagePath } from './package-folder.ts';

/** Of the installed package. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}
