import { Command, CommanderError } from 'commander';
import { suggest } from '../compile/words/suggest.ts';
import { RolebookError } from '../policy/errors.ts';
import { exitCodes, printResult, say, type CommandIo } from './command/command-io.ts';
import { reportFailure } from './report/failure-report.ts';
import { helpWidthOf } from './report/report-surroundings.ts';
import { wrapHelp } from './report/wrap-text.ts';
import { readVersion } from './command/package-folder.ts';

export type AddCommand = (program: Command, io: CommandIo, finish: (exitCode: number) => void) => void;

// Only the command that was asked for is loaded, so that `lint` does not wait for the web server's packages.
const commands: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['init', async () => (await import('./author/init-command.ts')).addInitCommand],
  ['lint', async () => (await import('./author/lint-command.ts')).addLintCommand],
  ['test', async () => (await import('./testing/test-command.ts')).addTestCommand],
  ['diff', async () => (await import('./diff/diff-command.ts')).addDiffCommand],
  ['enforce', async () => (await import('./author/enforce-command.ts')).addEnforceCommand],
  ['who-can', async () => (await import('./ask/who-can-command.ts')).addWhoCanCommand],
  ['access', async () => (await import('./ask/access-command.ts')).addAccessCommand],
  ['matrix', async () => (await import('./ask/matrix-command.ts')).addMatrixCommand],
  ['review', async () => (await import('./usage/review-command.ts')).addReviewCommand],
  ['replay', async () => (await import('./usage/replay-command.ts')).addReplayCommand],
  ['role', async () => (await import('./edit/role-command.ts')).addRoleCommand],
  ['member', async () => (await import('./edit/member-command.ts')).addMemberCommand],
  ['group', async () => (await import('./edit/group-command.ts')).addGroupCommand],
  ['workspace', async () => (await import('./edit/workspace-command.ts')).addWorkspaceCommand],
  ['organization', async () => (await import('./edit/organization-command.ts')).addOrganizationCommand],
  ['permission', async () => (await import('./edit/permission-command.ts')).addPermissionCommand],
  ['schema', async () => (await import('./author/schema-command.ts')).addSchemaCommand],
  ['compile', async () => (await import('./author/compile-command.ts')).addCompileCommand],
  ['types', async () => (await import('./author/types-command.ts')).addTypesCommand],
  ['serve', async () => (await import('./serve/serve-command.ts')).addServeCommand],
  ['publish', async () => (await import('./releases/publish-command.ts')).addPublishCommand],
  ['pull', async () => (await import('./releases/pull-command.ts')).addPullCommand],
  ['revisions', async () => (await import('./releases/revisions-command.ts')).addRevisionsCommand],
  ['rollback', async () => (await import('./releases/rollback-command.ts')).addRollbackCommand],
  ['accept', async () => (await import('./accept/accept-command.ts')).addAcceptCommand],
  ['completion', async () => (await import('./completion/completion-command.ts')).addCompletionCommand],
]);

/** Runs one command line, without the program's name, and answers its exit code. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  // Asked by the scripts of `completion`, about whatever somebody has typed so far.
  if (argv[0] === '__complete') {
    const { answerCompletion } = await import('./completion/answer-completion.ts');
    return answerCompletion(argv.slice(1), io, commands);
  }
  // A command that ends without saying how it went did not go well.
  let exitCode: number = exitCodes.couldNotRun;
  let running: string | undefined;
  const program = createProgram(io).hook('preSubcommand', (_program, command) => {
    running = command.name();
  });
  const finish = (code: number): void => {
    exitCode = code;
  };
  try {
    await addCommands(program, argv[0], io, finish);
    addHelpCommand(program, finish);
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return error instanceof CommanderError && isHelpOrVersion(error)
      ? exitCodes.clean
      : reportFailure(error, {
          io,
          command: running,
          argv,
          commandNames: [...commands.keys()],
          options: optionsOf(program, running),
        });
  }
}

function optionsOf(program: Command, running: string | undefined): readonly string[] {
  const command = program.commands.find((known) => known.name() === running);
  return (command?.options ?? []).map(({ flags }) => flags);
}

function createProgram(io: CommandIo): Command {
  return new Command('rolebook')
    .description('Roles and permissions as YAML in git: linted, tested, compiled and served.')
    .usage('<command> [options]')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', programExamples)
    .configureHelp({ helpWidth: helpWidthOf(io), subcommandTerm: describeUsage })
    .configureOutput({
      writeOut: (text) => printResult(io, wrapHelp(text.trimEnd(), helpWidthOf(io))),
      writeErr: (text) => say(io, wrapHelp(text.trimEnd(), helpWidthOf(io))),
      // Mistakes are told by `reportFailure`, in the words of the rest.
      outputError: () => undefined,
    })
    .exitOverride()
    .helpCommand(false);
}

function describeUsage(command: Command): string {
  // What stands where a workspace does, an option may take the place of; so each of them may be missing.
  const isElsewhere = command.options.some(({ long }) => long === '--organization');
  const operands = command.registeredArguments.map((argument) => {
    const name = argument.name();
    const shown = argument.variadic ? `${name}...` : name;
    return argument.required || isElsewhere ? shown : `[${shown}]`;
  });
  return [command.name(), ...operands].join(' ');
}

const programExamples = `
Exit codes:
  0 clean   1 the policy is at fault   2 wrong usage or configuration   3 could not run

Examples:
  rolebook init access
  rolebook lint
  rolebook test
  rolebook help enforce
`;

async function addCommands(
  program: Command,
  first: string | undefined,
  io: CommandIo,
  finish: (exitCode: number) => void,
): Promise<void> {
  if (first === '--version') return;
  const only = commands.get(first ?? '');
  const loaders = only === undefined ? [...commands.values()] : [only];
  for (const addCommand of await Promise.all(loaders.map((load) => load()))) addCommand(program, io, finish);
}

// Commander's own `help` answers an unknown command with the whole program's help.
function addHelpCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('help')
    .argument('[COMMAND]')
    .description('help for a command')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((known) => known.name() === name);
      if (command === undefined) throw unknownCommand(name ?? '');
      command.outputHelp();
      finish(exitCodes.clean);
    });
}

function unknownCommand(name: string): RolebookError {
  const help = suggest(name, commands.keys());
  return new RolebookError('usage', `unknown command \`${name}\``, help === undefined ? {} : { help });
}

function isHelpOrVersion(error: CommanderError): boolean {
  return error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
}
