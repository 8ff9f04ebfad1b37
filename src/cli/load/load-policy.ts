import { join } from 'node:path';
import { PolicyCompiler, type CompileResult } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { CommandIo } from '../command/command-io.ts';
import type { ProblemReport } from '../report/problem-report.ts';
import { ProgressBar } from '../report/progress-bar.ts';
import { readFiles } from './read-files.ts';
import { createSourceLines, type SourceLines } from '../report/source-lines.ts';

/** A policy directory as it was just read, with everything that is wrong in it. */
export interface PolicyReading extends CompileResult {
  readonly files: readonly SourceFile[];
  readonly lines: SourceLines;
  /** A path of the policy directory as it is opened from where the command was started. */
  readonly display: (file: string) => string;
}

/** Reads and compiles. Mistakes inside the files are problems of the reading; only a missing policy throws. */
export async function loadPolicy(
  io: CommandIo,
  policyFolder: string,
  which: 'deciding' | 'all',
  nowMs: number,
  compiler = new PolicyCompiler(),
): Promise<PolicyReading> {
  const files = await readFiles(io, policyFolder, which);
  return describeReading(compileWithBar(compiler, files, nowMs, io), files, policyFolder);
}

/** What compiling files gave, as it is told where the command was started. */
export function describeReading(
  result: CompileResult,
  files: readonly SourceFile[],
  policyFolder: string,
): PolicyReading {
  const display = displayIn(policyFolder);
  const problems = result.problems.map((problem) => ({ ...problem, file: display(problem.file) }));
  return { ...result, problems, files, lines: createSourceLines(files, display), display };
}

/** How a path of the policy directory is written where the command was started. */
export function displayIn(policyFolder: string): (file: string) => string {
  return (file) => join(policyFolder, file);
}

export function compileWithBar(
  compiler: PolicyCompiler,
  files: readonly SourceFile[],
  nowMs: number,
  io: CommandIo,
): CompileResult {
  const bar = new ProgressBar(io);
  const steps = compiler.compileInSteps(files, nowMs);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      bar.show(step.value);
    }
  } finally {
    bar.clear();
  }
}

/** The errors of a reading, for commands that need a sound policy; warnings are for `lint` to tell. */
export function errorReport(reading: PolicyReading): ProblemReport {
  const problems = reading.problems.filter((problem) => problem.severity === 'error');
  const counts = { errors: reading.problemCounts.errors, warnings: 0 };
  return { problems, counts, files: reading.files.length, lines: reading.lines };
}
