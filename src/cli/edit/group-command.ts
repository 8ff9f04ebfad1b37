import type { Command } from 'commander';
import type { CommandIo } from '../command/command-io.ts';
import { withEditOptions, type EditOptions } from './edit-options.ts';
import { makeEdits } from './make-edits.ts';

const examples = `
SUBJECT is an id, or type:id for a subject of another type than the first in roles.yaml. Without any the group is there
and nobody is in it: it is filled at run time.
A group that is renamed keeps who is in it and all that it holds; its former id stays taken, so that what was given at run
time finds it.
A group that is a member somewhere is not removed; take what it holds away first.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook group set example on-call ana@example.com bo@example.com
  rolebook group set example night-shift
  rolebook group rename example night-shift late-shift --dry-run
`;

export function addGroupCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const command = program.command('group').description('say who is in the groups of a company');
  withEditOptions(command.command('set').description('say all who are in a group, which need not be there'))
    .argument('<ORG>', 'whose')
    .argument('<GROUP>', 'its id')
    .argument('[SUBJECT...]', 'everybody who is to be in it')
    .action(async (organization: string, group: string, subjects: readonly string[], options: EditOptions) => {
      finish(await makeEdits(io, options, [{ edit: 'group.set', organization, group, subjects }]));
    });
  withEditOptions(command.command('rename').description('give a group another id; nobody gains or loses by it'))
    .argument('<ORG>', 'whose')
    .argument('<GROUP>', 'which')
    .argument('<NEW>', 'its new id')
    .action(async (organization: string, group: string, to: string, options: EditOptions) => {
      finish(await makeEdits(io, options, [{ edit: 'group.rename', organization, group, to }]));
    });
  withEditOptions(command.command('remove').description('take a group away that holds nothing'))
    .argument('<ORG>', 'whose')
    .argument('<GROUP>', 'its id')
    .action(async (organization: string, group: string, options: EditOptions) => {
      finish(await makeEdits(io, options, [{ edit: 'group.remove', organization, group }]));
    });
  command.addHelpText('after', examples);
}
