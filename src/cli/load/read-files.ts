import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathMeant, type SourceFile } from '../../compile/file/policy-files.ts';
import { quote } from '../../compile/words/describe-value.ts';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { PolicyDirectory } from '../../store/folder/policy-directory.ts';
import type { CommandIo } from '../command/command-io.ts';

/** The files of a policy directory, nothing compiled yet. Throws when there is no policy. */
export async function readFiles(
  io: CommandIo,
  folder: string,
  which: 'deciding' | 'all',
): Promise<readonly SourceFile[]> {
  const root = resolve(io.cwd, folder);
  await requireFolder(root, folder);
  const files = await readDirectory(root, folder, which);
  if (files.some((file) => file.path === 'roles.yaml')) return files;
  const nearly = files.find((file) => pathMeant(file.path) === 'roles.yaml')?.path;
  const help =
    nearly === undefined
      ? 'run `rolebook init` to begin one, or say where it is with `--policy DIR`'
      : `rename ${quote(nearly)} to \`roles.yaml\``;
  throw new RolebookError('configuration', `no roles.yaml in \`${folder}\`: not a policy folder`, { help });
}

async function requireFolder(root: string, folder: string): Promise<void> {
  const help = 'say where the policy is with `--policy DIR`, or run `rolebook init` to begin one';
  try {
    if ((await stat(root)).isDirectory()) return;
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable(folder, cause);
    throw new RolebookError('configuration', `there is no folder \`${folder}\``, { help, cause });
  }
  throw new RolebookError('configuration', `\`${folder}\` is not a folder`, { help });
}

async function readDirectory(root: string, folder: string, which: 'deciding' | 'all'): Promise<readonly SourceFile[]> {
  try {
    return await new PolicyDirectory(root, 'in-one-turn').read(which);
  } catch (cause) {
    throw cause instanceof RolebookError ? cause : unreadable(folder, cause);
  }
}

function unreadable(folder: string, cause: unknown): RolebookError {
  return new RolebookError('unavailable', `cannot read \`${folder}\`: ${messageOf(cause)}`, { cause });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
