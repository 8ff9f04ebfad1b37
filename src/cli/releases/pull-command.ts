import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { formatTextPatch } from '../../review/changes/text/text-patch.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { PlannedPull } from '../../store/database/changes/plan-pull.ts';
import type { FileReplacement } from '../../store/writing/write-policy-files.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseChoice, policyOption } from '../command/command-options.ts';
import { databaseHelp, databaseOption, withDatabase } from '../command/database-option.ts';
import { errorReport, describeReading } from '../load/load-policy.ts';
import { readFiles } from '../load/read-files.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { problemReporters, summarizeProblems } from '../report/problem-report.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { formatChange, formatChanges, plainChange } from './changes-report.ts';

interface PullOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly database?: DatabaseUrl;
  readonly prefer?: 'folder' | 'database';
  readonly dryRun?: true;
}

const examples = `${databaseHelp}
Changes that were made through a sidecar are in the database alone. This writes them into the files, so that a pull
request can be made of them; then \`rolebook publish\` goes through. What was edited in the folder meanwhile stays.
Where both did something to the same lines nothing is written, and you are told where: make it by hand, or say whose
lines are to be taken with --prefer. All files are written, or none.
Commit .rolebook/pulled with the files: it says up to where the folder has the changes of that database.
Policy tests are in no database. Run \`rolebook test\` then.

Exit codes:
  0 written, told, or nothing to write
  1 the same lines were changed here and there, or the files have errors
  2 wrong usage, no policy, refused by the database   3 could not run: no answer from the database

Examples:
  rolebook pull --database sqlite:releases.db
  rolebook pull --database sqlite:releases.db --dry-run
  rolebook pull --database sqlite:releases.db --prefer database --format json
`;

export function addPullCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('pull')
    .description('write into the files what changes made in a shared database')
    .addOption(databaseOption())
    .addOption(policyOption())
    .addOption(preferOption())
    .option('--dry-run', 'tell what would be written, and write nothing')
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (options: PullOptions) => finish(await pull(options, io)));
}

function preferOption(): Option {
  const sides = ['folder', 'database'] as const;
  return new Option('--prefer <SIDE>', 'whose lines are taken where both changed them: folder, database').argParser(
    (value: string) => parseChoice('--prefer', value, sides),
  );
}

async function pull(options: PullOptions, io: CommandIo): Promise<number> {
  const { settleLeft } = await import('../load/settle-left.ts');
  const root = resolve(io.cwd, options.policy);
  const files = await readFiles(io, options.policy, 'all');
  if (!options.dryRun) await settleLeft(io, options.policy);
  const { readPulled, writePulled, pulledFile } = await import('../../store/database/changes/pulled-record.ts');
  const { planPull } = await import('../../store/database/changes/plan-pull.ts');
  const record = await readPulled(root);
  const nowMs = Date.now();
  const prefer = options.prefer && (options.prefer === 'folder' ? ('mine' as const) : ('theirs' as const));
  const planned = await withDatabase(io, options, 'read', (database) =>
    planPull(database, { files, pulled: record.revisions }, { prefer, nowMs }),
  );
  if (planned.conflicts.length > 0) return reportConflicts(io, options, planned);
  if (planned.changes.length === 0) return reportPulled(io, options, planned, []);
  if (!(await isSound(io, options, planned.files, nowMs))) return exitCodes.atFault;
  const replacements = replacementsOf(files, planned.files);
  if (!options.dryRun) {
    const kept = { path: pulledFile, before: record.content, after: writePulled(planned.revisions) };
    await write(options.policy, root, [...replacements, kept]);
  }
  return reportPulled(io, options, planned, replacements, formatTextPatch(files, planned.files));
}

