import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { classifyPath, decidingKinds, type SourceFile } from '../../compile/file/policy-files.ts';

/** A file of a policy that was not read yet. */
export interface ListedFile {
  readonly path: string;
  readonly at: string;
  readonly bytes: number;
}

/** The files that decide, with their sizes. Nothing else of this process waits, so all of it is done in one go. */
export function listPolicyFiles(root: string): readonly ListedFile[] {
  const paths = readdirSync(join(root, 'policies'), { recursive: true, encoding: 'utf8' });
  return ['roles.yaml', ...paths.map((path) => `policies/${path.replaceAll('\\', '/')}`)].flatMap((path) => {
    if (!decidingKinds.has(classifyPath(path))) return [];
    const at = join(root, path);
    const found = statSync(at, { throwIfNoEntry: false });
    // Whatever is no file could keep a reader waiting.
    return found?.isFile() === true ? [{ path, at, bytes: found.size }] : [];
  });
}

export function readListed({ path, at }: ListedFile): SourceFile {
  return { path, content: readFileSync(at) };
}

/** Whether they are read and compiled before somebody who types notices. */
export function areSoonRead(files: readonly ListedFile[]): boolean {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) <= mostBytes;
}

// A hundred kilobytes take less than a tenth of a second.
const mostBytes = 96 * 1024;

/** Whether these letters stand anywhere in it. */
export function holdsLetters({ at }: ListedFile, letters: string): boolean {
  return readFileSync(at).includes(letters);
}

/** The beginning of it. */
export function readHead({ at }: ListedFile): string {
  const head = Buffer.alloc(headBytes);
  const file = openSync(at, 'r');
  try {
    return head.toString('utf8', 0, readSync(file, head, 0, headBytes, 0));
  } finally {
    closeSync(file);
  }
}

const headBytes = 4096;
