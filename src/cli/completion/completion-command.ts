import type { Command } from 'commander';
import { exitCodes, printResult, type CommandIo } from '../command/command-io.ts';
import { parseChoice } from '../command/command-options.ts';
import { shells, shellScripts, type Shell } from './shell-scripts.ts';

const examples = `
Names are completed from the policy at hand: that of --policy, or of the folder where one is.

Exit codes:
  0 printed   2 wrong usage   3 could not run

Examples:
  source <(rolebook completion bash)
  source <(rolebook completion zsh)
  rolebook completion fish | source
`;

export function addCompletionCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and names')
    .argument('<SHELL>', shells.join(', '), (value) => parseChoice('SHELL', value, shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => {
      printResult(io, shellScripts[shell]);
      finish(exitCodes.clean);
    });
}
