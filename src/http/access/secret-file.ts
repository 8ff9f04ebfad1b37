import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { RolebookError, messageOf } from '../../policy/errors.ts';

/** A file with a secret, as it was read. */
export interface SecretFile {
  readonly text: string;
  /** What somebody should look at, although the file can be used. */
  readonly warnings: readonly string[];
}

/** The kind of a file, for messages: `the token file`; and what could be done where it is missing. */
export interface SecretFileKind {
  readonly noun: string;
  readonly helpIfMissing?: string | undefined;
}

/** Reads a file that only its owner may write to, or throws a RolebookError. Messages say nothing of what is in it. */
export async function readSecretFile(path: string, kind: SecretFileKind): Promise<SecretFile> {
  const { text, stats } = await readWithStats(path, kind);
  refuseWritable(path, kind, stats);
  return { text, warnings: readableWarnings(path, kind, stats) };
}

// Of one open file: looking at the path first would be looking at what is exchanged before it is read.
async function readWithStats(path: string, kind: SecretFileKind): Promise<{ text: string; stats: Stats }> {
  try {
    const file = await open(path, 'r');
    try {
      return { stats: await file.stat(), text: await file.readFile('utf8') };
    } finally {
      await file.close();
    }
  } catch (cause) {
    const message = `cannot read the ${kind.noun} \`${path}\`: ${messageOf(cause)}`;
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const help = isMissing ? kind.helpIfMissing : undefined;
    throw new RolebookError('configuration', message, help === undefined ? { cause } : { cause, help });
  }
}

// Whoever can write to it can let themselves in.
function refuseWritable(path: string, { noun }: SecretFileKind, { mode }: Stats): void {
  if (!hasModes || (mode & 0o022) === 0) return;
  throw new RolebookError('configuration', `others than its owner can write to the ${noun} \`${path}\``, {
    help: 'run `chmod 600` on it',
  });
}

function readableWarnings(path: string, { noun }: SecretFileKind, { mode }: Stats): readonly string[] {
  if (!hasModes || (mode & 0o004) === 0) return [];
  return [`everybody on this machine can read the ${noun} \`${path}\`; run \`chmod 600\` on it`];
}

// Windows has other means, and says 0666 of every file.
const hasModes = process.platform !== 'win32';
