import type { Command } from 'commander';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import { parseRevision } from '../../policy/text/revision-text.ts';
import type { Database } from '../../store/database/database.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import { askWhether } from './ask.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption } from '../command/command-options.ts';
import { databaseHelp, databaseOption, withDatabase } from '../command/database-option.ts';
import { diffReporters } from '../diff/diff-report.ts';
import { surroundingsOf } from '../report/report-surroundings.ts';
import { printable } from '../report/printable.ts';
import { endMembershipsOption, reportRefusal } from './end-memberships.ts';
import { authorOption, publisherName } from './publisher-name.ts';
import { endedUnasked } from '../../review/members/runtime-moves.ts';
import type { ReleaseName } from '../../store/database/releases/read-releases.ts';
import type { DiffOutcome } from '../diff/diff-outcome.ts';
import type { BaseReading } from '../diff/read-base.ts';

interface RollbackOptions {
  readonly format: 'text' | 'json';
  readonly database?: DatabaseUrl;
  readonly author?: string;
  readonly endMemberships?: number;
  readonly yes?: true;
  readonly dryRun?: true;
}

const examples = `${databaseHelp}
Who gains and who loses by it is told first, members at run time included, as \`rolebook diff --database\` tells it.
Then you are asked; --yes answers beforehand, and without a terminal nothing is done without it. --dry-run tells it
and does nothing.
The files of that revision are compiled and published anew, as the newest release. Nothing is deleted, so a
rollback can be rolled back. What later publications took from members at run time comes back, unless somebody has
changed them since. A revision with its number, as in 3f9c2a1b7d4e.4, is the release that was live then.
Git is left alone: the next \`rolebook publish\` publishes what is there.
Should two policies have the same revision, name one by its digest, which \`rolebook revisions --format json\` shows.

Exit codes:
  0 published, published before, or told
  1 you did not say yes, memberships would end, or members at run time would break the rules
  2 wrong usage, no such revision, nobody to ask, refused by the database
  3 could not run, or something changed while you were asked

Examples:
  rolebook rollback 3f9c2a1b7d4e --database sqlite:releases.db
  rolebook rollback 3f9c2a1b7d4e --database sqlite:releases.db --yes
  rolebook rollback 3f9c2a1b7d4e --database sqlite:releases.db --dry-run --format json
`;

export function addRollbackCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('rollback')
    .description('publish an earlier revision again')
    .argument('<REVISION>', 'one that `rolebook revisions` lists')
    .addOption(databaseOption())
    .addOption(authorOption())
    .addOption(endMembershipsOption())
    .option('--yes', 'publish it without asking')
    .option('--dry-run', 'tell who gains and who loses, and publish nothing')
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (revision: string, options: RollbackOptions) => finish(await rollback(revision, options, io)));
}

async function rollback(revision: string, options: RollbackOptions, io: CommandIo): Promise<number> {
  // As `revisions` and the sidecar tell it, or without what stands behind the point: files know no memberships.
  const name: ReleaseName | undefined = /^[0-9a-f]{64}$/.test(revision)
    ? { kind: 'digest', digest: revision }
    : parseRevision(revision);
  if (name === undefined) {
    // What was found is not repeated: it may be the URL of the database, with its password.
    const help = '`rolebook revisions` lists what was published';
    throw new RolebookError('usage', 'REVISION is neither twelve hex digits nor a digest of 64', { help });
  }
  const { yes, dryRun } = options;
  if (yes && dryRun)
    throw new RolebookError('usage', '`--dry-run` publishes nothing, so there is nothing to say `--yes` to');
  if (!yes && !dryRun && io.answers === undefined) {
    const help = '`--yes` publishes it without asking, `--dry-run` tells who would gain and who would lose';
    throw new RolebookError('usage', 'there is no terminal to ask whether to publish it; nothing was done', { help });
  }
  return withDatabase(io, options, dryRun ? 'read' : 'write', (database) => restore(database, name, options, io));
}

async function restore(
  database: Database,
  name: ReleaseName,
  options: RollbackOptions,
  io: CommandIo,
): Promise<number> {
  const atMs = Date.now();
  const { findRestorable } = await import('../../store/database/releases/restore-release.ts');
  const { readPublished } = await import('../diff/diff-database.ts');
  const restorable = await findRestorable(database, name, atMs);
  const live = await readPublished(database, restorable.restores);
  const { moves } = await tellEffect(live, restorable.files, atMs, options, io);
  if (options.dryRun) return exitCodes.clean;
  const { endMemberships } = options;
  const ended = endedUnasked(moves);
  if (ended.length !== (endMemberships ?? 0)) {
    reportRefusal(io, options.format, database.url.shown, { ended, agreed: endMemberships });
    return exitCodes.atFault;
  }
  if (
    !options.yes &&
    !(await askWhether(io, `publish revision ${restorable.policy.revision} to ${printable(database.url.shown)}?`))
  ) {
    say(io, 'nothing was published');
    return exitCodes.atFault;
  }
  const { publishRelease } = await import('../../store/database/releases/publish-release.ts');
  const { reportPublication } = await import('./release-report.ts');
  // A yes is to what was told. Who said it beforehand wants the files back, whatever members do meanwhile.
  const agreed = options.yes ? {} : { agreedState: live.state };
  const publication = {
    ...restorable,
    author: publisherName(io, options.author),
    now: Date.now,
    ...(endMemberships === undefined ? {} : { endMemberships }),
    ...agreed,
  };
  const outcome = await reportPublication(io, options.format, database, (onProgress) =>
    publishRelease(database, publication, onProgress),
  );
  return outcome ? exitCodes.clean : exitCodes.atFault;
}

/** As `diff --database` tells it of files. It is talk, and the result only where nothing else is done. */
async function tellEffect(
  base: BaseReading,
  files: readonly SourceFile[],
  atMs: number,
  { format, dryRun }: RollbackOptions,
  io: CommandIo,
): Promise<DiffOutcome> {
  const { judgeChange } = await import('../diff/diff-judgement.ts');
  const reading = { files, isDirty: false, base, requireBase: () => base };
  const outcome = await judgeChange(reading, { policy: '.', format, at: atMs, database: '-' }, io);
  // That it compiles was seen before.
  if (!outcome) throw new Error('the release to be restored does not compile');
  const surroundings = surroundingsOf(io, dryRun ? 'stdout' : 'stderr');
  const lines = diffReporters[dryRun ? format : 'text'](outcome, surroundings);
  (dryRun ? printResult : say)(io, lines.join('\n'));
  return outcome;
}
