import { fileURLToPath } from 'node:url';

/** A file or folder of the installed package. Works from `src/cli` and from `dist/cli`, both two levels down. */
export function packagePath(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
