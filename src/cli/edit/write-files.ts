import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { CommandIo } from '../command/command-io.ts';
import { cannotWrite } from '../write/replace-files.ts';

interface Staged {
  readonly path: string;
  readonly temporary: string;
}

/**
 * Writes files that were edited over those that were read: each whole, beside its place and then in it, all of them
 * written before the first takes its place. Throws, with nothing written, when one is not what was read any more.
 */
export async function writeEditedFiles(
  io: CommandIo,
  policyFolder: string,
  before: readonly SourceFile[],
  touched: readonly SourceFile[],
): Promise<void> {
  const known = new Map(before.map((file) => [file.path, file]));
  const staged: Staged[] = [];
  try {
    for (const file of touched) {
      if (!('content' in file)) continue;
      // A file may be a symbolic link, which stays one.
      const path = await realpath(join(resolve(io.cwd, policyFolder), file.path));
      await requireUnchanged(path, known.get(file.path), join(policyFolder, file.path));
      const temporary = `${path}.${process.pid}.tmp`;
      staged.push({ path, temporary });
      await writeFile(temporary, file.content, { flag: 'wx' });
      await chmod(temporary, (await stat(path)).mode);
    }
    for (const { path, temporary } of staged) await rename(temporary, path);
  } catch (cause) {
    for (const { temporary } of staged) await rm(temporary, { force: true });
    throw cause instanceof RolebookError ? cause : cannotWrite(policyFolder, cause);
  }
}

async function requireUnchanged(path: string, known: SourceFile | undefined, shown: string): Promise<void> {
  const now = await readFile(path);
  if (known && 'content' in known && now.equals(known.content)) return;
  const help = 'look at what is there now, and run the command again';
  throw new RolebookError('unavailable', `\`${shown}\` has changed meanwhile; nothing was written`, { help });
}
