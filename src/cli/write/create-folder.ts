import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and those above it; one that is there is fine. Not `mkdir` with `recursive`: Node.js 20 tries for
 * ever where a file system refuses new folders with ENOENT, as `/proc` does.
 */
export async function createFolder(path: string): Promise<void> {
  try {
    await createOne(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await createFolder(dirname(path));
    await createOne(path);
  }
}

// A file in the way is told by the write that follows, with the path that the user named.
async function createOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
