import { Command } from 'commander';
import type { CommandIo } from '../command/command-io.ts';
import { exitCodes } from '../command/command-io.ts';
import { endProcess } from '../command/end-process.ts';
import { quoteForBash, readBashLine, type BashLine } from './bash-line.ts';
import { understand, type CompletionRequest } from './completion-request.ts';

type AddCommand = (program: Command, io: CommandIo, finish: (exitCode: number) => void) => void;

/** The commands there are, and how each is loaded. */
export type KnownCommands = ReadonlyMap<string, () => Promise<AddCommand>>;

/**
 * Answers a script of `completion`, in lines: of what kind the names are, then each of them. Whatever is wrong, it says
 * nothing and exits 0, for a shell would show it in the middle of what somebody types.
 */
export async function answerCompletion(
  [shell = '', ...typed]: readonly string[],
  io: CommandIo,
  commands: KnownCommands,
): Promise<number> {
  try {
    const line = shell === 'bash' ? readBashLine(typed[0] ?? '', typed[1] ?? '') : undefined;
    const words = line ? line.words.slice(1) : typed;
    const request = understand(await createProgram(words, io, commands), words);
    const names = await findNames(request, io);
    const written = writable(names, request, line);
    io.stdout.write([kindLine(request, written), ...written, ''].join('\n'));
  } catch {
    // Nothing to offer; and whoever does not answer is waited for no longer.
    if (io.ownsProcess) return endProcess(exitCodes.clean);
  }
  return exitCodes.clean;
}

// Of the commands the one that is there is loaded; of the others the names are enough.
async function createProgram(words: readonly string[], io: CommandIo, commands: KnownCommands): Promise<Command> {
  const program = new Command('rolebook').helpCommand(false).option('--version', 'print the version');
  const load = words.length > 1 ? commands.get(words[0] ?? '') : undefined;
  if (load) {
    (await load())(program, io, () => undefined);
    return program;
  }
  for (const name of commands.keys()) program.command(name);
  program.command('help').argument('[COMMAND]');
  return program;
}

async function findNames(request: CompletionRequest, io: CommandIo): Promise<readonly string[]> {
  switch (request.kind) {
    case 'words':
      return request.words;
    case 'files':
    case 'folders':
    case 'nothing':
      return [];
    case 'findings':
    case 'accepted-findings':
      return (await import('./finding-names.ts')).findFindingNames(request, io.cwd);
    case 'published-revisions':
      return (await import('./published-revisions.ts')).findPublishedRevisions(request, io);
    case 'kept-back-revisions':
      return (await import('./kept-back-revisions.ts')).findKeptBackRevisions(request, io.cwd);
    default:
      return (await import('./policy-names.ts')).findPolicyNames(request, io.cwd);
  }
}

// A shell that finds files itself is told behind how many `=` of the word they begin. What ends so among names is not the
// whole of a word, and no blank comes behind it.
function kindLine({ kind, lead }: CompletionRequest, names: readonly string[]): string {
  if (kind === 'files' || kind === 'folders') return `:${kind}${lead.replaceAll(/[^=]/g, '')}`;
  return names.length > 0 && names.every((name) => /[=:]$/.test(name)) ? ':parts' : ':names';
}

function writable(names: readonly string[], request: CompletionRequest, line: BashLine | undefined): readonly string[] {
  const fitting = names.filter((name) => name.startsWith(request.typed) && isOneLine(name, request));
  const whole = fitting.map((name) => `${request.lead}${name}${request.tail}`);
  return line ? whole.flatMap((name) => quoteForBash(name, line) ?? []) : whole;
}

// A line break would be another name, and what begins with a dash an option.
function isOneLine(name: string, { kind, lead }: CompletionRequest): boolean {
  if (/\p{Cc}/u.test(name)) return false;
  return kind === 'words' || lead !== '' || !name.startsWith('-');
}
