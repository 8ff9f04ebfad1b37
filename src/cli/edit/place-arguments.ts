import type { Command } from 'commander';
import type { EditedPlace } from '../../compile/edit/policy-edit.ts';
import { RolebookError } from '../../policy/errors.ts';
import { parseValue } from '../command/command-options.ts';
import { withEditOptions } from './edit-options.ts';

/** The operands of a command behind the place: their names and what they are. The last may end with `...`. */
export type PlaceOperands = readonly (readonly [name: string, description: string])[];

/**
 * Has a command take a workspace and then these operands, or `--organization ORG` in place of the workspace. To commander
 * all of them are optional, because it counts from the left.
 */
export function withPlace(command: Command, operands: PlaceOperands): Command {
  withEditOptions(command)
    .argument('[WORKSPACE]', 'where; `--organization` takes its place')
    .option('--organization <ORG>', 'in the organization, in place of a workspace', (value) =>
      parseValue('--organization', value),
    )
    .usage(`[options] ${['WORKSPACE', ...operands.map(([name]) => name)].map((name) => `<${name}>`).join(' ')}`);
  for (const [name, description] of operands) command.argument(`[${name}]`, description);
  return command;
}

/** The place of a command, and its operands behind that. */
export function readPlace(
  command: Command,
  operands: PlaceOperands,
): { readonly place: EditedPlace; readonly values: readonly string[] } {
  const { organization } = command.opts<{ readonly organization?: string }>();
  const names = [...(organization === undefined ? ['WORKSPACE'] : []), ...operands.map(([name]) => name)];
  const { args } = command;
  const missing = names[args.length];
  if (missing !== undefined) throw new RolebookError('usage', `\`${missing.replace('...', '')}\` is missing`);
  const isOpen = names.at(-1)?.endsWith('...') === true;
  if (!isOpen && args.length > names.length) {
    const help = organization === undefined ? {} : { help: '`--organization` takes the place of a workspace' };
    throw new RolebookError('usage', `too many arguments: \`${args[names.length] ?? ''}\``, help);
  }
  const [workspace = '', ...rest] = args;
  return organization === undefined
    ? { place: { workspace }, values: rest }
    : { place: { organization }, values: args };
}
