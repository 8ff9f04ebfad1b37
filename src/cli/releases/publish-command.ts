import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { withLineFeeds } from '../../policy/text/line-ends.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { PublishOutcome } from '../../store/database/releases/publish-release.ts';
import type { ReadFile } from '../../store/database/releases/release.ts';
import type { GitRepository } from '../../store/git/git-repository.ts';
import type { RemoteAddress } from '../../store/remote/remote-address.ts';
import { exitCodes, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { databaseHelp, databaseOption, withDatabase } from '../command/database-option.ts';
import { shortCommit } from '../report/printable.ts';
import { paintFor } from '../report/paint.ts';
import { endMembershipsOption } from './end-memberships.ts';
import { authorOption, publisherName } from './publisher-name.ts';
import { gitOptionParsers, refuseGitOptions } from '../serve/git-options.ts';
import type { PublishOptions } from './publish-options.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';

const examples = `${databaseHelp}
Publishing a revision that is published already writes nothing, but when other memberships hold by now.
Memberships given at run time that have no place in the files, as those of a workspace that is gone, would end. Then
nothing is published, and you are told how many; --end-memberships with that number publishes, and ends them.
Files without changes that were made in the database through a sidecar are not published: \`rolebook pull\` writes these
into the folder first.
With --git the newest commit of a branch is published, by its author, unless it was published before; nothing is checked
out. With --follow so is each commit that comes, by whichever of several processes sees it first, until SIGTERM.

Exit codes:
  0 published, or published before; with --follow, stopped as asked
  1 the files have errors, the commit is not signed by who may, memberships would end, members at run time would break the rules, or changes would be undone
  2 wrong usage, no policy, refused by the database   3 could not run: no answer from the database

Examples:
  rolebook publish --database sqlite:releases.db
  rolebook publish --database sqlite:releases.db --author ana --format json
  rolebook publish --git https://git.acme.example/access.git --database sqlite:releases.db
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
    .option('--git <URL>', 'publish a branch of this repository instead of a folder', gitOptionParsers.git)
    .option('--ref <REF>', 'its branch (default: main)', gitOptionParsers.ref)
    .option('--path <DIR>', 'its folder with roles.yaml (default: the top)', gitOptionParsers.path)
    .option('--git-token-file <FILE>', 'a token for https, read anew each time', valueOf('--git-token-file'))
    .option('--git-ssh-key <FILE>', 'a key for SSH', valueOf('--git-ssh-key'))
    .option('--git-known-hosts <FILE>', 'the hosts whose keys are known', valueOf('--git-known-hosts'))
    .option('--require-signed <FILE>', 'publish commits only that one of these signed', valueOf('--require-signed'))
    .option('--cache <DIR>', 'keep the clone here; --follow needs it', valueOf('--cache'))
    .option('--follow', 'go on, and publish each commit that comes')
    .option('--poll <DURATION>', 'how often the branch is looked at then (default: 30s)', gitOptionParsers.poll)
    .addHelpText('after', examples)
    .action(async (options: PublishOptions, command: Command) => {
      refuseTogether(options, command);
      finish(await (options.git === undefined ? publish(options, io) : publishFromGit(options, options.git, io)));
    });
}

async function publishFromGit(options: PublishOptions, address: RemoteAddress, io: CommandIo): Promise<number> {
  const { publishBranch } = await import('./publish-branch.ts');
  return publishBranch(options, address, io);
}

function valueOf(flag: string): (value: string) => string {
  return (value) => parseValue(flag, value);
}

function refuseTogether(options: PublishOptions, command: Command): void {
  const { git, cache, follow, poll, author, endMemberships } = options;
  if (git === undefined && (cache !== undefined || follow === true)) {
    const flag = follow === true ? '--follow' : '--cache';
    const message = `\`${flag}\` is about a git repository, and \`--git\` is missing`;
    throw new RolebookError('usage', message, { help: 'name the repository with `--git URL`' });
  }
  // What is fetched once is kept nowhere.
  refuseGitOptions({ ...options, ...(follow !== true && { cache: cache ?? '' }) });
  if (git === undefined) return;
  if (command.getOptionValueSource('policy') !== 'default') {
    const message = '`--policy` and `--git` cannot stand together: the policy comes from one of them';
    throw new RolebookError('usage', message, { help: '`--path DIR` says where in the repository it is' });
  }
  if (author !== undefined) {
    const message = '`--author` and `--git` cannot stand together: a commit says who made it';
    throw new RolebookError('usage', message, { help: 'leave `--author` out' });
  }
  if (follow !== true && poll !== undefined) {
    const message = '`--poll` says how often a branch is looked at, and `--follow` is missing';
    throw new RolebookError('usage', message, { help: 'leave it out, or write `--follow`' });
  }
  if (follow === true && endMemberships !== undefined) {
    const message = '`--end-memberships` is about one commit, and `--follow` publishes each that comes';
    throw new RolebookError('usage', message, { help: 'publish that commit once, without `--follow`' });
  }
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
