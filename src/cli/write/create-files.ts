import { lstat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { createFolder } from './create-folder.ts';
import { cannotWrite } from './replace-files.ts';

/** Writes new files below a folder, or none of them when one is already there. Answers their paths. */
export async function createFiles(
  root: string,
  shownRoot: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<readonly string[]> {
  try {
    const taken = [];
    for (const path of files.keys()) if (await isTaken(join(root, path))) taken.push(join(shownRoot, path));
    if (taken.length > 0) throw alreadyThere(taken);
    // `wx` refuses what has come in the meantime, so nothing is ever overwritten.
    for (const [path, content] of files) {
      await createFolder(dirname(join(root, path)));
      await writeFile(join(root, path), content, { flag: 'wx' });
    }
  } catch (error) {
    throw error instanceof RolebookError ? error : cannotWrite(shownRoot, error);
  }
  return [...files.keys()].map((path) => join(shownRoot, path));
}

// lstat, because a link that leads nowhere is there too.
async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function alreadyThere(paths: readonly string[]): RolebookError {
  const [first = ''] = paths;
  const list = paths.map((path) => `\`${path}\``).join(', ');
  const [what, help] =
    paths.length === 1
      ? [`\`${first}\` is already there`, 'move it away, or name another folder']
      : [`${paths.length} files are already there`, `move them away, or name another folder: ${list}`];
  return new RolebookError('configuration', `${what}; nothing was written`, { help });
}
