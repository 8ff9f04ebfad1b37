import type { Command } from 'commander';
import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseChoice, parseValue } from '../command/command-options.ts';
import { listOption, withEditOptions, type EditOptions } from './edit-options.ts';

const examples = `
The files are changed as a person would: comments, order and layout stay. What changes is judged first: errors of the
policy, policy tests, who gains and who loses. When a test fails, nothing is written; --with-tests has it expect what
the policy says then.

Exit codes:
  0 written, or told   1 refused, or the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook role create support shift-lead --title 'Shift lead' --extends member --grant conversation:assign
  rolebook role duplicate support member agent --as extension
  rolebook role change support content-editor --allow tag:create --with-tests
  rolebook role rename support team-lead shift-lead
  rolebook role delete support content-editor --to member --with-tests --dry-run
`;

interface CreateOptions extends EditOptions {
  readonly title?: string;
  readonly description?: string;
  readonly extends?: readonly string[];
  readonly grant?: readonly string[];
  readonly without?: readonly string[];
  readonly deny?: readonly string[];
}

interface DuplicateOptions extends EditOptions {
  readonly title?: string;
  readonly description?: string;
  readonly as: 'copy' | 'extension';
}

interface ChangeOptions extends EditOptions {
  readonly title?: string;
  readonly description?: string;
  readonly allow?: readonly string[];
  readonly disallow?: readonly string[];
}

export function addRoleCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const role = program.command('role').description('create, change and delete the roles of a workspace');
  // Loaded when it is run: help and completion want the options alone.
  const edit = async (options: EditOptions, one: PolicyEdit, question?: string): Promise<void> => {
    const { runEdit } = await import('./run-edit.ts');
    finish(await runEdit(io, options, [one], question));
  };
  addCreate(role, edit);
  addDuplicate(role, edit);
  addChange(role, edit);
  addRename(role, edit);
  addDelete(role, edit);
  role.addHelpText('after', examples);
}

type MakeEdit = (options: EditOptions, edit: PolicyEdit, question?: string) => Promise<void>;

function addCreate(role: Command, edit: MakeEdit): void {
  withTexts(role.command('create').description('create a role'))
    .argument('<WORKSPACE>', 'where')
    .argument('<ROLE>', 'the id of the new role')
    .option('--extends <ROLE>', 'a role that it follows; may be given again', listOption('--extends'))
    .option('--grant <P>', 'what it gives; may be given again', listOption('--grant'))
    .option('--without <P>', 'what it leaves out of what it extends; may be given again', listOption('--without'))
    .option('--deny <P>', 'what it denies, whatever other role gives it; may be given again', listOption('--deny'))
    .action(async (workspace: string, id: string, options: CreateOptions) => {
      const { title, description, grant, without, deny } = options;
      await edit(options, {
        edit: 'role.create',
        workspace,
        role: id,
        ...given({ title, description, extends: options.extends, grants: grant, without, denies: deny }),
      });
    });
}

function addDuplicate(role: Command, edit: MakeEdit): void {
  withTexts(role.command('duplicate').description('create a role from another'))
    .argument('<WORKSPACE>', 'where')
    .argument('<FROM>', 'a built-in role, or one of the workspace')
    .argument('<ROLE>', 'the id of the new role')
    .option(
      '--as <HOW>',
      'copy: all that the other gives now; extension: it follows the other',
      (value) => parseChoice('--as', value, ['copy', 'extension']),
      'copy',
    )
    .action(async (workspace: string, from: string, id: string, options: DuplicateOptions) => {
      const { title, description, as } = options;
      await edit(options, { edit: 'role.duplicate', workspace, from, role: id, as, ...given({ title, description }) });
    });
}

function addChange(role: Command, edit: MakeEdit): void {
  withTexts(role.command('change').description('say what a role gives, and what not'))
    .argument('<WORKSPACE>', 'where')
    .argument('<ROLE>', 'a role of the workspace')
    .option('--allow <P>', 'what it is to give; may be given again', listOption('--allow'))
    .option('--disallow <P>', 'what it is not to give; may be given again', listOption('--disallow'))
    .action(async (workspace: string, id: string, options: ChangeOptions) => {
      const { title, description, allow, disallow } = options;
      const texts = given({ title, description, allow, disallow });
      await edit(options, { edit: 'role.change', workspace, role: id, ...texts });
    });
}

function addRename(role: Command, edit: MakeEdit): void {
  withEditOptions(role.command('rename').description('give a role another id; its holders keep it'))
    .argument('<WORKSPACE>', 'where')
    .argument('<ROLE>', 'a role of the workspace')
    .argument('<NEW>', 'its new id')
    .action(async (workspace: string, id: string, to: string, options: EditOptions) => {
      await edit(options, { edit: 'role.rename', workspace, role: id, to });
    });
}

function addDelete(role: Command, edit: MakeEdit): void {
  withEditOptions(role.command('delete').description('delete a role; its holders get another'))
    .argument('<WORKSPACE>', 'where')
    .argument('<ROLE>', 'a role of the workspace')
    .option('--to <ROLE>', 'what its holders get (default: `defaultRole`)', (value) => parseValue('--to', value))
    .option('--yes', 'do not ask')
    .action(async (workspace: string, id: string, options: EditOptions & { readonly to?: string }) => {
      const { to } = options;
      await edit(options, { edit: 'role.delete', workspace, role: id, ...given({ to }) }, `delete role ${id}?`);
    });
}

function withTexts(command: Command): Command {
  return withEditOptions(command)
    .option('--title <TEXT>', 'what people see', (value) => parseValue('--title', value))
    .option('--description <TEXT>', 'what it is for', (value) => parseValue('--description', value));
}

type Given<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

function given<Values extends object>(values: Values): Given<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;
}
