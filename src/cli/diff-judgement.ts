import { PolicyCompiler } from '../compile/compile-policy.ts';
import { planShares } from '../compile/policy-shares.ts';
import type { Catalog } from '../policy/catalog.ts';
import { PolicyPlaces } from '../policy/policy-places.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { RuntimeMember } from '../policy/runtime-member.ts';
import { judgeGate } from '../review/diff/change-gate.ts';
import { comparePolicies } from '../review/diff/compare-policies.ts';
import { emptyPolicyBefore } from '../review/diff/empty-policy.ts';
import { compareEscalations, type EscalationChanges } from '../review/diff/escalation-changes.ts';
import { PermissionWords } from '../review/diff/permission-words.ts';
import type { PolicyDifference, PolicySide } from '../review/diff/policy-difference.ts';
import { findRuntimeNotices } from '../review/diff/runtime-notices.ts';
import { findEscalationPaths } from '../review/escalation-paths.ts';
import { applyMoves, planRuntimeMoves, type RuntimeMove } from '../review/runtime-moves.ts';
import { withRuntimeMembers } from '../review/runtime-policy.ts';
import { say, type CommandIo } from './command-io.ts';
import { compileBase, type DiffBase } from './diff-base.ts';
import type { DiffOptions } from './diff-command.ts';
import { judgeInShares } from './diff-in-shares.ts';
import type { DiffReading } from './diff-reading.ts';
import type { DiffOutcome } from './diff-report.ts';
import { compileFiles, displayIn, errorReport, type PolicyReading } from './load-policy.ts';
import { codeSpan, sentenceOf } from './markdown-text.ts';
import { problemReporters, summarizeProblems, type ProblemReport } from './problem-report.ts';
import { linesOf, tell } from './report-files.ts';

/** What the files mean compared with the base, before anybody asked for more. */
export interface JudgedDiff extends Pick<DiffOutcome, 'base' | 'revisions' | 'difference' | 'escalations'> {
  readonly catalogs: { readonly before: Catalog | undefined; readonly after: Catalog };
}

/** Compares the files with the base. Undefined, after saying why, when the files have errors. */
export async function judgeChange(
  reading: DiffReading,
  options: DiffOptions,
  io: CommandIo,
): Promise<DiffOutcome | undefined> {
  const nowMs = options.at ?? Date.now();
  const judged = (await judgeIfLarge(reading, nowMs, options, io)) ?? (await judgeWhole(reading, nowMs, options, io));
  if (!judged) return undefined;
  const { base, revisions, difference, escalations, catalogs } = judged;
  const known = [catalogs.after, ...(catalogs.before ? [catalogs.before] : [])];
  const found = difference ?? { changes: [], notices: [] };
  return {
    base,
    revisions,
    isDirty: reading.isDirty,
    difference,
    escalations,
    gates: (options.failOn ?? []).map((gate) => judgeGate(gate, found, known, escalations.opened.length)),
    isAccepted: options.accept === true,
    words: new PermissionWords(catalogs.before ?? catalogs.after, catalogs.after),
    display: displayIn(options.policy),
  };
}

// Who is a member at run time is looked at in the whole only.
async function judgeIfLarge(
  reading: DiffReading,
  nowMs: number,
  { database }: DiffOptions,
  io: CommandIo,
): Promise<JudgedDiff | undefined> {
  if (database !== undefined) return undefined;
  const { files, ahead } = reading;
  const shares = planShares(files);
  return shares === undefined ? undefined : judgeInShares(reading, shares, ahead, nowMs, io);
}

/** Judges all of it at once, whatever is the matter with it. Undefined, after saying why, when the files have errors. */
export async function judgeWhole(
  { files, requireBase, ahead }: Pick<DiffReading, 'files' | 'requireBase' | 'ahead'>,
  nowMs: number,
  options: DiffOptions,
  io: CommandIo,
): Promise<JudgedDiff | undefined> {
  const compiler = new PolicyCompiler({ keeps: 'parsed text', parsed: ahead });
  const reading = compileFiles(io, options.policy, files, nowMs, compiler);
  const { policy } = reading;
  if (!policy) {
    await tellErrors(reading, options, io);
    return undefined;
  }
  const found = requireBase();
  const { side, ...base } = await compileBase(io, found, files, compiler, nowMs);
  const written = sideBefore(side, base, policy);
  const sides = written && withMembers(written, { policy, files }, found.members);
  return {
    base,
    revisions: { base: side?.policy.revision, files: policy.revision },
    catalogs: { before: written?.policy.catalog, after: policy.catalog },
    difference: sides && (await compareSides(sides, side !== undefined, nowMs)),
    escalations: sides ? escalationsOf(sides.before.policy, sides.after.policy, nowMs) : { opened: [], closed: [] },
  };
}

interface Sides {
  readonly before: PolicySide;
  readonly after: PolicySide;
  readonly moves: readonly RuntimeMove[];
}

// As if both sides listed the members at run time, too; after a publication those that cannot stay have gone.
function withMembers(before: PolicySide, after: PolicySide, members: readonly RuntimeMember[]): Sides {
  const places = new PolicyPlaces(after.policy);
  const moves = planRuntimeMoves(places, members);
  return {
    before: { ...before, policy: withRuntimeMembers(new PolicyPlaces(before.policy), members) },
    after: { ...after, policy: withRuntimeMembers(places, applyMoves(members, moves)) },
    moves,
  };
}

async function compareSides(
  { before, after, moves }: Sides,
  hasBase: boolean,
  nowMs: number,
): Promise<PolicyDifference> {
  const { changes, notices } = await comparePolicies(before, after, nowMs);
  // Where all is new, it is no news that each permission and each role is.
  return { changes, notices: [...(hasBase ? notices : []), ...findRuntimeNotices(moves, after.policy)] };
}

// Before there was a policy nobody might do anything; of one with errors nobody can say.
function sideBefore(side: PolicySide | undefined, { problems }: DiffBase, policy: PolicySet): PolicySide | undefined {
  if (side || problems.length > 0) return side;
  return { policy: emptyPolicyBefore(policy), files: [] };
}

function escalationsOf(before: PolicySet, after: PolicySet, nowMs: number): EscalationChanges {
  return compareEscalations({
    before: findEscalationPaths(before, nowMs),
    after: findEscalationPaths(after, nowMs),
  });
}

async function tellErrors(reading: PolicyReading, options: DiffOptions, io: CommandIo): Promise<void> {
  const errors = errorReport(reading);
  await tell(options, io, (format, surroundings) =>
    linesOf(format === 'markdown' ? errorsAsMarkdown(errors) : problemReporters[format](errors, surroundings)),
  );
  say(io, `${summarizeProblems(errors)}; nothing was compared`);
}

function errorsAsMarkdown({ problems }: ProblemReport): string {
  const items = problems.slice(0, 50).map(({ file, line, message }) => {
    return `- ${codeSpan(`${file}:${line}`)} ${sentenceOf(message)}`;
  });
  const left = problems.length > 50 ? ['', `and ${problems.length - 50} more`] : [];
  const title = '### Access: who gains and who loses cannot be told';
  return [title, '', 'The policy of this change has errors:', '', ...items, ...left].join('\n');
}
