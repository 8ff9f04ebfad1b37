import { PolicyCompiler } from '../../compile/compile-policy.ts';
import type { FaultyPolicy } from '../../review/diff/compare/compile-share.ts';
import { judgePolicies } from '../../review/diff/compare/judge-policies.ts';
import type { JudgedChange } from '../../review/diff/compare/judge-share.ts';
import { judgeGate } from '../../review/diff/wording/change-gate.ts';
import { PermissionWords } from '../../review/diff/wording/permission-words.ts';
import { shareUnchanged } from '../../store/git/git-policy-files.ts';
import { say, type CommandIo } from '../command/command-io.ts';
import { compileWithBar, describeReading, displayIn, errorReport } from '../load/load-policy.ts';
import { codeSpan, sentenceOf } from '../report/markdown-text.ts';
import { problemReporters, summarizeProblems, type ProblemReport } from '../report/problem-report.ts';
import { ProgressBar } from '../report/progress-bar.ts';
import { linesOf, tell } from '../report/report-files.ts';
import { describeSoundBase, findStandIn } from './diff-base.ts';
import type { DiffOptions } from './diff-options.ts';
import type { DiffOutcome, JudgedDiff } from './diff-outcome.ts';
import type { DiffReading } from './diff-reading.ts';
import type { BaseReading } from './read-base.ts';

/** Compares the files with the base. Undefined, after saying why, when the files have errors. */
export async function judgeChange(
  reading: DiffReading,
  options: DiffOptions,
  io: CommandIo,
): Promise<DiffOutcome | undefined> {
  const judged = await judgeReading(reading, options.at ?? Date.now(), io);
  if ('faulty' in judged) {
    await tellErrors(errorReport(describeReading(judged.result, reading.files, options.policy)), options, io);
    return undefined;
  }
  const { base, revisions, difference, moves, escalations, catalogs } = judged;
  const known = [catalogs.after, ...(catalogs.before ? [catalogs.before] : [])];
  const found = difference ?? { changes: [], notices: [] };
  return {
    base,
    revisions,
    isDirty: reading.isDirty,
    difference,
    moves,
    escalations,
    gates: (options.failOn ?? []).map((gate) => judgeGate(gate, found, known, escalations.opened.length)),
    isAccepted: options.accept === true,
    words: new PermissionWords(catalogs.before ?? catalogs.after, catalogs.after),
    display: displayIn(options.policy),
  };
}

/** What the files mean compared with the base, or what is wrong in the files. Throws when the base cannot be read. */
export async function judgeReading(
  { files, base: readable, requireBase }: Omit<DiffReading, 'isDirty'>,
  nowMs: number,
  io: CommandIo,
): Promise<JudgedDiff | FaultyFiles> {
  if (!readable) {
    // Mistakes in the files are told before that there is nothing to compare them with.
    const result = compileWithBar(new PolicyCompiler({ tells: 'errors' }), files, nowMs, io);
    if (!result.policy) return { faulty: 'after', result };
  }
  const base = requireBase();
  const { members, returning } = base;
  const judge = (before: BaseReading['files']): Promise<JudgedChange | FaultyPolicy> =>
    judgeWithBar(
      {
        before: before && shareUnchanged(before, files),
        after: files,
        members,
        ...(returning && { returning }),
        isPublication: base.published !== undefined,
        nowMs,
      },
      io,
    );
  const described = describeSoundBase(base);
  const judged = await judge(base.files);
  if (!('faulty' in judged)) return { ...judged, base: described };
  if (judged.faulty === 'after') return judged;
  const problems = judged.result.problems.filter(({ severity }) => severity === 'error');
  const standIn = await findStandIn(base, files, nowMs);
  const again = standIn && (await judge(standIn.files));
  if (again && !('faulty' in again)) return { ...again, base: { ...described, problems, standIn: standIn.commit } };
  // Of a policy with errors nobody can say what it meant.
  return {
    base: { ...described, problems },
    revisions: { before: undefined, after: judged.after.revision },
    catalogs: { before: undefined, after: judged.after.catalog },
    difference: undefined,
    moves: [],
    escalations: { opened: [], closed: [] },
  };
}

type FaultyFiles = Extract<FaultyPolicy, { readonly faulty: 'after' }>;

async function judgeWithBar(
  change: Parameters<typeof judgePolicies>[0],
  io: CommandIo,
): ReturnType<typeof judgePolicies> {
  const bar = new ProgressBar(io);
  // The bar reckons with steps, and with three for a file.
  const total = change.after.length * 3;
  try {
    return await judgePolicies(change, (part) => bar.show({ done: part * total, total }));
  } finally {
    bar.clear();
  }
}

async function tellErrors(errors: ProblemReport, options: DiffOptions, io: CommandIo): Promise<void> {
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
