import type { Command } from 'commander';
import { companySpans, type CompanySpan } from '../../compile/edit/policy-edit.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseChoice, parseValue } from '../command/command-options.ts';
import { given, listOption, type EditOptions } from './edit-options.ts';
import { readPlace, withPlace } from './place-arguments.ts';
import { makeEdits } from './make-edits.ts';

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
  rolebook role create --organization example auditor --spans organization --grant analytics:view
  rolebook role delete support content-editor --to member --with-tests --dry-run
`;

interface CreateOptions extends EditOptions {
  readonly title?: string;
  readonly description?: string;
  readonly spans?: CompanySpan;
  readonly extends?: readonly string[];
  readonly grant?: readonly string[];
  readonly without?: readonly string[];
  readonly deny?: readonly string[];
}

interface DuplicateOptions extends EditOptions {
  readonly title?: string;
  readonly description?: string;
  readonly spans?: CompanySpan;
  readonly as: 'copy' | 'extension';
}

interface ChangeOptions extends EditOptions {
  readonly title?: string;
  readonly description?: string;
  readonly allow?: readonly string[];
  readonly disallow?: readonly string[];
  /** False: it is to follow none. */
  readonly extends?: readonly string[] | false;
  readonly always?: readonly string[];
  readonly spell?: readonly string[];
}

export function addRoleCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const role = program.command('role').description('create, change and delete roles of a workspace or a company');
  const edit = async (options: EditOptions, one: AskedEdit, question?: string): Promise<void> =>
    finish(await makeEdits(io, options, [one], question));
  addCreate(role, edit);
  addDuplicate(role, edit);
  addChange(role, edit);
  addRename(role, edit);
  addDelete(role, edit);
  role.addHelpText('after', examples);
}

type MakeEdit = (options: EditOptions, edit: AskedEdit, question?: string) => Promise<void>;

function addCreate(role: Command, edit: MakeEdit): void {
  const operands = [['ROLE', 'the id of the new role']] as const;
  withSpans(withTexts(withPlace(role.command('create').description('create a role'), operands)))
    .option('--extends <ROLE>', 'a role that it follows; may be given again', listOption('--extends'))
    .option('--grant <P>', 'what it gives; may be given again', listOption('--grant'))
    .option('--without <P>', 'what it leaves out of what it extends; may be given again', listOption('--without'))
    .option('--deny <P>', 'what it denies, whatever other role gives it; may be given again', listOption('--deny'))
    .action(async function (this: Command) {
      const { place, values } = readPlace(this, operands);
      const options = this.opts<CreateOptions>();
      const { title, description, spans, grant, without, deny } = options;
      await edit(options, {
        edit: 'role.create',
        ...place,
        role: values[0] ?? '',
        ...given({ title, description, spans, extends: options.extends, grants: grant, without, denies: deny }),
      });
    });
}

function addDuplicate(role: Command, edit: MakeEdit): void {
  const operands = [
    ['FROM', 'a built-in role, or one that is seen there'],
    ['ROLE', 'the id of the new role'],
  ] as const;
  withSpans(withTexts(withPlace(role.command('duplicate').description('create a role from another'), operands)))
    .option(
      '--as <HOW>',
      'copy: all that the other gives now; extension: it follows the other',
      (value) => parseChoice('--as', value, ['copy', 'extension']),
      'copy',
    )
    .action(async function (this: Command) {
      const { place, values } = readPlace(this, operands);
      const options = this.opts<DuplicateOptions>();
      const { title, description, spans, as } = options;
      const [from = '', id = ''] = values;
      const more = given({ title, description, spans });
      await edit(options, { edit: 'role.duplicate', ...place, from, role: id, as, ...more });
    });
}

function addChange(role: Command, edit: MakeEdit): void {
  withTexts(withPlace(role.command('change').description('say what a role gives, and what not'), ownRole))
    .option('--allow <P>', 'what it is to give; may be given again', listOption('--allow'))
    .option('--disallow <P>', 'what it is not to give; may be given again', listOption('--disallow'))
    .option('--extends <ROLE>', 'a role that it is to follow, and no others; may be given again', parents)
    .option('--no-extends', 'it is to follow no role')
    .option('--always <P>', 'a wildcard that it is to give as such; may be given again', listOption('--always'))
    .option(
      '--spell <P>',
      'a wildcard that it is to give as what it means today; may be given again',
      listOption('--spell'),
    )
    .action(async function (this: Command) {
      const { place, values } = readPlace(this, ownRole);
      const options = this.opts<ChangeOptions>();
      const { title, description, allow, disallow, always, spell } = options;
      const follows = options.extends === false ? [] : options.extends;
      const texts = given({ title, description, allow, disallow, extends: follows, always, spelled: spell });
      await edit(options, { edit: 'role.change', ...place, role: values[0] ?? '', ...texts });
    });
}

// Commander hands over `false` where `--no-extends` came first.
function parents(value: string, known: readonly string[] | false | undefined): readonly string[] {
  return listOption('--extends')(value, known === false ? undefined : known);
}

function addRename(role: Command, edit: MakeEdit): void {
  const operands = [...ownRole, ['NEW', 'its new id']] as const;
  withPlace(role.command('rename').description('give a role another id; its holders keep it'), operands).action(
    async function (this: Command) {
      const { place, values } = readPlace(this, operands);
      const [id = '', to = ''] = values;
      await edit(this.opts<EditOptions>(), { edit: 'role.rename', ...place, role: id, to });
    },
  );
}

function addDelete(role: Command, edit: MakeEdit): void {
  withPlace(role.command('delete').description('delete a role; its holders get another'), ownRole)
    .option('--to <ROLE>', 'what its holders get (default: `defaultRole`)', (value) => parseValue('--to', value))
    .option('--yes', 'do not ask')
    .option(
      '--confirm <DIGEST>',
      'do not ask; refuse if the affected are others than in the list with this digest',
      (value) => parseValue('--confirm', value),
    )
    .action(async function (this: Command) {
      const { place, values } = readPlace(this, ownRole);
      const options = this.opts<EditOptions & { readonly to?: string }>();
      const { to, confirm } = options;
      const [id = ''] = values;
      const asked = { edit: 'role.delete', ...place, role: id, ...given({ to, confirm }) } as const;
      await edit(options, asked, `delete role ${id}?`);
    });
}

const ownRole = [['ROLE', 'a role that is defined there']] as const;

function withSpans(command: Command): Command {
  return command.option('--spans <HOW>', `a role of a company: ${companySpans.join(', ')}`, (value) =>
    parseChoice('--spans', value, companySpans),
  );
}

function withTexts(command: Command): Command {
  return command
    .option('--title <TEXT>', 'what people see', (value) => parseValue('--title', value))
    .option('--description <TEXT>', 'what it is for', (value) => parseValue('--description', value));
}
