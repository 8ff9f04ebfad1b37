import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import type { CommandIo } from '../command/command-io.ts';
import type { EditOptions } from './edit-options.ts';

/** Makes edits in the policy folder. What does so is loaded then: help and completion want the options alone. */
export async function makeEdits(
  io: CommandIo,
  options: EditOptions,
  edits: readonly AskedEdit[],
  question?: string,
): Promise<number> {
  const { runEdit } = await import('./run-edit.ts');
  return runEdit(io, options, edits, question);
}
