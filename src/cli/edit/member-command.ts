import type { Command } from 'commander';
import { parseFrom, parseUntil } from '../../policy/text/instant.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';
import { given, type EditOptions } from './edit-options.ts';
import { readPlace, withPlace } from './place-arguments.ts';
import { makeEdits } from './make-edits.ts';

const examples = `
SUBJECT is an id, or type:id for a subject of another type than the first in roles.yaml, or group:id for a group.
Other things that the file says of a member stay. With --with-tests, tests name nobody who is no member any more.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook member set support gina@example.com team-lead
  rolebook member set support finn@example.com trainee --until 2999-12-31 --reason onboarding
  rolebook member set support gina@example.com team-lead --dry-run --format json
  rolebook member set --organization example olu@example.com company-admin --dry-run
`;

const removeOperands = [['SUBJECT', 'who']] as const;
const setOperands = [...removeOperands, ['ROLE...', 'a role, or several']] as const;

interface SetOptions extends EditOptions {
  readonly from?: string;
  readonly until?: string;
  readonly reason?: string;
}

export function addMemberCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const member = program.command('member').description('hand out roles, and take them away');
  withPlace(member.command('set').description('say all that a member holds at a place'), setOperands)
    .option('--from <TIME>', 'the date or time from which on the roles hold', (value) =>
      timeText('--from', value, parseFrom),
    )
    .option('--until <TIME>', 'the date or time up to which they hold', (value) =>
      timeText('--until', value, parseUntil),
    )
    .option('--reason <TEXT>', 'why', (value) => parseValue('--reason', value))
    .action(async function (this: Command) {
      const { place, values } = readPlace(this, setOperands);
      const options = this.opts<SetOptions>();
      const { from, until, reason } = options;
      const [subject = '', ...roles] = values;
      const held = roles.map((role) => ({ role, ...given({ from, until, reason }) }));
      finish(await makeEdits(io, options, [{ edit: 'member.set', ...place, subject, roles: held }]));
    });
  withPlace(
    member.command('remove').description('take all that a member holds at a place away'),
    removeOperands,
  ).action(async function (this: Command) {
    const { place, values } = readPlace(this, removeOperands);
    const edit = { edit: 'member.remove', ...place, subject: values[0] ?? '' } as const;
    finish(await makeEdits(io, this.opts<EditOptions>(), [edit]));
  });
  member.addHelpText('after', examples);
}

// As it was written: what is in the file is what somebody typed.
function timeText(flag: string, value: string, parse: (text: string) => number | undefined): string {
  if (parse(parseValue(flag, value)) !== undefined) return value;
  const help = 'write a date, `2026-12-31`, or a time with its offset, `2026-12-31T18:00:00Z`';
  throw new RolebookError('usage', `\`${flag}\` takes a time, found \`${value}\``, { help });
}
