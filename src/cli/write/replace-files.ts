import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { createFolder } from './create-folder.ts';

/**
 * Writes files into a folder, which is created. Each is written beside its place and renamed into it, so a Casbin that
 * loads the folder meanwhile never reads half a policy. Answers the paths, below the folder as the user wrote it.
 */
export async function replaceFiles(
  root: string,
  shownRoot: string,
  files: ReadonlyMap<string, string | Iterable<string>>,
): Promise<readonly string[]> {
  try {
    await createFolder(root);
    for (const [name, text] of files) await replaceFile(join(root, name), text);
  } catch (cause) {
    throw cannotWrite(shownRoot, cause);
  }
  return [...files.keys()].map((name) => join(shownRoot, name));
}

/** What to tell about a write that failed: a path that is taken is the user's to choose again. */
export function cannotWrite(shownRoot: string, cause: unknown): RolebookError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') {
    const help = 'name a folder, or a path where one can be created';
    return new RolebookError('configuration', `cannot write to \`${shownRoot}\`: a file or folder is in the way`, {
      help,
      cause,
    });
  }
  return new RolebookError('unavailable', `cannot write to \`${shownRoot}\`: ${messageOf(cause)}`, { cause });
}

async function replaceFile(path: string, text: string | Iterable<string>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
