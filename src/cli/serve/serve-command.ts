import type { Command } from 'commander';
import { defaultListenAddress } from '../../http/access/listen-address.ts';
import { type LogLevel, logLevels } from '../../http/logging/log.ts';
import { parseAttributeNames } from '../../http/logging/logged-attributes.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseChoice, parseTime, parseValue, policyOption } from '../command/command-options.ts';
import { databaseVariable } from '../command/database-variable.ts';
import { endProcess } from '../command/end-process.ts';
import { changesOptionParsers, refuseChanges } from './changes/changes-options.ts';
import { refuseBesideFixedTime } from './fixed-time.ts';
import { gitOptionParsers, refuseGitOptions } from './git-options.ts';
import { addPagesOptions, refusePages } from './pages/pages-options.ts';
import type { ServeOptions } from './serve-options.ts';
import { addBudgetOptions } from './budget/budget-options.ts';
import { addShadowOptions, refuseShadow } from './shadow/shadow-options.ts';
import { closeServeIo, openServeIo, type ServeIo } from './serve-output.ts';
import { parseMaxStaleness, parseWhenStale } from './staleness-options.ts';

const examples = `
Signals:
  SIGHUP   read the policy and token files again, open the decision log and the shadow log again
  SIGTERM  answer what is in flight and end, within 15 seconds; a second one ends at once

Exit codes:
  0 stopped as asked   2 wrong usage, no policy, address in use, refused by the database
  3 could not run, or not end in time

Examples:
  rolebook serve --policy access
  rolebook serve --policy access --try --changes files
  rolebook serve --policy access --at 2026-11-20T09:00:00Z
  rolebook serve --policy access --shadow refs/heads/new-roles --shadow-log differences.jsonl
  rolebook serve --policy access --admin-token-file admin-tokens --max-changed 1%
  rolebook serve --token-file tokens --public-url https://roles.acme.example --oidc-issuer https://login.acme.example --oidc-client-id rolebook --oidc-client-secret-file secret
  rolebook serve --token-file tokens --public-url https://roles.acme.example --admin-token-file admin-tokens --proxy-token proxy
  rolebook serve --listen unix:/run/rolebook.sock --workers 4
  rolebook serve --admin-token-file admin-tokens --create --changes files
  rolebook serve --database sqlite:releases.db --admin-token-file admin-tokens --create
  rolebook serve --database - --cache /var/lib/rolebook --max-staleness 2h
  rolebook serve --git https://git.acme.example/access.git --git-token-file token --cache /var/lib/rolebook
  rolebook serve --git git@git.acme.example:access.git --cache /var/lib/rolebook --admin-token-file admin-tokens --changes commit
  rolebook serve --git git@git.acme.example:access.git --cache /var/lib/rolebook --database -
  rolebook serve --listen 0.0.0.0:8181 --token-file tokens --decision-log /var/log/rolebook/decisions.jsonl
`;

export function addServeCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  addBudgetOptions(addShadowOptions(addPagesOptions(program.command('serve'))))
    .description('answer decisions over HTTP and follow the files as they change')
    .addOption(policyOption())
    .option('--database <URL>', `the database that policies are published to; - is $${databaseVariable}`, parseDatabase)
    .option(
      '--git <URL>',
      'the repository that the policy is in, followed without a checkout; with --database its commits are published there',
      gitOptionParsers.git,
    )
    .option('--ref <REF>', 'its branch (default: main)', gitOptionParsers.ref)
    .option('--path <DIR>', 'its folder with roles.yaml (default: the top)', gitOptionParsers.path)
    .option('--poll <DURATION>', 'how often it is looked at (default: 30s)', gitOptionParsers.poll)
    .option('--git-token-file <FILE>', 'a token for https, read anew each time', valueOf('--git-token-file'))
    .option('--git-ssh-key <FILE>', 'a key for SSH', valueOf('--git-ssh-key'))
    .option('--git-known-hosts <FILE>', 'the hosts whose keys are known', valueOf('--git-known-hosts'))
    .option(
      '--hook-secret-file <FILE>',
      'take hooks of the git server, signed with this',
      valueOf('--hook-secret-file'),
    )
    .option('--require-signed <FILE>', 'take commits only that one of these signed', valueOf('--require-signed'))
    .option('--listen <ADDR>', 'host:port or unix:/path', defaultListenAddress)
    .option('--workers <N>', 'processes that answer, on a machine with several cores', parseWorkers, 1)
    .option('--token-file <FILE>', 'bearer tokens that calls need, one a line', valueOf('--token-file'))
    .option('--admin-token-file <FILE>', 'bearer tokens for admin calls, one a line', valueOf('--admin-token-file'))
    .option('--create', 'makes the admin token file, with one new token, when it is not there')
    .option(
      '--changes <MODE>',
      'make changes that are asked for over HTTP: files, commit, propose, database; off (default)',
      changesOptionParsers.changes,
    )
    .option('--git-committer <PERSON>', 'who commits them: Name <mail>', changesOptionParsers.gitCommitter)
    .option('--sign-key <FILE>', 'an SSH key that signs the commits', valueOf('--sign-key'))
    .option(
      '--push-option <OPTION>',
      'what the git server is told with a proposal, as merge_request.create; may be given again',
      changesOptionParsers.pushOption,
    )
    .option('--allow-unauthenticated', 'let other machines call without a token, but for admin calls')
    .option('--at <TIME>', 'decide everything as of this time, for tests on this machine', (value) =>
      parseTime('--at', value),
    )
    .option('--decision-log <FILE>', 'one JSON line a decision; - is stdout', valueOf('--decision-log'))
    .option(
      '--decision-log-attributes <PATHS>',
      'attributes of requests that its lines have, separated by commas',
      parseAttributeNames,
    )
    .option('--log-level <LEVEL>', logLevels.join(', '), parseLogLevel, 'info')
    .option('--poll-interval <SECONDS>', 'how often to look at the files although nothing was reported', parseSeconds)
    .option('--cache <DIR>', 'keep what the source said last here, to start without it', valueOf('--cache'))
    .option(
      '--cache-key-file <FILE>',
      'signs the cache, instead of the password of the URL',
      valueOf('--cache-key-file'),
    )
    .option(
      '--max-staleness <DURATION>',
      'how old the policy may become while its source is silent: 10m',
      parseMaxStaleness,
    )
    .option('--when-stale <WHAT>', 'then: deny-all (default), go-on, or deny:PERMISSION,…', parseWhenStale)
    .addHelpText('after', examples)
    .action(async (options: ServeOptions, command: Command) => {
      refuseTogether(options, command);
      finish(await serveAndEnd(options, io));
    });
}

