import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseChoice, parseValue } from '../command/command-options.ts';
import { printable } from '../report/printable.ts';

const templates = ['inbox', 'phone'] as const;

interface InitOptions {
  readonly template: (typeof templates)[number];
  readonly format: 'text' | 'json';
}

const examples = `
Templates:
  inbox   shared conversations: built-in and custom roles, scopes for personal and shared channels
  phone   calls and numbers in one company

Nothing is overwritten: when a file is already there, none is written.

Exit codes:
  0 written   2 wrong usage, or a file is in the way   3 could not run

Examples:
  rolebook init
  rolebook init access
  rolebook init access --template phone
`;

export function addInitCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('init')
    .description('write a small working policy with tests')
    .argument('[DIR]', 'the folder to write to; it is created', '.')
    .option('--template <NAME>', 'inbox or phone', (value) => parseChoice('--template', value, templates), 'inbox')
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (folder: string, options: InitOptions) => finish(await init(folder, options, io)));
}

async function init(folder: string, options: InitOptions, io: CommandIo): Promise<number> {
  const { readTemplate } = await import('./template.ts');
  const { createFiles } = await import('../write/create-files.ts');
  const target = parseValue('DIR', folder);
  const files = await readTemplate(options.template);
  const written = await createFiles(resolve(io.cwd, target), target, files);
  printResult(
    io,
    options.format === 'json'
      ? JSON.stringify({ template: options.template, files: written }, undefined, 2)
      : written.map(printable).join('\n'),
  );
  say(io, nextSteps(target));
  return exitCodes.clean;
}

function nextSteps(folder: string): string {
  const option = folder === '.' ? '' : ` --policy ${printable(folder)}`;
  return [
    'next:',
    `  rolebook lint${option}    finds mistakes in the files`,
    `  rolebook test${option}    runs the policy tests`,
    `  rolebook serve${option}   answers over HTTP`,
  ].join('\n');
}
