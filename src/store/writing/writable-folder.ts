import { access, constants } from 'node:fs/promises';
import { RolebookError } from '../../policy/errors.ts';
import { describeWriteFailure } from './write-policy-files.ts';

/** Throws a RolebookError where nobody could make a file in a folder: somebody has to change how it is set up first. */
export async function requireWritableFolder(root: string): Promise<void> {
  try {
    await access(root, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { message } = describeWriteFailure('policy folder', cause);
    throw new RolebookError('configuration', message, {
      help: 'give the user of this process the right to make files there, and mount it for writing; or leave `--changes` out',
      cause,
    });
  }
}
