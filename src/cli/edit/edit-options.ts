import type { Command } from 'commander';
import type { Proposal } from './propose-edited.ts';
import { parseValue, policyOption, formatOption } from '../command/command-options.ts';

export const editFormats = ['text', 'json', 'markdown'] as const;

/** The options of every command that edits. */
export interface EditOptions {
  readonly policy: string;
  readonly format: (typeof editFormats)[number];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly withTests?: boolean;
  /** Who makes the edit, as it is written in YAML; undefined: nobody is judged. */
  readonly actor?: string;
  readonly etag?: string;
  readonly confirm?: string;
  /** The branch that it is committed to, in place of being written. */
  readonly proposal?: Proposal;
}

/** Adds the options that every edit takes. */
export function withEditOptions(command: Command): Command {
  return command
    .option('--dry-run', 'show what would be written, and what it does to people; write nothing')
    .option('--with-tests', 'have policy tests that fail expect what the policy says then')
    .option('--actor <SUBJECT>', 'refuse what this one may not do; without it nobody is judged', (value) =>
      parseValue('--actor', value),
    )
    .option('--etag <HASH>', 'refuse if what is edited is not as it was when it had this hash', (value) =>
      parseValue('--etag', value),
    )
    .addOption(policyOption())
    .addOption(formatOption(editFormats));
}

/** An option that may be given again. */
export function listOption(flag: string): (value: string, known: readonly string[] | undefined) => readonly string[] {
  return (value, known) => [...(known ?? []), parseValue(flag, value)];
}

type Given<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

/** The options that somebody gave. */
export function given<Values extends object>(values: Values): Given<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;
}
