import { createHash } from 'node:crypto';
import { compareText } from '../policy/position.ts';

/**
 * Twelve hex digits over the paths and contents of the files that decide. Paths count, because the folder of a
 * workspace says which organization it belongs to.
 */
export function computeRevision(files: readonly { readonly path: string; readonly digest: string }[]): string {
  const hash = createHash('sha256');
  // INVARIANT: sorted by path, so the order in which files were found does not matter.
  for (const file of [...files].sort((left, right) => compareText(left.path, right.path))) {
    hash.update(`${JSON.stringify(file.path)} ${file.digest}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}
