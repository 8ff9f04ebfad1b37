import { PolicyCompiler } from '../../compile/compile-policy.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { readSubject } from '../command/asked-names.ts';
import { describeReading, loadPolicy, type PolicyReading } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import { printable, shortCommit } from '../report/printable.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { askWhether } from '../releases/ask.ts';
import { editAsMarkdown } from './edit-markdown.ts';
import type { EditOptions } from './edit-options.ts';
import type { Proposal } from './propose-edited.ts';
import { editAsJson, editAsText } from './edit-report.ts';
import { sayFaults, tellErrors, tellRefusedEdit } from './tell-refusal.ts';
import { isOvertaken, writeEdited } from './write-edited.ts';
import { settleLeft } from '../load/settle-left.ts';

/**
 * Makes edits in the policy folder: judged first, told, and written whole or not at all. `question` is put to whoever
 * sits at the terminal before anything is written.
 */
export async function runEdit(
  io: CommandIo,
  options: EditOptions,
  edits: readonly AskedEdit[],
  question?: string,
): Promise<number> {
  if (options.dryRun !== true) await settleLeft(io, options.policy);
  const { etag } = options;
  const asked = etag === undefined ? edits : edits.map((edit) => ({ ...edit, etag }));
  const found = await judge(io, options, asked);
  if (typeof found === 'number') return found;
  const isTold = options.format === 'text';
  if (isTold) tell(io, options, found, false);
  if (!isToWrite(options, found.judged)) {
    if (!isTold) tell(io, options, found, false);
    return endUnwritten(io, options, found.judged);
  }
  if (question === undefined || options.yes === true || options.confirm !== undefined) {
    return write(io, options, asked, found);
  }
  if (!(await askWhether(io, printable(question)))) {
    say(io, `${paintFor(io, 'stderr').cyan('help:')} \`--yes\` agrees beforehand`);
    say(io, 'nothing was written');
    return exitCodes.atFault;
  }
  return writeAgreed(io, options, asked, found.judged.confirm);
}

interface Judgement {
  readonly reading: PolicyReading;
  readonly judged: JudgedEdits;
}

async function judge(io: CommandIo, options: EditOptions, edits: readonly AskedEdit[]): Promise<Judgement | number> {
  const nowMs = Date.now();
  const compiler = new PolicyCompiler();
  const reading = await loadPolicy(io, options.policy, 'all', nowMs, compiler);
  if (!reading.policy) return tellErrors(io, options, reading, 'nothing was edited');
  const actor =
    options.actor === undefined ? undefined : readSubject(options.actor, reading.policy.catalog.subjectTypes);
  const { judgeEdits } = await import('../../review/changes/judge-edits.ts');
  try {
    const withTests = options.withTests === true;
    const judged = await judgeEdits(reading.files, edits, { nowMs, withTests, actor, compiler });
    if (judged.errors.length === 0) return { reading, judged };
    const counts = { errors: judged.errors.length, warnings: 0 };
    const result = { ...reading, problems: judged.errors, problemCounts: counts };
    if (options.format !== 'text') tell(io, options, { reading, judged }, false);
    sayFaults(io, judged.faults);
    const told = describeReading(result, judged.files, options.policy);
    return tellErrors(io, { ...options, format: 'text' }, told, 'nothing was written');
  } catch (error) {
    if (error instanceof RefusedEdit) return tellRefusedEdit(io, options, edits, error);
    throw error;
  }
}

function isToWrite({ dryRun }: EditOptions, { touched, faults, tests }: JudgedEdits): boolean {
  return dryRun !== true && touched.length > 0 && faults.length === 0 && (tests?.failed ?? 0) === 0;
}

