import type { Command } from 'commander';
import type { Waiver } from '../../compile/file/compiled.ts';
import { areMembersControlled } from '../../policy/permission.ts';
import { sortProblems, type Problem } from '../../policy/problem.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, policyOption } from '../command/command-options.ts';
import { chosenDatabaseOption } from '../command/database-variable.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { printable } from '../report/printable.ts';
import { chooseFiles } from '../load/choose-files.ts';
import type { PolicyReading } from '../load/load-policy.ts';
import {
  countProblems,
  problemFormats,
  problemReporters,
  summarizeProblems,
  type ProblemFormat,
  type ProblemReport,
} from '../report/problem-report.ts';

interface LintOptions {
  readonly policy: string;
  readonly format: ProblemFormat;
  readonly at?: number;
  readonly strict?: true;
  readonly database?: DatabaseUrl | '-';
}

const examples = `
Where a permission says \`controls: members\`, roles are given at run time, too. The files alone do not tell who
holds one then; with --database it is asked, and what these members break is a problem.

Exit codes:
  0 no problem, or warnings alone   1 a problem   2 wrong usage, no policy   3 could not run

All files are looked at, whichever are named: what is wrong in one may be seen in it alone or by what stands in another.

Examples:
  rolebook lint
  rolebook lint policies/support.yaml roles.yaml
  rolebook lint --policy access --strict
  rolebook lint --format github
  rolebook lint --at 2027-01-01
  rolebook lint --database sqlite:releases.db
`;

export function addLintCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('lint')
    .description('find every problem in the files')
    .argument('[FILE...]', 'tell only of these files of the policy (default: of all)')
    .addOption(policyOption())
    .addOption(formatOption(problemFormats))
    .addOption(atOption('the time at which memberships count as expired'))
    .option('--strict', 'fail on warnings too')
    .addOption(chosenDatabaseOption('count the members that were given roles at run time there, too'))
    .addHelpText('after', examples)
    .action(async (files: readonly string[], options: LintOptions) => finish(await lint(files, options, io)));
}

async function lint(named: readonly string[], options: LintOptions, io: CommandIo): Promise<number> {
  const { loadPolicy } = await import('../load/load-policy.ts');
  const nowMs = options.at ?? Date.now();
  const reading = await loadPolicy(io, options.policy, 'all', nowMs);
  const chosen = named.length === 0 ? undefined : await chooseFiles(named, reading.files, options.policy, io);
  const reviewed = await reviewProblems(reading, nowMs, options, io);
  const found = [...reading.problems, ...reviewed, ...(await findSchemaProblems(reading, options, io))];
  const { problems, waived } = await takeOutWaived(found, reading, nowMs, options);
  const [before, after] = [countProblems(reading.problems), countProblems(problems)];
  // As many as there are, told or not.
  const counts = {
    errors: reading.problemCounts.errors - before.errors + after.errors,
    warnings: reading.problemCounts.warnings - before.warnings + after.warnings,
  };
  const { files, lines } = reading;
  const report = { problems: sortProblems(problems), waived, counts, files: files.length, lines };
  if (!chosen) return tell(report, options, io);
  return tellOf(new Set(chosen.map(reading.display)), report, reading.display('roles.yaml'), options, io);
}

function tell(report: ProblemReport, options: LintOptions, io: CommandIo): number {
  printResult(io, problemReporters[options.format](report, surroundingsOf(io, 'stdout')));
  say(io, summarizeProblems(report));
  const { problems, counts = countProblems(problems) } = report;
  const isAtFault = counts.errors > 0 || (options.strict === true && problems.length > 0);
  return isAtFault ? exitCodes.atFault : exitCodes.clean;
}

