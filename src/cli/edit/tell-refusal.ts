import type { RefusedEdit, RefusedEditCode } from '../../compile/edit/policy-edit.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { AskedEdit, EditFault } from '../../review/changes/asked-edit.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { errorReport, type PolicyReading } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { problemReporters, summarizeProblems } from '../report/problem-report.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { refusedAsMarkdown } from './edit-markdown.ts';
import type { EditOptions } from './edit-options.ts';

/** Names that somebody typed wrong; everything else is about what the policy allows. */
const wrongNames: ReadonlySet<RefusedEditCode> = new Set([
  'unknown-workspace',
  'unknown-organization',
  'unknown-group',
  'unknown-role',
  'unknown-member',
  'unknown-permission',
  'contradiction',
  'bad-id',
]);

/** Tells an edit that cannot be made. */
export function tellRefusedEdit(
  io: CommandIo,
  { format }: EditOptions,
  edits: readonly AskedEdit[],
  { code, message, help }: RefusedEdit,
): number {
  const options = help === undefined ? {} : { help };
  if (wrongNames.has(code)) throw new RolebookError('usage', message, options);
  const refused = { code, message, ...options };
  if (format === 'json') printResult(io, JSON.stringify({ edits, written: false, refused: [refused] }, undefined, 2));
  if (format === 'markdown') printResult(io, refusedAsMarkdown([refused]).join('\n'));
  sayRefused(io, refused);
  say(io, 'nothing was written');
  return exitCodes.atFault;
}

/** Tells why edits that can be made may not be. */
export function sayFaults(io: CommandIo, faults: readonly EditFault[]): void {
  for (const fault of faults) {
    sayRefused(io, fault);
    const { now } = fault;
    if (now && now.text !== '') say(io, `  now: ${printable(now.text)}`);
  }
}

type Refusal = Pick<EditFault, 'message' | 'help'> & { readonly code: EditFault['code'] | RefusedEditCode };

function sayRefused(io: CommandIo, { code, message, help }: Refusal): void {
  const paint = paintFor(io, 'stderr');
  say(io, `${paint.red('refused:')} ${printable(message)} [${code}]`);
  if (help !== undefined) say(io, `${paint.cyan('help:')} ${printable(help)}`);
}

/** Tells the errors of files. */
export function tellErrors(io: CommandIo, { format }: EditOptions, reading: PolicyReading, end: string): number {
  const errors = errorReport(reading);
  const print = format === 'json' ? printResult : say;
  print(io, problemReporters[format === 'json' ? 'json' : 'text'](errors, surroundingsOf(io, 'stderr')));
  say(io, `${summarizeProblems(errors)}; ${end}`);
  return exitCodes.atFault;
}
