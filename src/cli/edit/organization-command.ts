import type { Command } from 'commander';
import { findInexactNumber } from '../../policy/exact-number.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { JsonObject, JsonValue } from '../../policy/text/json.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';
import { given, listOption, withEditOptions, type EditOptions } from './edit-options.ts';
import { readFirstMembers, withMembers } from './first-members.ts';
import { makeEdits } from './make-edits.ts';

const examples = `
A new company has a folder of its own, beside those of the others. A value is JSON where it can be, else a text: true,
7 and [a, b] need no quotes, and the text "true" is written '"true"'.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook organization create acme --title 'Acme Inc.' --member olu@acme.example=company-admin
  rolebook organization change example --plan scale
  rolebook organization change example --title 'Example & Sons' --dry-run
`;

interface ChangeOptions extends EditOptions {
  readonly title?: string;
  readonly plan?: string;
  readonly property?: readonly string[];
  readonly unset?: readonly string[];
}

interface CreateOptions extends ChangeOptions {
  readonly member?: readonly string[];
}

export function addOrganizationCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const command = program.command('organization').description('create companies, and change their plan and settings');
  withMembers(withSettings(command.command('create').description('create a company, with its first members')))
    .argument('<ORG>', 'its id')
    .action(async (organization: string, options: CreateOptions) => {
      const { title, plan } = options;
      const properties = readProperties(options.property, undefined);
      const more = given({ title, plan, properties, members: readFirstMembers(options.member) });
      finish(await makeEdits(io, options, [{ edit: 'organization.create', organization, ...more }]));
    });
  withSettings(command.command('change').description('say the plan, the title and the settings of a company'))
    .argument('<ORG>', 'which')
    .option('--unset <NAME>', 'set it no more, so that its default holds; may be given again', listOption('--unset'))
    .action(async (organization: string, options: ChangeOptions) => {
      const { title, plan } = options;
      const more = given({ title, plan, properties: readProperties(options.property, options.unset) });
      if (Object.keys(more).length === 0) {
        const help = '`--plan`, `--title`, `--property NAME=VALUE`, `--unset NAME`';
        throw new RolebookError('usage', 'nothing is to be changed', { help });
      }
      finish(await makeEdits(io, options, [{ edit: 'organization.change', organization, ...more }]));
    });
  command.addHelpText('after', examples);
}

function withSettings(command: Command): Command {
  return withEditOptions(command)
    .option('--title <TEXT>', 'what people see', (value) => parseValue('--title', value))
    .option('--plan <PLAN>', 'its plan', (value) => parseValue('--plan', value))
    .option('--property <NAME=VALUE>', 'what it sets; may be given again', listOption('--property'));
}

function readProperties(
  texts: readonly string[] | undefined,
  unset: readonly string[] | undefined,
): JsonObject | undefined {
  if (!texts && !unset) return undefined;
  const set = (texts ?? []).map((text): readonly [string, JsonValue] => {
    const sign = text.indexOf('=');
    if (sign > 0) return [text.slice(0, sign), readValue(text.slice(sign + 1))];
    const help = 'write `--property NAME=VALUE`, as in `--property strictInboxes=true`';
    throw new RolebookError('usage', `\`--property\` takes a name and a value, found \`${text}\``, { help });
  });
  const gone = (unset ?? []).map((name) => [name, null] as const);
  const both = gone.find(([name]) => set.some(([other]) => other === name));
  if (both) throw new RolebookError('usage', `\`${both[0]}\` is to be set, and to be set no more`);
  return Object.fromEntries([...set, ...gone]);
}

function readValue(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
  if (value === null) throw new RolebookError('usage', '`--property` cannot be `null`', { help: 'say `--unset NAME`' });
  if (findInexactNumber(text) === undefined) return value;
  const help = 'put quotes round it, and let the application send it as a text, too';
  throw new RolebookError('usage', `\`${text}\` is a number that cannot be held exactly`, { help });
}
