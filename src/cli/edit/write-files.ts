import { chmod, link, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { CommandIo } from '../command/command-io.ts';
import { cannotWrite } from '../write/replace-files.ts';

interface Staged {
  readonly path: string;
  readonly temporary: string;
  /** Whether nothing may be there. */
  readonly isNew: boolean;
}

/**
 * Writes files that were edited over those that were read: each whole, beside its place and then in it, all of them
 * written before the first takes its place. Throws, with nothing written, when one is not what was read any more.
 */
export async function writeEditedFiles(
  io: CommandIo,
  policyFolder: string,
  files: readonly SourceFile[],
  touched: readonly SourceFile[],
): Promise<void> {
  const known = new Map(files.map((file) => [file.path, file]));
  const staged: Staged[] = [];
  const made: string[] = [];
  try {
    for (const file of touched) {
      if (!('content' in file)) continue;
      const place = join(resolve(io.cwd, policyFolder), file.path);
      const before = known.get(file.path);
      if (!before) await mkdir(dirname(place), { recursive: true });
      // A file may be a symbolic link, which stays one.
      const path = before ? await realpath(place) : place;
      if (before) await requireUnchanged(path, before, join(policyFolder, file.path));
      const temporary = `${path}.${process.pid}.tmp`;
      staged.push({ path, temporary, isNew: !before });
      await writeFile(temporary, file.content, { flag: 'wx' });
      if (before) await chmod(temporary, (await stat(path)).mode);
    }
    // First those that are new: one that somebody else has made meanwhile refuses all.
    for (const { path, temporary } of staged.filter(({ isNew }) => isNew)) {
      await link(temporary, path);
      made.push(path);
    }
    for (const { path, temporary, isNew } of staged) await (isNew ? rm(temporary) : rename(temporary, path));
  } catch (cause) {
    for (const path of [...staged.map(({ temporary }) => temporary), ...made]) await rm(path, { force: true });
    throw cause instanceof RolebookError ? cause : cannotWrite(policyFolder, cause);
  }
}

async function requireUnchanged(path: string, known: SourceFile | undefined, shown: string): Promise<void> {
  const now = await readFile(path);
  if (known && 'content' in known && now.equals(known.content)) return;
  const help = 'look at what is there now, and run the command again';
  throw new RolebookError('unavailable', `\`${shown}\` has changed meanwhile; nothing was written`, { help });
}
