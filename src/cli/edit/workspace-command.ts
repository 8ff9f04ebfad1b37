import type { Command } from 'commander';
import type { CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';
import { given, withEditOptions, type EditOptions } from './edit-options.ts';
import { readFirstMembers, withMembers } from './first-members.ts';
import { makeEdits } from './make-edits.ts';

const examples = `
The file of a new workspace stands beside those of its organization's others, and has its id for a name.
A workspace that is renamed keeps its file, its members and its former id: requests by it, and memberships that were given
at run time, find it. Rename it again, and only the last former id does.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook workspace create sales --title Sales --member ana@example.com=workspace-admin
  rolebook workspace create sales --organization example --member ana@example.com=member --dry-run
  rolebook workspace rename support support-emea --dry-run
`;

interface CreateOptions extends EditOptions {
  readonly title?: string;
  readonly organization?: string;
  readonly member?: readonly string[];
}

export function addWorkspaceCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const command = program.command('workspace').description('create and rename workspaces');
  withMembers(withEditOptions(command.command('create').description('create a workspace, with its first members')))
    .argument('<WORKSPACE>', 'its id')
    .option('--title <TEXT>', 'what people see', (value) => parseValue('--title', value))
    .option('--organization <ORG>', 'whose it is (default: the only one)', (value) =>
      parseValue('--organization', value),
    )
    .action(async (workspace: string, options: CreateOptions) => {
      const { title, organization } = options;
      const more = given({ title, organization, members: readFirstMembers(options.member) });
      finish(await makeEdits(io, options, [{ edit: 'workspace.create', workspace, ...more }]));
    });
  withEditOptions(command.command('rename').description('give a workspace another id; nobody gains or loses by it'))
    .argument('<WORKSPACE>', 'which')
    .argument('<NEW>', 'its new id')
    .action(async (workspace: string, to: string, options: EditOptions) => {
      finish(await makeEdits(io, options, [{ edit: 'workspace.rename', workspace, to }]));
    });
  command.addHelpText('after', examples);
}
