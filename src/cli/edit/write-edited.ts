import { resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import {
  ChangedMeanwhile,
  describeWriteFailure,
  writePolicyFiles,
  type FileReplacement,
} from '../../store/writing/write-policy-files.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { CommandIo } from '../command/command-io.ts';

/** Writes files that were edited over those that were read: all of them, or none, whatever happens. */
export async function writeEdited(
  io: CommandIo,
  policyFolder: string,
  before: readonly SourceFile[],
  { touched, removed }: Pick<JudgedEdits, 'touched' | 'removed'>,
): Promise<void> {
  try {
    await writePolicyFiles(resolve(io.cwd, policyFolder), replacementsOf(before, { touched, removed }));
  } catch (error) {
    throw describeWriteFailure(policyFolder, error);
  }
}

/** What becomes of each file, from what it was read as. */
export function replacementsOf(
  before: readonly SourceFile[],
  { touched, removed }: Pick<JudgedEdits, 'touched' | 'removed'>,
): FileReplacement[] {
  const known = new Map(before.map((file) => [file.path, file]));
  const replacements = touched.flatMap((file): FileReplacement[] => {
    const old = known.get(file.path);
    if (!('content' in file) || (old && !('content' in old))) return [];
    return [{ path: file.path, before: old?.content, after: file.content }];
  });
  for (const path of removed) {
    const old = known.get(path);
    if (old && 'content' in old) replacements.push({ path, before: old.content, after: undefined });
  }
  return replacements;
}

/** Whether nothing was written because a file has become another since it was read. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof ChangedMeanwhile;
}
