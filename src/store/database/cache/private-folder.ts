import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, RolebookError } from '../../../policy/errors.ts';
import { errorCodeOf } from '../../folder/file-fault.ts';

/** `unchecked`: the platform does not say who owns a file and who may write to it. */
export type FolderTrust = 'private' | 'unchecked';

/** The owner of something and what others may do with it, as `stat` says it. */
export type Ownership = Pick<Stats, 'uid' | 'mode'>;

/** Who runs this process; undefined where the platform has no such thing. */
export function currentUser(): number | undefined {
  return process.geteuid?.();
}

/**
 * Creates a folder for the eyes of this user, or looks at the one that is there, as ssh does at those of its keys: with
 * what others can write, they would decide. `what` says what it is for, in an error.
 */
export async function preparePrivateFolder(folder: string, what: string): Promise<FolderTrust> {
  await createFolder(folder, what);
  const refuse = (fault: string, help: string): RolebookError =>
    new RolebookError('configuration', `${what} \`${folder}\` ${fault}`, { help });
  if ((await lstat(folder)).isSymbolicLink()) {
    throw refuse('is a symbolic link', 'name the folder that it leads to');
  }
  const user = currentUser();
  if (user === undefined) return 'unchecked';
  const real = await realpath(folder);
  const fault = ownershipFault(await stat(real), user, 'itself');
  if (fault !== undefined) throw refuse(fault, ownHelp(folder));
  for (let below = real, above = dirname(real); above !== below; below = above, above = dirname(above)) {
    const faultAbove = ownershipFault(await stat(above), user, 'above');
    if (faultAbove === undefined) continue;
    const help = `\`chmod go-w ${above}\` takes that from them, or name a folder elsewhere`;
    throw refuse(`stands in \`${above}\`, which ${faultAbove}`, help);
  }
  return 'private';
}

/**
 * Why a folder cannot be trusted, as the end of a sentence. In a sticky one, as /tmp is, others can add their own and
 * cannot replace ours, so one `above` may be that.
 */
export function ownershipFault({ uid, mode }: Ownership, user: number, place: 'itself' | 'above'): string | undefined {
  if (uid !== user && uid !== root) return `belongs to another user (${uid})`;
  const isSticky = (mode & stickyBit) !== 0;
  if ((mode & writableByOthers) === 0 || (isSticky && place === 'above')) return undefined;
  return `others can write to (mode ${formatMode(mode)})`;
}

/** The bits of a mode that `chmod` takes. */
export function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

const root = 0;
const stickyBit = 0o1000;
const writableByOthers = 0o022;

function ownHelp(folder: string): string {
  return `it has to be this user's alone: \`chown $(id -u) ${folder}\` and \`chmod 700 ${folder}\``;
}

async function createFolder(folder: string, what: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = errorCodeOf(error);
    const fault =
      code === 'EEXIST' || code === 'ENOTDIR' ? 'is not a folder' : `cannot be created: ${messageOf(error)}`;
    const help = '`--cache DIR` names a folder that only the sidecar writes to';
    throw new RolebookError('configuration', `${what} \`${folder}\` ${fault}`, { help });
  }
}

/** Why an open file is not one that this user alone can read and write, as the end of a sentence. */
export function privateFileFault(stats: Stats, user = currentUser()): string | undefined {
  if (!stats.isFile()) return 'is not a file';
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `belongs to another user (${stats.uid})`;
  const isOpen = (stats.mode & 0o077) !== 0;
  return isOpen ? `is open to others (mode ${formatMode(stats.mode)}), and has to be 0600` : undefined;
}
