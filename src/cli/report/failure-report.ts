import { CommanderError } from 'commander';
import { messageOf, RolebookError, type ErrorCode } from '../../policy/errors.ts';
import { exitCodes, say, type CommandIo } from '../command/command-io.ts';
import { paintFor } from './paint.ts';
import { printable } from './printable.ts';

export interface FailedRun {
  readonly io: CommandIo;
  /** The command that was running; undefined before one was found. */
  readonly command: string | undefined;
  readonly argv: readonly string[];
  readonly commandNames: readonly string[];
  /** Options of the command, as its help shows them. */
  readonly options?: readonly string[];
}

const exitCodeOf: Readonly<Record<ErrorCode, number>> = {
  usage: exitCodes.usage,
  configuration: exitCodes.usage,
  unavailable: exitCodes.couldNotRun,
};

/** Says on stderr what stopped the run and what to do about it, and answers the exit code. */
export function reportFailure(error: unknown, run: FailedRun): number {
  if (error instanceof CommanderError) return reportCommanderError(error, run);
  if (!(error instanceof RolebookError)) return reportUnexpected(error, run.io);
  sayError(run.io, error.message);
  if (error.help !== undefined) sayHelp(run.io, error.help);
  if (error.code === 'usage') sayHelp(run.io, pointToHelp(run.command));
  sayStack(error, run.io);
  return exitCodeOf[error.code];
}

/** For what nobody foresaw: one line, and the stack only for who asks for it. */
export function reportUnexpected(error: unknown, io: CommandIo): number {
  sayError(io, `could not run: ${messageOf(error)}`);
  const help = 'this is a mistake of rolebook; set `ROLEBOOK_DEBUG=1` to see where it happened';
  if (!sayStack(error, io)) sayHelp(io, help);
  return exitCodes.couldNotRun;
}

function reportCommanderError(error: CommanderError, run: FailedRun): number {
  // `rolebook` alone: Commander has printed the help to stderr.
  if (error.code === 'commander.help') return exitCodes.usage;
  const { message, suggestion } = rephrase(error.message);
  sayError(run.io, message);
  const known = knownElsewhere(error, run.options ?? []);
  if (known !== undefined) sayHelp(run.io, `say \`${known}\``);
  else if (suggestion !== undefined) sayHelp(run.io, `did you mean \`${suggestion}\`?`);
  const late = run.command === undefined ? run.argv.find((word) => run.commandNames.includes(word)) : undefined;
  if (late !== undefined) sayHelp(run.io, `options stand after the command, as in \`rolebook ${late} --policy DIR\``);
  sayHelp(run.io, pointToHelp(run.command));
  return exitCodes.usage;
}

// What other programs call it.
const otherNames: readonly (readonly [option: string, written: string, names: readonly string[]])[] = [
  [
    '--listen',
    '--listen HOST:PORT',
    ['-p', '-H', '--port', '--host', '--hostname', '--address', '--addr', '--bind', '--http-port'],
  ],
  [
    '--policy',
    '--policy DIR',
    ['-C', '-d', '--dir', '--directory', '--folder', '--path', '--root', '--policies', '--config'],
  ],
  ['--format', '--format json', ['--json', '-j', '--output', '-o']],
  ['--database', '--database URL', ['--db', '--db-url', '--database-url', '--url', '--dsn']],
  ['--workers', '--workers N', ['-w', '--cluster', '--processes', '--threads', '--instances']],
  ['--log-level', '--log-level debug', ['-v', '--verbose', '--debug']],
];

function knownElsewhere({ code, message }: CommanderError, options: readonly string[]): string | undefined {
  if (code !== 'commander.unknownOption') return undefined;
  const [, name = ''] = /'([^'=]*)/.exec(message) ?? [];
  const found = otherNames.find(
    ([option, , names]) => names.includes(name) && options.some((flags) => flags.startsWith(option)),
  );
  return found?.[1];
}

// Commander says: error: unknown option '--polcy'\n(Did you mean --policy?)
function rephrase(text: string): { message: string; suggestion: string | undefined } {
  const [first = '', second = ''] = text.replace(/^error: /, '').split('\n(Did you mean ');
  const suggestion = second === '' ? undefined : second.replace(/^one of /, '').replace(/\?\)$/, '');
  return { message: first.replaceAll("'", '`'), suggestion };
}

function pointToHelp(command: string | undefined): string {
  if (command === undefined) return '`rolebook help` lists the commands';
  return `\`rolebook help ${command}\` shows how it is used`;
}

function sayError(io: CommandIo, message: string): void {
  say(io, `${paintFor(io, 'stderr').red('error:')} ${printable(message)}`);
}

function sayHelp(io: CommandIo, help: string): void {
  say(io, `${paintFor(io, 'stderr').cyan('help:')} ${printable(help)}`);
}

function sayStack(error: unknown, io: CommandIo): boolean {
  if (!io.env['ROLEBOOK_DEBUG'] || !(error instanceof Error)) return false;
  say(io, error.stack ?? '');
  if (error.cause instanceof Error) say(io, `caused by ${error.cause.stack ?? ''}`);
  return true;
}
