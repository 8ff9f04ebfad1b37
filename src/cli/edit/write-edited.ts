import { join, resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import {
  ChangedMeanwhile,
  describeWriteFailure,
  settleUnfinished,
  writePolicyFiles,
  type FileReplacement,
} from '../../store/writing/write-policy-files.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import { say, type CommandIo } from '../command/command-io.ts';
import { printable } from '../report/printable.ts';

/** Writes files that were edited over those that were read: all of them, or none, whatever happens. */
export async function writeEdited(
  io: CommandIo,
  policyFolder: string,
  before: readonly SourceFile[],
  { touched, removed }: Pick<JudgedEdits, 'touched' | 'removed'>,
): Promise<void> {
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
  try {
    await writePolicyFiles(resolve(io.cwd, policyFolder), replacements);
  } catch (error) {
    throw describeWriteFailure(policyFolder, error);
  }
}

/** Whether nothing was written because a file has become another since it was read. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof ChangedMeanwhile;
}

/** Ends what a command began to write that was ended itself, and tells what became of it. */
export async function settleLeft(io: CommandIo, policyFolder: string): Promise<void> {
  const settled = await settleUnfinished(resolve(io.cwd, policyFolder)).catch((error: unknown) => {
    throw describeWriteFailure(policyFolder, error);
  });
  if (!settled) return;
  const names = settled.files.map((path) => printable(join(policyFolder, path))).join(', ');
  say(io, `a change that was half-written is ${settled.outcome}: ${names}`);
  for (const path of settled.foreign) {
    say(io, `${printable(join(policyFolder, path))} was changed by hand since, and stays as it is`);
  }
}
