import type { Argument, Command, Option } from 'commander';
import { choicesOf } from '../command/command-options.ts';
import { kindOfPlaceholder, type NameKind } from './name-kind.ts';
import { valuesOf } from './option-values.ts';

/** A place of a command line that is to be completed, and what the line says besides. */
export interface CompletionRequest {
  readonly kind: NameKind;
  /** Of the kind `words`: all that could stand there. */
  readonly words: readonly string[];
  /** What each candidate begins with, as in `--scope=`. */
  readonly lead: string;
  /** What was typed of the name, after that. */
  readonly typed: string;
  /** What each candidate is followed by, as in `--report json=`. */
  readonly tail: string;
  readonly policy: string;
  readonly workspace: string | undefined;
  readonly organization: string | undefined;
  readonly permission: string | undefined;
  /** The address of a database, as it was typed: it may hold a password. */
  readonly database: string | undefined;
  readonly server: string | undefined;
  readonly tokenFile: string | undefined;
}

/** Understands a line of words after the program's name, the last of which is being typed. */
export function understand(program: Command, words: readonly string[]): CompletionRequest {
  const typed = words.at(-1) ?? '';
  const { command, rest } = findCommand(program, words.slice(0, -1));
  const read = readWords(command, rest);
  const at = (kind: NameKind, more: Partial<CompletionRequest> = {}): CompletionRequest => {
    const { policy = '.', workspace, org, organization = org, permission, ...named } = read.named;
    const { database, server, 'token-file': tokenFile } = named;
    const asked = { policy, workspace, organization, permission, database, server, tokenFile };
    return { kind, words: [], lead: '', typed, tail: '', ...asked, ...more };
  };
  const values = (option: Option, lead: string, begun: string): CompletionRequest => {
    const { kind, ...more } = valuesOf(option, command, lead, begun);
    return at(kind, more);
  };
  if (read.open) return values(read.open, '', typed);
  if (typed.startsWith('-') && !read.isEnded) {
    const equals = typed.indexOf('=');
    const option = equals > 0 ? findOption(command, typed.slice(0, equals)) : undefined;
    if (option) return values(option, typed.slice(0, equals + 1), typed.slice(equals + 1));
    return at('words', { words: equals > 0 ? [] : optionsLeft(command, read.seen) });
  }
  if (command.commands.length > 0) return at('words', { words: command.commands.map((one) => one.name()) });
  const argument = argumentAt(command, read.operands.length, read.seen);
  if (!argument) return at('nothing');
  const isCommand = argument.name() === 'COMMAND';
  const choices = isCommand ? program.commands.map((one) => one.name()) : choicesOf(argument);
  return choices.length > 0 ? at('words', { words: choices }) : at(kindOfArgument(command, argument));
}

function findCommand(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  let command = program;
  let taken = 0;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
    taken += 1;
  }
  return { command, rest: words.slice(taken) };
}

interface ReadWords {
  readonly operands: readonly string[];
  readonly seen: ReadonlySet<Option>;
  /** The option whose value is being typed. */
  readonly open: Option | undefined;
  /** Whether `--` was there, after which nothing is an option. */
  readonly isEnded: boolean;
  /** Values by the names of options and arguments: `policy`, `workspace`, `organization` or `org`, `token-file`. */
  readonly named: Readonly<Record<string, string | undefined>>;
}

function readWords(command: Command, words: readonly string[]): ReadWords {
  const operands: string[] = [];
  const seen = new Set<Option>();
  const named = new Map<string, string>();
  let open: Option | undefined;
  let isEnded = false;
  for (const word of words) {
    if (open) {
      named.set(open.name(), word);
      open = undefined;
    } else if (word === '--' && !isEnded) isEnded = true;
    else if (word.startsWith('-') && !isEnded) {
      const [name = '', ...value] = word.split('=');
      const option = findOption(command, name);
      if (!option) continue;
      seen.add(option);
      if (value.length > 0) named.set(option.name(), value.join('='));
      else if (takesValue(option)) open = option;
    } else operands.push(word);
  }
  operands.forEach((operand, index) => {
    const name = argumentAt(command, index, seen)?.name().toLowerCase();
    if (name !== undefined) named.set(name, operand);
  });
  return { operands, seen, open, isEnded, named: Object.fromEntries(named) };
}

function findOption({ options }: Command, name: string): Option | undefined {
  return options.find(({ long, short }) => name !== '' && (long === name || short === name));
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

// With --organization a company stands in place of WORKSPACE, and the arguments after it move up.
function argumentAt(command: Command, index: number, seen: ReadonlySet<Option>): Argument | undefined {
  const isCompany = [...seen].some((option) => option.name() === 'organization');
  const all = command.registeredArguments.filter((argument) => !(isCompany && argument.name() === 'WORKSPACE'));
  const last = all.at(-1);
  return all[index] ?? (last?.variadic === true ? last : undefined);
}

// One that may be given again hands its parser what was given before.
function optionsLeft(command: Command, seen: ReadonlySet<Option>): string[] {
  const left = command.options.filter((option) => !option.hidden && (!seen.has(option) || isRepeatable(option)));
  return [...left.flatMap(({ long }) => long ?? []), '--help'];
}

function isRepeatable({ description }: Option): boolean {
  return description.includes('may be given again');
}

function kindOfArgument(command: Command, argument: Argument): NameKind {
  if (argument.name() === 'REVISION')
    return command.name() === 'accept' ? 'kept-back-revisions' : 'published-revisions';
  const kind = kindOfPlaceholder(argument.name());
  // What is made is new; what is changed is the place's own.
  const isMade = command.name() === 'create' && `${command.parent?.name() ?? ''}s` === kind;
  if (isMade) return 'nothing';
  if (kind !== 'roles') return kind;
  if (['create', 'duplicate'].includes(command.name())) return argument.name() === 'FROM' ? kind : 'nothing';
  if (command.name() === 'set') return 'roles-to-give';
  return ['change', 'rename', 'delete'].includes(command.name()) ? 'own-roles' : kind;
}