async function serveAndEnd(options: ServeOptions, io: CommandIo): Promise<number> {
  const serveIo = openServeIo(io);
  let exitCode: number;
  try {
    exitCode = await serve(options, serveIo);
  } finally {
    await closeServeIo(serveIo);
  }
  // A thread that hangs would keep the process for ever.
  return io.ownsProcess ? endProcess(exitCode) : exitCode;
}

async function serve(options: ServeOptions, io: ServeIo): Promise<number> {
  // Of three shapes one is loaded: the primary of several workers answers nobody, and they read no files.
  if (options.workers === 1) return (await import('./serve-alone.ts')).serveAlone(options, io);
  const { isWorker } = await import('../../http/workers/worker-pool.ts');
  if (isWorker) return (await import('./serve-worker.ts')).serveAsWorker(options, io);
  return (await import('./serve-primary.ts')).serveWithWorkers(options, io);
}

function refuseTogether(options: ServeOptions, command: Command): void {
  const { database, cache, cacheKeyFile, create, adminTokenFile } = options;
  if (create === true && adminTokenFile === undefined) {
    const message = '`--create` makes the file of `--admin-token-file`, which is missing';
    throw new RolebookError('usage', message, { help: 'write `--admin-token-file FILE --create`' });
  }
  if (cacheKeyFile !== undefined && cache === undefined) {
    const message = '`--cache-key-file` signs a cache, and `--cache` is missing';
    throw new RolebookError('usage', message, { help: 'name the folder with `--cache DIR`' });
  }
  refusePages(options);
  refuseShadow(options);
  refuseBesideFixedTime(options);
  refuseGitOptions(options);
  if (options.git !== undefined && command.getOptionValueSource('policy') !== 'default') {
    const message = '`--policy` and `--git` cannot stand together: the policy comes from one of them';
    throw new RolebookError('usage', message, { help: '`--path DIR` says where in the repository it is' });
  }
  refuseChanges(options);
  if (database === undefined || options.git !== undefined) {
    if (cache === undefined || options.git !== undefined) return;
    const message = '`--cache` keeps what a database or a repository said, and neither is named';
    throw new RolebookError('usage', message, { help: 'leave it out: the files are on disk' });
  }
  if (command.getOptionValueSource('policy') !== 'default') {
    const message = '`--policy` and `--database` cannot stand together: the policy comes from one of them';
    throw new RolebookError('usage', message, { help: '`rolebook publish` puts the files into the database' });
  }
}

function parseDatabase(value: string): DatabaseUrl | '-' {
  if (value === '-') return value;
  // Not `parseValue` first: it would repeat what it was given.
  if (value === '' || value.startsWith('--')) parseValue('--database', value);
  return new DatabaseUrl(value, '--database');
}

function valueOf(flag: string): (value: string) => string {
  return (value) => parseValue(flag, value);
}

function parseLogLevel(value: string): LogLevel {
  return parseChoice('--log-level', value, logLevels);
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (/^\d+(\.\d+)?$/.test(value) && seconds > 0 && seconds <= 86_400) return seconds;
  throw new RolebookError('usage', `\`--poll-interval\` takes seconds, found \`${value}\``, { help: 'write `10`' });
}

function parseWorkers(value: string): number {
  const count = Number(parseValue('--workers', value));
  if (/^\d+$/.test(value) && count >= 1 && count <= limits.workers) return count;
  const message = `\`--workers\` takes a whole number from 1 to ${limits.workers}, found \`${value}\``;
  throw new RolebookError('usage', message, { help: 'write `4` on a machine with four cores' });
}
