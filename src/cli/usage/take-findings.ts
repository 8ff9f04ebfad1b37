import type { EditGround } from '../../compile/edit/edit-ground.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import { judgeEdits, isRefused } from '../../review/changes/judge-edits.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import { editsOf, type FindingEdit } from '../../review/usage/review-edits.ts';
import type { UsageFinding } from '../../review/usage/usage-finding.ts';
import { exitCodes, say, type CommandIo } from '../command/command-io.ts';
import type { EditOptions } from '../edit/edit-options.ts';
import { runEdit } from '../edit/run-edit.ts';
import type { PolicyReading } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';

/** The way a change is made of findings: where it goes, and what may be done to tests. */
export type TakingOptions = Pick<EditOptions, 'policy' | 'format' | 'withTests' | 'dryRun'> & {
  /** The branch that it is proposed on; undefined: it is written to the folder. */
  readonly branch: string | undefined;
};

/** Findings, and the files that they are taken out of. */
export interface FindingsToTake {
  readonly reading: PolicyReading;
  readonly findings: readonly UsageFinding[];
  readonly ground: EditGround;
}

/**
 * Takes findings away by one change, without asking. What the change may not have is told and left out, so that one owner
 * who was on holiday keeps nothing else from being taken.
 */
export async function takeFindings(io: CommandIo, found: FindingsToTake, options: TakingOptions): Promise<number> {
  const taken = await leaveOutRefused(io, found, options);
  if (taken.length === 0) {
    say(io, 'there is nothing to take away by itself; nothing was written');
    return exitCodes.clean;
  }
  const asked = taken.map(({ edit }) => edit);
  return runEdit(io, editOptionsOf(options, messageOf(taken)), asked);
}

/** Accepts findings by waivers in roles.yaml. */
export function acceptFindings(io: CommandIo, edits: readonly AskedEdit[], options: TakingOptions): Promise<number> {
  const count = edits.length === 1 ? 'a finding' : `${edits.length} findings`;
  return runEdit(io, editOptionsOf(options, `Accept ${count} of a review\n`), edits);
}

/** Has findings told again that were accepted. */
export function acceptNoMoreOf(io: CommandIo, edits: readonly AskedEdit[], options: TakingOptions): Promise<number> {
  const count = edits.length === 1 ? 'a finding' : `${edits.length} findings`;
  return runEdit(io, editOptionsOf(options, `Accept ${count} of a review no more\n`), edits);
}

function editOptionsOf({ branch, ...options }: TakingOptions, message: string): EditOptions {
  return branch === undefined ? options : { ...options, proposal: { branch, message } };
}

function messageOf(taken: readonly FindingEdit[]): string {
  const messages = taken.flatMap(({ findings }) => findings.map(({ message }) => `- ${printable(message)}`));
  const shown = messages.slice(0, mostMessages);
  const more = messages.length - shown.length;
  return ['Take away what nobody uses', '', ...shown, ...(more > 0 ? [`- and ${more} more`] : []), ''].join('\n');
}

const mostMessages = 100;

// All together where that goes. Else each is tried by itself, for what is wrong with one says nothing of the others.
async function leaveOutRefused(
  io: CommandIo,
  { reading, findings, ground }: FindingsToTake,
  options: TakingOptions,
): Promise<readonly FindingEdit[]> {
  const whole = editsOf(findings, ground);
  const isOne = whole.length === 1 && whole[0]?.findings.length === 1;
  if (whole.length === 0 || isOne || (await whyRefused(reading, whole, options)) === undefined) return whole;
  let good: readonly UsageFinding[] = [];
  const tryMore = async (some: readonly UsageFinding[]): Promise<string | undefined> => {
    const why = await whyRefused(reading, editsOf([...good, ...some], ground), options);
    if (why === undefined) good = [...good, ...some];
    return why;
  };
  for (const { findings: some } of whole) {
    const why = await tryMore(some);
    if (why === undefined) continue;
    for (const one of some) {
      const itsOwn = some.length === 1 ? why : await tryMore([one]);
      if (itsOwn !== undefined) tellLeftOut(io, one, itsOwn);
    }
  }
  return editsOf(good, ground);
}

function tellLeftOut(io: CommandIo, { id, message }: UsageFinding, why: string): void {
  say(io, `left out: ${printable(message)} [${id}]`);
  say(io, `${paintFor(io, 'stderr').cyan('why:')} ${printable(why)}`);
}

async function whyRefused(
  { files }: PolicyReading,
  edits: readonly FindingEdit[],
  { withTests = false }: TakingOptions,
): Promise<string | undefined> {
  try {
    const asked = edits.map(({ edit }) => edit);
    const judged = await judgeEdits(files, asked, { nowMs: Date.now(), withTests });
    if (!isRefused(judged)) return undefined;
    const failing = judged.tests?.tests.find(({ outcome }) => outcome === 'failed');
    const [why] = [...judged.faults, ...judged.errors];
    const end = withTests ? 'and it is not plain what it should expect' : '`--with-tests` has it expect what is then';
    return why?.message ?? `the test \`${failing?.name ?? ''}\` would fail; ${end}`;
  } catch (error) {
    if (error instanceof RefusedEdit) return error.message;
    throw error;
  }
}
