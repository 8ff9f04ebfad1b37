import { messageOf } from '../policy/errors.ts';

const faults: Readonly<Record<string, string>> = {
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'is not a directory',
  ENOENT: 'vanished while it was read',
  ELOOP: 'is a symbolic link that leads in circles',
  EMFILE: 'cannot be read: too many open files',
  ENFILE: 'cannot be read: too many open files in the system',
};

export const danglingLinkFault = 'is a symbolic link that leads nowhere';

/** Why a file could not be read, as the end of a sentence. */
export function faultOf(error: unknown): string {
  const code = errorCodeOf(error);
  return (code === undefined ? undefined : faults[code]) ?? `cannot be read: ${messageOf(error)}`;
}

export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
