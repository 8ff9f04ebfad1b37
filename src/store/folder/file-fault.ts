import type { SourceFile } from '../../compile/file/policy-files.ts';
import { messageOf } from '../../policy/errors.ts';

export const danglingLinkFault = 'is a symbolic link that leads nowhere';
export const circularLinkFault = 'is a symbolic link that leads in circles';
export const outwardLinkFault = 'is a symbolic link that leads out of the policy directory';
export const hiddenLinkFault = 'is a symbolic link that leads to what is hidden by a name that begins with a dot';

const faults: Readonly<Record<string, string>> = {
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'is not a directory',
  ENOENT: 'vanished while it was read',
  ELOOP: circularLinkFault,
  EMFILE: 'cannot be read: too many open files',
  ENFILE: 'cannot be read: too many open files in the system',
};

const helps: Readonly<Record<string, string>> = {
  [outwardLinkFault]:
    'nothing outside is read: put the files into the policy directory, or name a folder above both with `--policy`',
  [hiddenLinkFault]: 'name the file without the dot, and put it under a folder without one',
};

/** A file that cannot be read, with what helps where something does. */
export function faultyFile(path: string, fault: string): SourceFile & { readonly fault: string } {
  const help = helps[fault];
  return help === undefined ? { path, fault } : { path, fault, help };
}

/** Why a file could not be read, as the end of a sentence. */
export function faultOf(error: unknown): string {
  const code = errorCodeOf(error);
  return (code === undefined ? undefined : faults[code]) ?? `cannot be read: ${messageOf(error)}`;
}

export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
