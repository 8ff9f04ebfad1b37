import { join, resolve } from 'node:path';
import { describeWriteFailure, settleUnfinished } from '../../store/writing/write-policy-files.ts';
import { say, type CommandIo } from '../command/command-io.ts';
import { printable } from '../report/printable.ts';

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
