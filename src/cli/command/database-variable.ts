import { Option } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from './command-io.ts';
import { parseValue } from './command-options.ts';

/** Where a URL with a password belongs: on a command line other users of the machine can read it. */
export const databaseVariable = 'ROLEBOOK_DATABASE_URL';

export function databaseFromVariable({ env }: Pick<CommandIo, 'env'>): DatabaseUrl {
  const text = env[databaseVariable];
  if (text) return new DatabaseUrl(text, databaseVariable);
  const help = `set \`${databaseVariable}\`, or write \`--database sqlite:FILE\``;
  throw new RolebookError('usage', 'no database is named', { help });
}

/** For a command that can do without: the variable alone does not turn it on, but `-` stands for it. */
export function chosenDatabaseOption(description: string): Option {
  return new Option('--database <URL>', `${description}; - is $${databaseVariable}`).argParser((value: string) =>
    value === '-' ? value : parseDatabase(value),
  );
}

export function parseDatabase(value: string): DatabaseUrl | string {
  // Not `parseValue` first: it would repeat what it was given.
  return value === '' || value.startsWith('--')
    ? parseValue('--database', value)
    : new DatabaseUrl(value, '--database');
}