async function isSound(
  io: CommandIo,
  { format, policy }: PullOptions,
  files: readonly SourceFile[],
  nowMs: number,
): Promise<boolean> {
  const { PolicyCompiler } = await import('../../compile/compile-policy.ts');
  const { classifyPath } = await import('../../compile/file/policy-files.ts');
  // What tests say is told by `rolebook test`, and may be mended in the same pull request.
  const deciding = files.filter(({ path }) => classifyPath(path) !== 'test');
  const result = new PolicyCompiler().compile(deciding, nowMs);
  if (result.policy) return true;
  const errors = errorReport(describeReading(result, deciding, policy));
  const print = format === 'json' ? printResult : say;
  print(io, problemReporters[format](errors, surroundingsOf(io, format === 'json' ? 'stdout' : 'stderr')));
  say(io, summarizeProblems(errors));
  say(io, `${paintFor(io, 'stderr').cyan('help:')} with the changes the files would have these; nothing was written`);
  return false;
}

function replacementsOf(before: readonly SourceFile[], after: readonly SourceFile[]): FileReplacement[] {
  const [known, kept] = [new Map(before.map((file) => [file.path, file])), new Set(after.map(({ path }) => path))];
  const contentOf = (file: SourceFile | undefined): Uint8Array | undefined =>
    file && 'content' in file ? file.content : undefined;
  const changed = after.filter((file) => known.get(file.path) !== file);
  const gone = before.filter(({ path }) => !kept.has(path));
  return [
    ...changed.map((file) => ({ path: file.path, before: contentOf(known.get(file.path)), after: contentOf(file) })),
    ...gone.map((file) => ({ path: file.path, before: contentOf(file), after: undefined })),
  ];
}

async function write(shown: string, root: string, replacements: readonly FileReplacement[]): Promise<void> {
  const { describeWriteFailure, writePolicyFiles } = await import('../../store/writing/write-policy-files.ts');
  try {
    await writePolicyFiles(root, replacements);
  } catch (error) {
    throw describeWriteFailure(shown, error);
  }
}

function reportConflicts(io: CommandIo, { format }: PullOptions, { conflicts, revision }: PlannedPull): number {
  const plain = conflicts.map(({ file, line, change }) => ({ file, line, change: change.change }));
  const lines = conflicts.map(({ file, line, change }) =>
    printable(`conflict: ${file}:${line}: changed here, and by ${formatChange(change)}`),
  );
  printResult(
    io,
    format === 'json'
      ? JSON.stringify({ outcome: 'conflict', revision, conflicts: plain }, undefined, 2)
      : lines.join('\n'),
  );
  const help = paintFor(io, 'stderr').cyan('help:');
  say(
    io,
    `${help} nothing was written; \`--prefer database\` takes their lines there, \`--prefer folder\` those of the file`,
  );
  return exitCodes.atFault;
}

function reportPulled(
  io: CommandIo,
  { format, dryRun, policy }: PullOptions,
  { changes, revision }: PlannedPull,
  replacements: readonly FileReplacement[],
  patch = '',
): number {
  const files = replacements.map(({ path }) => path);
  if (format === 'json') {
    const outcome = changes.length === 0 ? 'unchanged' : dryRun ? 'told' : 'pulled';
    const plain = { outcome, revision, changes: changes.map(plainChange), files, ...(dryRun ? { patch } : {}) };
    printResult(io, JSON.stringify(plain, undefined, 2));
    return exitCodes.clean;
  }
  if (changes.length === 0) {
    printResult(io, printable(`unchanged: ${policy} has all changes up to ${revision}`));
    return exitCodes.clean;
  }
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  const verb = dryRun ? 'would pull' : 'pulled';
  const head = printable(
    `${verb}: ${count} up to ${revision} into ${files.length === 0 ? 'no file' : files.join(', ')}`,
  );
  printResult(
    io,
    [head, ...formatChanges(changes), ...(dryRun && patch !== '' ? [printablePatch(patch)] : [])].join('\n'),
  );
  return exitCodes.clean;
}

function printablePatch(patch: string): string {
  return patch.trimEnd().split('\n').map(printable).join('\n');
}
