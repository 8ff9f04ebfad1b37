import type { Command } from 'commander';
import { RolebookError } from '../../../policy/errors.ts';
import { readMaxChanged, type MaxChanged } from '../../../review/budget/max-changed.ts';
import { parseValue } from '../../command/command-options.ts';

/** The options of a change budget, as written on the command line. */
export interface BudgetOptions {
  readonly maxChanged?: MaxChanged;
}

export function addBudgetOptions(command: Command): Command {
  return command.option(
    '--max-changed <PERCENT>',
    'keep a new policy back that answers more of the last requests otherwise, until it is accepted: 1%',
    parseMaxChanged,
  );
}

function parseMaxChanged(value: string): MaxChanged {
  const found = readMaxChanged(parseValue('--max-changed', value));
  if (found !== undefined) return found;
  const message = `\`--max-changed\` takes a share from 0% to 100%, found \`${value}\``;
  throw new RolebookError('usage', message, { help: 'write `1%` or `0.5%`, with three decimals at most' });
}
