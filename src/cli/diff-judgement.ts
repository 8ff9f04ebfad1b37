import { resolve } from 'node:path';
import { PolicyCompiler } from '../compile/compile-policy.ts';
import { PolicyPlaces } from '../policy/policy-places.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { RuntimeMember } from '../policy/runtime-member.ts';
import { judgeGate } from '../review/diff/change-gate.ts';
import { comparePolicies } from '../review/diff/compare-policies.ts';
import { emptyPolicyBefore } from '../review/diff/empty-policy.ts';
import { compareEscalations, type EscalationChanges } from '../review/diff/escalation-changes.ts';
import { PermissionWords } from '../review/diff/permission-words.ts';
import type { Notice, PolicyDifference, PolicySide } from '../review/diff/policy-difference.ts';
import { findRuntimeNotices } from '../review/diff/runtime-notices.ts';
import { applyMoves, planRuntimeMoves } from '../review/runtime-moves.ts';
import { withRuntimeMembers } from '../review/runtime-policy.ts';
import { readGitCommit } from '../store/git-commit.ts';
import { printResult, say, type CommandIo } from './command-io.ts';
import { compileBase, readBase, type BaseReading, type DiffBase } from './diff-base.ts';
import type { DiffOptions } from './diff-command.ts';
import type { DiffOutcome } from './diff-report.ts';
import { annotationRootOf } from './github-annotation.ts';
import { errorReport, loadPolicy, type PolicyReading } from './load-policy.ts';
import { codeSpan } from './markdown-code.ts';
import { paintFor } from './paint.ts';
import { problemReporters, summarizeProblems } from './problem-report.ts';
import { printable } from './printable.ts';

/** Compares the files with the base. Undefined, after saying why, when the files have errors. */
export async function judgeChange(
  ref: string | undefined,
  options: DiffOptions,
  io: CommandIo,
): Promise<DiffOutcome | undefined> {
  const nowMs = options.at ?? Date.now();
  const compiler = new PolicyCompiler('parsed text');
  const reading = await loadPolicy(io, options.policy, 'deciding', nowMs, compiler);
  const { policy } = reading;
  if (!policy) {
    printErrors(reading, options, io);
    return undefined;
  }
  const commit = readGitCommit(resolve(io.cwd, options.policy));
  const { found, members } = await findBase(ref, options, io);
  const base = await compileBase(io, found, reading, compiler, nowMs);
  const written = sideBefore(base, policy);
  const before = written && { ...written, policy: withRuntimeMembers(new PolicyPlaces(written.policy), members) };
  const places = new PolicyPlaces(policy);
  const moves = planRuntimeMoves(places, members);
  const after = { policy: withRuntimeMembers(places, applyMoves(members, moves)), files: reading.files };
  const notices = findRuntimeNotices(moves, policy);
  const compared = before && (await compare(before, after, { base, notices, nowMs }));
  const escalations = compared?.escalations ?? { opened: [], closed: [] };
  const catalogs = [policy.catalog, ...(before ? [before.policy.catalog] : [])];
  const difference = compared?.difference;
  const judged = difference ?? { changes: [], notices: [] };
  const gates = (options.failOn ?? []).map((gate) => judgeGate(gate, judged, catalogs, escalations.opened.length));
  return {
    base,
    revisions: { base: base.side?.policy.revision, files: policy.revision },
    isDirty: (await commit)?.endsWith('-dirty') === true,
    difference,
    escalations,
    gates,
    isAccepted: options.accept === true,
    words: new PermissionWords(catalogs[1] ?? policy.catalog, policy.catalog),
    display: reading.display,
  };
}

// What git holds knows of no members but those in its files.
async function findBase(
  ref: string | undefined,
  options: DiffOptions,
  io: CommandIo,
): Promise<{ found: BaseReading; members: readonly RuntimeMember[] }> {
  if (!options.database) return { found: await readBase(io, options.policy, ref), members: [] };
  const { readPublishedBase } = await import('./diff-database.ts');
  return readPublishedBase(io, options);
}

// Before there was a policy nobody might do anything; of one with errors nobody can say.
function sideBefore({ side, problems }: DiffBase, policy: PolicySet): PolicySide | undefined {
  if (side || problems.length > 0) return side;
  return { policy: emptyPolicyBefore(policy), files: [] };
}

async function compare(
  before: PolicySide,
  after: PolicySide,
  { base, notices: more, nowMs }: { base: DiffBase; notices: readonly Notice[]; nowMs: number },
): Promise<{ difference: PolicyDifference; escalations: EscalationChanges }> {
  const { changes, notices } = await comparePolicies(before, after, nowMs);
  // Where all is new, it is no news that each permission and each role is.
  const difference = { changes, notices: [...(base.side ? notices : []), ...more] };
  return { difference, escalations: compareEscalations(before.policy, after.policy, nowMs) };
}

function printErrors(reading: PolicyReading, { format }: DiffOptions, io: CommandIo): void {
  const errors = errorReport(reading);
  const surroundings = { paint: paintFor(io, 'stdout'), annotationRoot: annotationRootOf(io) };
  if (format === 'markdown') {
    const items = errors.problems.slice(0, 50).map(({ file, line, message }) => {
      return `- ${codeSpan(`${file}:${line}`)} ${printable(message)}`;
    });
    const left = errors.problems.length > 50 ? ['', `and ${errors.problems.length - 50} more`] : [];
    const title = '### Access: who gains and who loses cannot be told';
    printResult(io, [title, '', 'The policy of this change has errors:', '', ...items, ...left].join('\n'));
  } else printResult(io, problemReporters[format](errors, surroundings));
  say(io, `${summarizeProblems(errors)}; nothing was compared`);
}