// Of some files alone. What is wrong elsewhere is counted, for these may not be understood because of it: without the
// catalog hardly anything can be checked, so then nobody is told that they are right.
function tellOf(
  shown: ReadonlySet<string>,
  report: ProblemReport,
  catalog: string,
  options: LintOptions,
  io: CommandIo,
): number {
  const problems = report.problems.filter(({ file }) => shown.has(file));
  const { errors = 0, warnings = 0 } = report.counts ?? {};
  const waived = report.waived?.filter(({ problem }) => shown.has(problem.file)) ?? [];
  const elsewhere = errors - countProblems(problems).errors;
  if (elsewhere > 0) {
    const others = `${elsewhere} problem${elsewhere === 1 ? '' : 's'} elsewhere`;
    say(io, `${others}; \`rolebook lint\` without files tells of all`);
  }
  const exitCode = tell({ problems, waived, files: shown.size, lines: report.lines }, options, io);
  const isChecked = !report.problems.some(({ file, severity }) => file === catalog && severity === 'error');
  const isTold = errors + warnings === report.problems.length;
  if (!isChecked) say(io, `\`${printable(catalog)}\` has problems, so no other file could be checked`);
  return isChecked && isTold ? exitCode : exitCodes.atFault;
}

// What the policy accepts. Whether a waiver is of use can be said only where everything was found.
async function takeOutWaived(
  found: readonly Problem[],
  { policy, waivers, files, display, problemCounts, problems: read }: PolicyReading,
  nowMs: number,
  { database }: LintOptions,
): Promise<Required<Pick<ProblemReport, 'problems' | 'waived'>>> {
  if (waivers.length === 0) return { problems: found, waived: [] };
  const { FindingPlaces } = await import('../../review/waivers/finding-place.ts');
  const { showsAtRunTime, waiveFindings } = await import('../../review/waivers/waive-findings.ts');
  // What is wrong may hide what a waiver is for, and so may what is not told.
  const isWhole = problemCounts.errors === 0 && problemCounts.warnings === read.length;
  const asked = database === undefined ? 'files alone' : 'members asked';
  const couldFind = (waiver: Waiver): boolean =>
    policy !== undefined && isWhole && showsAtRunTime(waiver, policy, asked);
  const places = new FindingPlaces(files, policy, display);
  const { left, ofWaivers, waived } = waiveFindings(found, { waivers, places, nowMs, couldFind });
  return { problems: [...left, ...ofWaivers.map((problem) => ({ ...problem, file: display(problem.file) }))], waived };
}

// What editors complete is written beside the policy, and is no part of it.
async function findSchemaProblems(
  { policy, display }: PolicyReading,
  options: LintOptions,
  { cwd }: CommandIo,
): Promise<Problem[]> {
  if (!policy) return [];
  const { findStaleSchemas } = await import('./written-schemas.ts');
  const problems = await findStaleSchemas(cwd, options.policy, policy);
  return problems.map((problem) => ({ ...problem, file: display(problem.file) }));
}

// What shows only when all files are understood together.
async function reviewProblems(
  { policy: written, display }: PolicyReading,
  nowMs: number,
  { database }: LintOptions,
  io: CommandIo,
): Promise<Problem[]> {
  if (!written) return [];
  const { findLoneRoles, findIdleGroups, findUnusedRoles } = await import('../../review/members/role-problems.ts');
  const { findHolderProblems, withMembersOf } = await import('./lint-members.ts');
  const asked = database && (await withMembersOf(io, database, written, nowMs));
  const policy = asked?.policy ?? written;
  // Without members at run time the files have told it.
  const mayTell = asked && areMembersControlled(policy.catalog.permissions.values());
  const unused = mayTell ? [...findUnusedRoles(policy), ...findIdleGroups(policy)] : [];
  const { findEscalationPaths } = await import('../../review/escalation/escalation-paths.ts');
  const { findEscalationProblems } = await import('../../review/escalation/escalation-problems.ts');
  const problems = [
    ...(asked?.problems ?? []),
    ...findHolderProblems(written, asked),
    ...findLoneRoles(policy),
    ...unused,
    ...findEscalationProblems(policy, findEscalationPaths(policy, nowMs)),
  ];
  return problems.map((problem) => ({ ...problem, file: display(problem.file) }));
}
