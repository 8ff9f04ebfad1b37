import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AccessControl } from '../http/access-control.ts';
import { DecisionLog } from '../http/decision-log.ts';
import { defaultListenAddress, parseListenAddress } from '../http/listen-address.ts';
import { createLog, type Logger, type LogLevel, logLevels } from '../http/log.ts';
import { createProgressLog, logReloads } from '../http/reload-log.ts';
import { formatSampleCall } from '../http/sample-call.ts';
import { type Sidecar, startSidecar } from '../http/sidecar.ts';
import { RolebookError, messageOf } from '../policy/errors.ts';
import { LivePolicy } from '../store/live-policy.ts';
import { PolicyDirectory } from '../store/policy-directory.ts';
import { PolicyWatcher } from '../store/policy-watcher.ts';
import { exitCodes, printResult, say, type CommandIo } from './command-io.ts';
import { parseChoice, parseValue, policyOption } from './command-options.ts';

interface ServeOptions {
  readonly policy: string;
  readonly listen: string;
  readonly tokenFile?: string;
  readonly adminTokenFile?: string;
  readonly allowUnauthenticated?: true;
  readonly decisionLog?: string;
  readonly logLevel: LogLevel;
  readonly pollInterval?: number;
}

const examples = `
Signals:
  SIGHUP   read the policy and token files again, open the decision log again
  SIGTERM  answer what is in flight and end; a second one ends at once

Exit codes:
  0 stopped as asked   2 wrong usage, no policy, address in use   3 could not run

Examples:
  rolebook serve --policy access
  rolebook serve --listen unix:/run/rolebook.sock
  rolebook serve --listen 0.0.0.0:8181 --token-file tokens --decision-log /var/log/rolebook/decisions.jsonl
`;

export function addServeCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('serve')
    .description('answer decisions over HTTP and follow the files as they change')
    .addOption(policyOption())
    .option('--listen <ADDR>', 'host:port or unix:/path', defaultListenAddress)
    .option('--token-file <FILE>', 'bearer tokens that calls need, one a line', valueOf('--token-file'))
    .option('--admin-token-file <FILE>', 'bearer tokens for admin calls, one a line', valueOf('--admin-token-file'))
    .option('--allow-unauthenticated', 'let other machines call without a token')
    .option('--decision-log <FILE>', 'one JSON line a decision; - is stdout', valueOf('--decision-log'))
    .option('--log-level <LEVEL>', logLevels.join(', '), parseLogLevel, 'info')
    .option('--poll-interval <SECONDS>', 'how often to look at the files although nothing was reported', parseSeconds)
    .addHelpText('after', examples)
    .action(async (options: ServeOptions) => finish(await serve(options, io)));
}

async function serve(options: ServeOptions, io: CommandIo): Promise<number> {
  const root = resolve(io.cwd, options.policy);
  await requireFolder(root, options.policy);
  const log = createLog({
    level: options.logLevel,
    stream: io.stderr,
    format: io.isTerminal.stderr ? 'lines' : 'json',
  });
  const listen = parseListenAddress(options.listen);
  const access = await AccessControl.open({
    listen,
    tokenFile: pathOf(options.tokenFile, io),
    adminTokenFile: pathOf(options.adminTokenFile, io),
    unauthenticated: options.allowUnauthenticated === true ? 'allow' : 'refuse',
  });
  const decisionLog = await openDecisionLog(options, io, log);
  const live = new LivePolicy(new PolicyDirectory(root), { onProgress: createProgressLog(log) });
  logReloads(live, log);
  const sidecar = await startSidecar({ live, listen, access, decisionLog, log });
  // Watching begins before the first reading, so that no change falls in between.
  const watcher = await watch(live, sidecar, root, options, log).catch(async (error: unknown) => {
    await sidecar.stop();
    throw error;
  });
  const hasStopped = stopOnSignal(log);
  const stopReloading = reloadOnSignal({ live, access, decisionLog, log });
  await live.reload('start');
  greet(live, sidecar.address, options, io);
  await hasStopped;
  stopReloading();
  await watcher.close();
  await sidecar.stop();
  await decisionLog?.close();
  return exitCodes.clean;
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

async function requireFolder(root: string, folder: string): Promise<void> {
  const stats = await stat(root).catch(() => undefined);
  if (stats?.isDirectory() === true) return;
  const fault = stats === undefined ? `there is no folder \`${folder}\`` : `\`${folder}\` is not a folder`;
  throw new RolebookError('configuration', fault, { help: 'say where the policy is with `--policy DIR`' });
}

function pathOf(path: string | undefined, io: CommandIo): string | undefined {
  return path === undefined ? undefined : resolve(io.cwd, path);
}

async function openDecisionLog(options: ServeOptions, io: CommandIo, log: Logger): Promise<DecisionLog | undefined> {
  const { decisionLog } = options;
  if (decisionLog === undefined) return undefined;
  return DecisionLog.open(decisionLog === '-' ? '-' : resolve(io.cwd, decisionLog), { log, stdout: io.stdout });
}

function watch(
  live: LivePolicy,
  sidecar: Sidecar,
  root: string,
  options: ServeOptions,
  log: Logger,
): Promise<PolicyWatcher> {
  const { pollInterval } = options;
  return PolicyWatcher.start(root, async (trigger, changed) => sidecar.noteCheck(await live.reload(trigger, changed)), {
    onError: (error) => log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled'),
    ...(pollInterval === undefined ? {} : { pollMs: pollInterval * 1000 }),
  });
}

/** Says where it listens and what to try. A decision log on stdout is for programs, so then it says so on stderr. */
function greet(live: LivePolicy, address: string, options: ServeOptions, io: CommandIo): void {
  const print = options.decisionLog === '-' ? say : printResult;
  print(io, `rolebook answers on ${address}`);
  const { current, lastReload } = live;
  if (current === undefined) {
    const count = lastReload?.problems.filter((problem) => problem.severity === 'error').length ?? 0;
    print(io, `no policy is live: ${countOf(count, 'problem')} in the files; mend them and it goes on by itself`);
    return;
  }
  const { workspaces, members, customRoles } = current.counts;
  const counts = [countOf(workspaces, 'workspace'), countOf(members, 'member'), countOf(customRoles, 'custom role')];
  print(io, `revision ${current.revision}: ${counts.join(', ')}`);
  const tokenFile = pathOf(options.tokenFile, io);
  print(io, `try: ${formatSampleCall(current, { address, tokenFile, atMs: Date.now() })}`);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Resolves at the first SIGTERM or SIGINT; whoever sends a second one does not want to wait. */
function stopOnSignal(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = (signal: string): void => {
      if (isStopping) process.exit(exitCodes.couldNotRun);
      isStopping = true;
      log.info({ signal }, 'stopping');
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

interface Reloadable {
  readonly live: LivePolicy;
  readonly access: AccessControl;
  readonly decisionLog: DecisionLog | undefined;
  readonly log: Logger;
}

function reloadOnSignal({ live, access, decisionLog, log }: Reloadable): () => void {
  const onSignal = (): void => {
    void live.reload('signal');
    void decisionLog?.reopen();
    access.reload().then(
      () => log.info('the token files were read again'),
      (error: unknown) => log.error({ reason: messageOf(error) }, 'the token files are bad: the old tokens stay'),
    );
  };
  process.on('SIGHUP', onSignal);
  return () => process.removeListener('SIGHUP', onSignal);
}
