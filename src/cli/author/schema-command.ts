import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';
import { printable } from '../report/printable.ts';

interface SchemaOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly out?: string;
  readonly check?: true;
}

const examples = `
Editors with the YAML language server complete from these files permissions, scopes and roles by their names, and mark a grant
that is misspelt. Without --out they go to schemas/ beside the policy, where \`rolebook init\` puts them.

Exit codes:
  0 written, or with --check as they should be   1 the files have errors, or --check found old names
  2 wrong usage, no policy   3 could not run

Examples:
  rolebook schema
  rolebook schema --policy access --check
  rolebook schema --out .vscode/schemas
`;

export function addSchemaCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('schema')
    .description("write editor schemas that know this policy's names")
    .option('--out <DIR>', 'the folder to write to; it is created (default: schemas beside the policy)', (value) =>
      parseValue('--out', value),
    )
    .option('--check', 'write nothing, and fail where they are not those of the policy')
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (options: SchemaOptions) => finish(await writeSchemas(options, io)));
}

async function writeSchemas(options: SchemaOptions, io: CommandIo): Promise<number> {
  const reading = await requireSoundPolicy(io, options, Date.now());
  if (reading === undefined) return exitCodes.atFault;
  const { findOldSchemas, schemaFolder, schemaTexts } = await import('./written-schemas.ts');
  const folder = options.out ?? reading.display(schemaFolder);
  const { policy } = reading;
  if (options.check === true) {
    const old = await findOldSchemas(resolve(io.cwd, folder), policy, 'all');
    if (options.format === 'json') printResult(io, JSON.stringify({ old }, undefined, 2));
    else for (const name of old) printResult(io, `${printable(folder)}/${name}: not the names of this policy`);
    if (old.length > 0) say(io, 'run `rolebook schema` without --check');
    return old.length > 0 ? exitCodes.atFault : exitCodes.clean;
  }
  const { replaceFiles } = await import('../write/replace-files.ts');
  const files = await replaceFiles(resolve(io.cwd, folder), folder, schemaTexts(policy));
  printResult(
    io,
    options.format === 'json' ? JSON.stringify({ files }, undefined, 2) : files.map(printable).join('\n'),
  );
  return exitCodes.clean;
}
