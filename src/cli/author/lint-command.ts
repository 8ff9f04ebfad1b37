import type { Command } from 'commander';
import { hasErrors, sortProblems, type Problem } from '../../policy/problem.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, policyOption } from '../command/command-options.ts';
import { annotationRootOf } from '../report/github-annotation.ts';
import type { PolicyReading } from '../load/load-policy.ts';
import { paintFor } from '../report/paint.ts';
import {
  countProblems,
  problemFormats,
  problemReporters,
  summarizeProblems,
  type ProblemFormat,
} from '../report/problem-report.ts';

interface LintOptions {
  readonly policy: string;
  readonly format: ProblemFormat;
  readonly at?: number;
  readonly strict?: true;
}

const examples = `
Exit codes:
  0 no problem, or warnings alone   1 a problem   2 wrong usage, no policy   3 could not run

Examples:
  rolebook lint
  rolebook lint --policy access --strict
  rolebook lint --format github
  rolebook lint --at 2027-01-01
`;

export function addLintCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('lint')
    .description('find every problem in the files')
    .addOption(policyOption())
    .addOption(formatOption(problemFormats))
    .addOption(atOption('the time at which memberships count as expired'))
    .option('--strict', 'fail on warnings too')
    .addHelpText('after', examples)
    .action(async (options: LintOptions) => finish(await lint(options, io)));
}

async function lint(options: LintOptions, io: CommandIo): Promise<number> {
  const { loadPolicy } = await import('../load/load-policy.ts');
  const nowMs = options.at ?? Date.now();
  const reading = await loadPolicy(io, options.policy, 'all', nowMs);
  const reviewed = await reviewProblems(reading, nowMs);
  const problems = sortProblems([...reading.problems, ...reviewed]);
  const more = countProblems(reviewed);
  const counts = {
    errors: reading.problemCounts.errors + more.errors,
    warnings: reading.problemCounts.warnings + more.warnings,
  };
  const { files, lines } = reading;
  const report = { problems, counts, files: files.length, lines };
  const surroundings = { paint: paintFor(io, 'stdout'), annotationRoot: annotationRootOf(io) };
  printResult(io, problemReporters[options.format](report, surroundings));
  say(io, summarizeProblems(report));
  const isAtFault = hasErrors(problems) || (options.strict === true && problems.length > 0);
  return isAtFault ? exitCodes.atFault : exitCodes.clean;
}

// What shows only when all files are understood together.
async function reviewProblems({ policy, display }: PolicyReading, nowMs: number): Promise<Problem[]> {
  if (!policy) return [];
  const { findEscalationPaths } = await import('../../review/escalation/escalation-paths.ts');
  const { findEscalationProblems } = await import('../../review/escalation/escalation-problems.ts');
  const problems = findEscalationProblems(policy, findEscalationPaths(policy, nowMs));
  return problems.map((problem) => ({ ...problem, file: display(problem.file) }));
}
