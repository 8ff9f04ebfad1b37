import type { Command } from 'commander';
import type { CommandIo } from '../command/command-io.ts';
import { withEditOptions, type EditOptions } from './edit-options.ts';
import { makeEdits } from './make-edits.ts';

const examples = `
Renames it in the catalog, in roles and in tests. Its former id is kept as \`was\`, so that requests and wildcards go on
meaning it. What every role gives is compared, before and after: where a decision would be another, nothing is written.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook permission rename message:send conversation:reply
  rolebook permission rename message:send message:reply --no-was --dry-run
`;

export function addPermissionCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const command = program.command('permission').description('rename permissions');
  withEditOptions(command.command('rename').description('give a permission another id; no decision changes'))
    .argument('<PERMISSION>', 'a permission')
    .argument('<NEW>', 'its new id')
    .option('--no-was', 'do not keep its former id: who asks for that is denied from then on')
    .action(async (permission: string, to: string, options: EditOptions & { readonly was: boolean }) => {
      const keeps = options.was ? 'was' : 'nothing';
      finish(await makeEdits(io, options, [{ edit: 'permission.rename', permission, to, keeps }]));
    });
  command.addHelpText('after', examples);
}
