import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { withLineFeeds } from '../../policy/text/line-ends.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { PublishOutcome } from '../../store/database/releases/publish-release.ts';
import type { ReadFile } from '../../store/database/releases/release.ts';
import type { GitRepository } from '../../store/git/git-repository.ts';
import { exitCodes, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, policyOption } from '../command/command-options.ts';
import { databaseHelp, databaseOption, withDatabase } from '../command/database-option.ts';
import { shortCommit } from '../report/printable.ts';
import { paintFor } from '../report/paint.ts';
import { endMembershipsOption } from './end-memberships.ts';
import { authorOption, publisherName } from './publisher-name.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';

interface PublishOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly database?: DatabaseUrl;
  readonly author?: string;
  readonly endMemberships?: number;
}

const examples = `${databaseHelp}
Publishing a revision that is published already writes nothing, but when other memberships hold by now.
Memberships given at run time that have no place in the files, as those of a workspace that is gone, would end. Then
nothing is published, and you are told how many; --end-memberships with that number publishes, and ends them.
Files without changes that were made in the database through a sidecar are not published: \`rolebook pull\` writes these
into the folder first.

Exit codes:
  0 published, or published before
  1 the files have errors, memberships would end, members at run time would break the rules, or changes would be undone
  2 wrong usage, no policy, refused by the database   3 could not run: no answer from the database

Examples:
  rolebook publish --database sqlite:releases.db
  rolebook publish --database sqlite:releases.db --author ana --format json
`;

export function addPublishCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('publish')
    .description('make the files the policy of all sidecars that share a database')
    .addOption(databaseOption())
    .addOption(authorOption())
    .addOption(endMembershipsOption())
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (options: PublishOptions) => finish(await publish(options, io)));
}

async function publish(options: PublishOptions, io: CommandIo): Promise<number> {
  const reading = await requireSoundPolicy(io, options, Date.now());
  if (reading === undefined) return exitCodes.atFault;
  const { readGitCommit } = await import('../../store/git/git-commit.ts');
  const { openGitRepository } = await import('../../store/git/git-repository.ts');
  const { readPulled } = await import('../../store/database/changes/pulled-record.ts');
  const root = resolve(io.cwd, options.policy);
  const repository = await openGitRepository(root, options.policy).catch(() => undefined);
  const publication = {
    policy: reading.policy,
    files: publishedFiles(reading.files),
    commit: repository && (await readGitCommit(repository, reading.files)),
    author: publisherName(io, options.author),
    now: Date.now,
    pulled: (await readPulled(root)).revisions,
    ...(options.endMemberships === undefined ? {} : { endMemberships: options.endMemberships }),
  };
  return withDatabase(io, options, 'write', async (database) => {
    const { publishRelease } = await import('../../store/database/releases/publish-release.ts');
    const { reportPublication } = await import('./release-report.ts');
    const outcome = await reportPublication(io, options.format, database, (onProgress) =>
      publishRelease(database, publication, onProgress),
    );
    if (!outcome) return exitCodes.atFault;
    if (repository) await warnOfOlderCommit(io, repository, outcome);
    return exitCodes.clean;
  });
}

// Where a policy compiled, every file could be read. With line feeds, as its digest is made: whoever compiles them later
// finds the same one.
function publishedFiles(files: readonly SourceFile[]): readonly ReadFile[] {
  return files
    .filter((file): file is ReadFile => 'content' in file)
    .map(({ path, content }) => ({ path, content: withLineFeeds(content) }));
}

// A pipeline that was started earlier and ran later publishes what was there before.
async function warnOfOlderCommit(
  io: CommandIo,
  repository: GitRepository,
  { outcome, release, replaced }: PublishOutcome,
): Promise<void> {
  if (outcome !== 'published' || !release.commit || !replaced?.commit) return;
  const { isOlderCommit } = await import('../../store/git/git-commit.ts');
  if (!(await isOlderCommit(repository, release.commit, replaced.commit))) return;
  const paint = paintFor(io, 'stderr');
  const commits = `${shortCommit(release.commit)} is older than ${shortCommit(replaced.commit)}`;
  say(io, `${paint.yellow('warning:')} commit ${commits}, which release ${replaced.sequence} was published from`);
  say(io, `${paint.cyan('help:')} if nobody wanted that, \`rolebook rollback ${replaced.revision}\` takes it back`);
}
