import type { Command } from 'commander';
import { RolebookError } from '../policy/errors.ts';
import { parseRevision } from '../policy/revision-text.ts';
import type { DatabaseUrl } from '../store/database/database-url.ts';
import { exitCodes, type CommandIo } from './command-io.ts';
import { formatOption } from './command-options.ts';
import { databaseHelp, databaseOption, withDatabase } from './database-option.ts';
import { authorOption, publisherName } from './publisher-name.ts';

interface RollbackOptions {
  readonly format: 'text' | 'json';
  readonly database?: DatabaseUrl;
  readonly author?: string;
}

const examples = `${databaseHelp}
The files of that revision are compiled and published anew, as the newest release. Nothing is deleted, so a
rollback can be rolled back. Git is left alone: the next \`rolebook publish\` publishes what is there.
Should two policies have the same revision, name one by its digest, which \`rolebook revisions --format json\` shows.

Exit codes:
  0 published, or published before   2 wrong usage, no such revision, refused by the database   3 could not run

Examples:
  rolebook rollback 3f9c2a1b7d4e --database sqlite:releases.db
`;

export function addRollbackCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('rollback')
    .description('publish an earlier revision again')
    .argument('<REVISION>', 'one that `rolebook revisions` lists')
    .addOption(databaseOption())
    .addOption(authorOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (revision: string, options: RollbackOptions) => finish(await rollback(revision, options, io)));
}

async function rollback(revision: string, options: RollbackOptions, io: CommandIo): Promise<number> {
  // As `revisions` and the sidecar tell it, or without what stands behind the point: files know no memberships.
  const name = /^[0-9a-f]{64}$/.test(revision) ? revision : parseRevision(revision)?.policy;
  if (name === undefined) {
    // What was found is not repeated: it may be the URL of the database, with its password.
    const help = '`rolebook revisions` lists what was published';
    throw new RolebookError('usage', 'REVISION is neither twelve hex digits nor a digest of 64', { help });
  }
  await withDatabase(io, options, 'write', async (database) => {
    const { restoreRelease } = await import('../store/database/restore-release.ts');
    const { reportPublication } = await import('./release-report.ts');
    const by = { author: publisherName(io, options.author), atMs: Date.now() };
    await reportPublication(io, options.format, database, (onProgress) =>
      restoreRelease(database, name, by, onProgress),
    );
  });
  return exitCodes.clean;
}