// While somebody made up their mind the files may have changed: what they agreed to must be what is written.
async function writeAgreed(
  io: CommandIo,
  options: EditOptions,
  edits: readonly AskedEdit[],
  confirm: string | undefined,
): Promise<number> {
  const agreed = confirm === undefined ? edits : edits.map((edit) => ({ ...edit, confirm }));
  const found = await judge(io, options, agreed);
  if (typeof found === 'number') return found;
  if (isToWrite(options, found.judged)) return write(io, options, agreed, found);
  if (options.format !== 'text') tell(io, options, found, false);
  return endUnwritten(io, options, found.judged);
}

async function write(
  io: CommandIo,
  options: EditOptions,
  edits: readonly AskedEdit[],
  { reading, judged }: Judgement,
  triesLeft = mostTries,
): Promise<number> {
  if (options.proposal) return propose(io, { ...options, proposal: options.proposal }, { reading, judged });
  try {
    await writeEdited(io, options.policy, reading.files, judged);
  } catch (error) {
    if (!isOvertaken(error) || triesLeft <= 1) throw error;
    return writeAgain(io, options, edits, judged, triesLeft - 1);
  }
  if (options.format !== 'text') tell(io, options, { reading, judged }, true);
  for (const { path } of judged.touched) say(io, `written: ${printable(reading.display(path))}`);
  for (const path of judged.removed) say(io, `removed: ${printable(reading.display(path))}`);
  return exitCodes.clean;
}

async function propose(
  io: CommandIo,
  options: EditOptions & { readonly proposal: Proposal },
  { reading, judged }: Judgement,
): Promise<number> {
  const { proposal } = options;
  const { proposeEdited } = await import('./propose-edited.ts');
  const commit = await proposeEdited(io, options.policy, reading.files, judged, proposal);
  if (options.format !== 'text') tell(io, options, { reading, judged }, false);
  say(io, `proposed: branch ${printable(proposal.branch)}, commit ${shortCommit(commit)}`);
  return exitCodes.clean;
}

// Of writers who are there all the time; each try is judged anew.
const mostTries = 5;

// Somebody else has written to the same file. What they wrote stays, and so does the object that is edited here.
async function writeAgain(
  io: CommandIo,
  options: EditOptions,
  edits: readonly AskedEdit[],
  { etags }: JudgedEdits,
  triesLeft: number,
): Promise<number> {
  say(io, 'somebody else has changed the files meanwhile; this is made again on what is there now');
  const again = edits.map((edit, index) => {
    const etag = edit.etag ?? etags[index];
    return etag === undefined ? edit : { ...edit, etag };
  });
  const found = await judge(io, options, again);
  if (typeof found === 'number') return found;
  if (isToWrite(options, found.judged)) return write(io, options, again, found, triesLeft);
  tell(io, options, found, false);
  return endUnwritten(io, options, found.judged);
}

function tell(io: CommandIo, { format }: EditOptions, { reading, judged }: Judgement, written: boolean): void {
  const outcome = { judged, written, display: reading.display };
  if (format === 'json') printResult(io, editAsJson(outcome));
  else if (format === 'markdown') printResult(io, editAsMarkdown(outcome).join('\n'));
  else printResult(io, editAsText(outcome, surroundingsOf(io, 'stdout')).join('\n'));
}

function endUnwritten(io: CommandIo, options: EditOptions, judged: JudgedEdits): number {
  sayFaults(io, judged.faults);
  const failed = judged.tests?.failed ?? 0;
  if (failed > 0) {
    if (options.withTests !== true) sayHelp(io);
    say(io, `${failed === 1 ? 'a policy test fails' : `${failed} policy tests fail`} after this; nothing was written`);
    return exitCodes.atFault;
  }
  const isDone = judged.touched.length === 0 && judged.faults.length === 0;
  say(io, isDone ? 'it is so already; nothing was written' : 'nothing was written');
  return judged.faults.length > 0 ? exitCodes.atFault : exitCodes.clean;
}

function sayHelp(io: CommandIo): void {
  const help = '`--with-tests` has tests expect what the policy says then, where it is plain what that is';
  say(io, `${paintFor(io, 'stderr').cyan('help:')} ${help}`);
}
