import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { errorCodeOf } from './file-fault.ts';

/**
 * The file at the top of a policy directory that is there from before the first file of a change takes its place until
 * after the last has. While it is there nobody knows whether the files belong together.
 */
export const changeJournal = '.rolebook-journal.json';

/** Whether a change is being written to a directory, or was left half-written. */
export async function isBeingChanged(root: string): Promise<boolean> {
  try {
    await lstat(join(root, changeJournal));
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

export function describeUnfinished(root: string): RolebookError {
  const help = 'the next `rolebook` command that edits there finishes it or undoes it, such as `rolebook role`';
  const message = `a change of \`${root}\` is half-written: \`${changeJournal}\` is there`;
  return new RolebookError('unavailable', message, { help });
}
