import type { Command } from 'commander';
import { defaultListenAddress } from '../http/listen-address.ts';
import { type LogLevel, logLevels } from '../http/log.ts';
import { RolebookError } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';
import type { CommandIo } from './command-io.ts';
import { parseChoice, parseValue, policyOption } from './command-options.ts';
import { serveAlone } from './serve-alone.ts';
import type { ServeOptions } from './serve-options.ts';

const examples = `
Signals:
  SIGHUP   read the policy and token files again, open the decision log again
  SIGTERM  answer what is in flight and end; a second one ends at once

Exit codes:
  0 stopped as asked   2 wrong usage, no policy, address in use   3 could not run

Examples:
  rolebook serve --policy access
  rolebook serve --listen unix:/run/rolebook.sock --workers 4
  rolebook serve --listen 0.0.0.0:8181 --token-file tokens --decision-log /var/log/rolebook/decisions.jsonl
`;

export function addServeCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('serve')
    .description('answer decisions over HTTP and follow the files as they change')
    .addOption(policyOption())
    .option('--listen <ADDR>', 'host:port or unix:/path', defaultListenAddress)
    .option('--workers <N>', 'processes that answer, on a machine with several cores', parseWorkers, 1)
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
  if (options.workers === 1) return serveAlone(options, io);
  const { isWorker } = await import('../http/worker-pool.ts');
  if (isWorker) return (await import('./serve-worker.ts')).serveAsWorker(options, io);
  return (await import('./serve-primary.ts')).serveWithWorkers(options, io);
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
