import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PolicyCompiler, type CompileResult } from '../compile/compile-policy.ts';
import type { SourceFile } from '../compile/source-file.ts';
import { messageOf, RolebookError } from '../policy/errors.ts';
import { PolicyDirectory } from '../store/policy-directory.ts';
import type { CommandIo } from './command-io.ts';
import type { ProblemReport } from './problem-report.ts';
import { ProgressBar } from './progress-bar.ts';
import { createSourceLines, type SourceLines } from './source-lines.ts';

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
  const display = (file: string): string => join(policyFolder, file);
  const result = compileWithBar(compiler, files, nowMs, io);
  const problems = result.problems.map((problem) => ({ ...problem, file: display(problem.file) }));
  return { ...result, problems, files, lines: createSourceLines(files, display), display };
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
  return { problems, files: reading.files.length, lines: reading.lines };
}

async function readFiles(io: CommandIo, folder: string, which: 'deciding' | 'all'): Promise<readonly SourceFile[]> {
  const root = resolve(io.cwd, folder);
  await requireFolder(root, folder);
  const files = await readDirectory(root, folder, which);
  if (files.some((file) => file.path === 'roles.yaml')) return files;
  const help = files.some((file) => file.path === 'roles.yml')
    ? 'rename `roles.yml` to `roles.yaml`'
    : 'run `rolebook init` to begin one, or say where it is with `--policy DIR`';
  throw new RolebookError('configuration', `no roles.yaml in \`${folder}\`: not a policy folder`, { help });
}

async function requireFolder(root: string, folder: string): Promise<void> {
  const help = 'say where the policy is with `--policy DIR`, or run `rolebook init` to begin one';
  try {
    if ((await stat(root)).isDirectory()) return;
  } catch (cause) {
    if (!isMissing(cause)) throw unreadable(folder, cause);
    throw new RolebookError('configuration', `there is no folder \`${folder}\``, { help, cause });
  }
  throw new RolebookError('configuration', `\`${folder}\` is not a folder`, { help });
}

async function readDirectory(root: string, folder: string, which: 'deciding' | 'all'): Promise<readonly SourceFile[]> {
  try {
    return await new PolicyDirectory(root).read(which);
  } catch (cause) {
    throw cause instanceof RolebookError ? cause : unreadable(folder, cause);
  }
}

function unreadable(folder: string, cause: unknown): RolebookError {
  return new RolebookError('unavailable', `cannot read \`${folder}\`: ${messageOf(cause)}`, { cause });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
