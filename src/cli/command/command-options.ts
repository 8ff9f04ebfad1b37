import { Option } from 'commander';
import { suggest } from '../../compile/words/suggest.ts';
import { RolebookError, messageOf } from '../../policy/errors.ts';
import { findInexactNumber } from '../../policy/exact-number.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import { pointerAt } from '../../policy/text/json-pointer.ts';
import { isJsonObject, type JsonObject } from '../../policy/text/json.ts';

export function policyOption(): Option {
  return new Option('--policy <DIR>', 'the folder that holds roles.yaml and policies/')
    .default('.')
    .argParser((value: string) => parseValue('--policy', value));
}

/** `--format`, one of these; the first is the default. */
export function formatOption<Format extends string>(formats: readonly [Format, ...Format[]]): Option {
  return new Option('--format <FORMAT>', formats.join(', '))
    .default(formats[0])
    .argParser((value: string) => parseChoice('--format', value, formats));
}

/** `--at`, read as milliseconds since 1970; what it is for ends the description. */
export function atOption(purpose: string): Option {
  return new Option('--at <TIME>', `${purpose}: a date or an RFC 3339 time (default: now)`).argParser((value: string) =>
    parseTime('--at', value),
  );
}

export function parseChoice<Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new UnknownChoice(flag, value, choices);
}

/** The error of an option that takes one of a few words, and was given another. */
class UnknownChoice extends RolebookError {
  readonly choices: readonly string[];

  constructor(flag: string, value: string, choices: readonly string[]) {
    const help = suggest(value, choices);
    super('usage', `\`${flag}\` cannot be \`${value}\``, help === undefined ? {} : { help });
    this.choices = choices;
  }
}

/** The words that an option takes; none where it takes any. It says so itself when it is given what it cannot be: `wrong`. */
export function choicesOf({ parseArg }: Pick<Option, 'parseArg'>, wrong = '\u0000'): readonly string[] {
  try {
    parseArg?.(wrong, undefined);
  } catch (error) {
    if (error instanceof UnknownChoice) return error.choices;
  }
  return [];
}

export function parseTime(flag: string, value: string): number {
  const ms = parseInstant(value);
  if (ms !== undefined) return ms;
  throw new RolebookError('usage', `\`${flag}\` takes a time, found \`${value}\``, {
    help: 'write a date, `2026-12-31`, or a time with its offset, `2026-12-31T18:00:00Z`',
  });
}

export function parseJsonOption(flag: string, value: string): JsonObject {
  const help = `write an object, as in \`${flag} '{"owner": "ana@acme.example"}'\``;
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (cause) {
    throw new RolebookError('usage', `\`${flag}\` is not JSON: ${messageOf(cause)}`, { help, cause });
  }
  const inexactAt = findInexactNumber(value);
  if (inexactAt !== undefined) {
    const fault = `has a number that cannot be held exactly, at \`${pointerAt(value, inexactAt)}\``;
    throw new RolebookError('usage', `\`${flag}\` ${fault}`, { help: 'put quotes round it, here and in the policy' });
  }
  if (isJsonObject(parsed)) return parsed;
  throw new RolebookError('usage', `\`${flag}\` takes a JSON object, found \`${value}\``, { help });
}

/**
 * An option's value that may be any text. Without this `--policy --format json` would look for a folder called
 * `--format`; one that is really called so can be written `./--format`.
 */
export function parseValue(flag: string, value: string): string {
  if (value === '') throw new RolebookError('usage', `\`${flag}\` is empty`);
  if (!value.startsWith('--')) return value;
  throw new RolebookError('usage', `\`${flag}\` needs a value, found the option \`${value}\``);
}
