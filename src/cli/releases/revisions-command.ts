import type { Command } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue } from '../command/command-options.ts';
import { databaseHelp, databaseOption, withDatabase } from '../command/database-option.ts';

interface RevisionsOptions {
  readonly format: 'text' | 'json';
  readonly database?: DatabaseUrl;
  readonly limit: number;
}

const most = 1000;
const examples = `${databaseHelp}
Exit codes:
  0 listed   2 wrong usage, nothing was published, refused by the database   3 could not run

Examples:
  rolebook revisions --database sqlite:releases.db
  rolebook revisions --database sqlite:releases.db --limit 1 --format json
`;

export function addRevisionsCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('revisions')
    .description('list what was published to a database, newest first')
    .addOption(databaseOption())
    .option('--limit <N>', `how many, ${most} at most`, parseLimit, 20)
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (options: RevisionsOptions) => finish(await revisions(options, io)));
}

function parseLimit(value: string): number {
  const count = Number(parseValue('--limit', value));
  if (/^\d+$/.test(value) && count >= 1 && count <= most) return count;
  const message = `\`--limit\` takes a whole number from 1 to ${most}, found \`${value}\``;
  throw new RolebookError('usage', message, { help: 'write `20`' });
}

async function revisions(options: RevisionsOptions, io: CommandIo): Promise<number> {
  await withDatabase(io, options, 'read', async (database) => {
    const { readReleases } = await import('../../store/database/releases/read-releases.ts');
    const { formatReleases, plainRelease } = await import('./release-report.ts');
    // One more tells whether there are more.
    const found = await readReleases(database, options.limit + 1);
    const releases = found.slice(0, options.limit);
    const json = options.format === 'json';
    printResult(
      io,
      json ? JSON.stringify({ releases: releases.map(plainRelease) }, undefined, 2) : formatReleases(releases),
    );
    if (found.length > releases.length) say(io, 'older ones are left out; `--limit` shows more');
  });
  return exitCodes.clean;
}
