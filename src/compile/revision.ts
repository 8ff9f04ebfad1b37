import { createHash } from 'node:crypto';
import { compareText } from '../policy/position.ts';

/** A file that decides, as far as the digest of its policy depends on it. */
export interface DigestedFile {
  readonly path: string;
  readonly digest: string;
}

/**
 * SHA-256 in hex over the paths and contents of the files that decide; two policies are one when this is the same. Paths
 * count, because the folder of a workspace says which organization it belongs to.
 */
export function computeDigest(files: readonly DigestedFile[]): string {
  const steps = computeDigestInSteps(files);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

// One call of the hash for many files: a call costs as much as the text of some.
const filesPerStep = 256;

/** The same in short steps. */
export function* computeDigestInSteps(files: readonly DigestedFile[]): Generator<undefined, string> {
  const hash = createHash('sha256');
  // INVARIANT: sorted by path, so the order in which files were found does not matter.
  const sorted = sortByPath(files);
  for (let index = 0; index < sorted.length; index += filesPerStep) {
    const lines = sorted
      .slice(index, index + filesPerStep)
      .map((file) => `${JSON.stringify(file.path)} ${file.digest}\n`);
    hash.update(lines.join(''));
    yield;
  }
  return hash.digest('hex');
}

export function sortByPath<File extends { readonly path: string }>(files: readonly File[]): readonly File[] {
  return [...files].sort((left, right) => compareText(left.path, right.path));
}

/** SHA-256 of a text, in hex. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
