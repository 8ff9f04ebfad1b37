import type { Command } from 'commander';
import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import { parseFrom, parseUntil } from '../../policy/text/instant.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';
import { withEditOptions, type EditOptions } from './edit-options.ts';

const examples = `
SUBJECT is an id, or type:id for a subject of another type than the first in roles.yaml.
Other things that the file says of a member stay.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook member set support gina@example.com team-lead
  rolebook member set support finn@example.com trainee --until 2999-12-31 --reason onboarding
  rolebook member set support gina@example.com team-lead --dry-run --format json
`;

interface SetOptions extends EditOptions {
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
}

export function addMemberCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const member = program.command('member').description('hand out the roles of a workspace, and take them away');
  // Loaded when it is run: help and completion want the options alone.
  const edit = async (options: EditOptions, one: PolicyEdit): Promise<void> => {
    const { runEdit } = await import('./run-edit.ts');
    finish(await runEdit(io, options, [one]));
  };
  withEditOptions(member.command('set').description('say all that a member holds in a workspace'))
    .argument('<WORKSPACE>', 'where')
    .argument('<SUBJECT>', 'who')
    .argument('<ROLE...>', 'a role, or several')
    .option('--from <TIME>', 'the date or time from which on the roles hold', (value) =>
      timeText('--from', value, parseFrom),
    )
    .option('--until <TIME>', 'the date or time up to which they hold', (value) =>
      timeText('--until', value, parseUntil),
    )
    .option('--reason <TEXT>', 'why', (value) => parseValue('--reason', value))
    .action(async (workspace: string, subject: string, roles: readonly string[], options: SetOptions) => {
      const { from, until, reason } = options;
      const texts = {
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(reason === undefined ? {} : { reason }),
      };
      const held = roles.map((role) => ({ role, ...texts }));
      await edit(options, { edit: 'member.set', workspace, subject, roles: held });
    });
  withEditOptions(member.command('remove').description('take all that a member holds in a workspace away'))
    .argument('<WORKSPACE>', 'where')
    .argument('<SUBJECT>', 'who')
    .action(async (workspace: string, subject: string, options: EditOptions) => {
      await edit(options, { edit: 'member.remove', workspace, subject });
    });
  member.addHelpText('after', examples);
}

// As it was written: what is in the file is what somebody typed.
function timeText(flag: string, value: string, parse: (text: string) => number | undefined): string {
  if (parse(parseValue(flag, value)) !== undefined) return value;
  const help = 'write a date, `2026-12-31`, or a time with its offset, `2026-12-31T18:00:00Z`';
  throw new RolebookError('usage', `\`${flag}\` takes a time, found \`${value}\``, { help });
}
