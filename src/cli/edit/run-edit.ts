import { RefusedEdit, type PolicyEdit, type RefusedEditCode } from '../../compile/edit/policy-edit.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { errorReport, describeReading, loadPolicy, type PolicyReading } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { problemReporters, summarizeProblems } from '../report/problem-report.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { askWhether } from '../releases/ask.ts';
import { editAsJson, editAsText } from './edit-report.ts';
import type { EditOptions } from './edit-options.ts';
import { writeEditedFiles } from './write-files.ts';

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

/**
 * Makes edits in the policy folder: judged first, told, and written whole or not at all. `question` is put to whoever
 * sits at the terminal before anything is written.
 */
export async function runEdit(
  io: CommandIo,
  options: EditOptions,
  edits: readonly PolicyEdit[],
  question?: string,
): Promise<number> {
  const nowMs = Date.now();
  const reading = await loadPolicy(io, options.policy, 'all', nowMs);
  if (!reading.policy) return tellErrors(io, options, reading, 'nothing was edited');
  const { judgeEdits } = await import('../../review/changes/judge-edits.ts');
  const judged = await judgeEdits(reading.files, reading.policy, edits, {
    nowMs,
    withTests: options.withTests === true,
  }).catch((error: unknown) => {
    if (error instanceof RefusedEdit) return error;
    throw error;
  });
  if (judged instanceof RefusedEdit) return tellRefusal(io, judged);
  if (judged.errors.length > 0) {
    const result = {
      ...reading,
      problems: judged.errors,
      problemCounts: { errors: judged.errors.length, warnings: 0 },
    };
    return tellErrors(io, options, describeReading(result, judged.files, options.policy), 'nothing was written');
  }
  const isWritten = options.dryRun !== true && judged.touched.length > 0 && (judged.tests?.failed ?? 0) === 0;
  const tell = (written: boolean): void => {
    const outcome = { judged, edits, written, display: reading.display };
    if (options.format === 'json') printResult(io, editAsJson(outcome));
    else printResult(io, editAsText(outcome, surroundingsOf(io, 'stdout')).join('\n'));
  };
  if (options.format === 'text') tell(false);
  if (!isWritten) return endUnwritten(io, options, judged, tell);
  if (question !== undefined && options.yes !== true && !(await askWhether(io, printable(question)))) {
    say(io, `${paintFor(io, 'stderr').cyan('help:')} \`--yes\` agrees beforehand`);
    say(io, 'nothing was written');
    return exitCodes.atFault;
  }
  await writeEditedFiles(io, options.policy, reading.files, judged.touched);
  if (options.format === 'json') tell(true);
  for (const { path } of judged.touched) say(io, `written: ${printable(reading.display(path))}`);
  return exitCodes.clean;
}

function endUnwritten(
  io: CommandIo,
  options: EditOptions,
  judged: JudgedEdits,
  tell: (written: boolean) => void,
): number {
  if (options.format === 'json') tell(false);
  const failed = judged.tests?.failed ?? 0;
  if (failed > 0) {
    if (options.withTests !== true) sayHelp(io);
    say(io, `${failed === 1 ? 'a policy test fails' : `${failed} policy tests fail`} after this; nothing was written`);
    return exitCodes.atFault;
  }
  say(io, judged.touched.length === 0 ? 'it is so already; nothing was written' : 'nothing was written');
  return exitCodes.clean;
}

function sayHelp(io: CommandIo): void {
  const help = '`--with-tests` has tests expect what the policy says then, where it is plain what that is';
  say(io, `${paintFor(io, 'stderr').cyan('help:')} ${help}`);
}

function tellRefusal(io: CommandIo, { code, message, help }: RefusedEdit): number {
  const options = help === undefined ? {} : { help };
  if (wrongNames.has(code)) throw new RolebookError('usage', message, options);
  const paint = paintFor(io, 'stderr');
  say(io, `${paint.red('refused:')} ${printable(message)} [${code}]`);
  if (help !== undefined) say(io, `${paint.cyan('help:')} ${printable(help)}`);
  say(io, 'nothing was written');
  return exitCodes.atFault;
}

function tellErrors(io: CommandIo, options: EditOptions, reading: PolicyReading, end: string): number {
  const errors = errorReport(reading);
  const print = options.format === 'json' ? printResult : say;
  print(io, problemReporters[options.format](errors, surroundingsOf(io, 'stderr')));
  say(io, `${summarizeProblems(errors)}; ${end}`);
  return exitCodes.atFault;
}
