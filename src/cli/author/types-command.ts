import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';
import { printable } from '../report/printable.ts';

interface TypesOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly out?: string;
  readonly check?: true;
}

const examples = `
Permission, Scope and Role are unions of the words of roles.yaml. Former ids are none of them: what still
asks by one does not compile, and is renamed then.

Exit codes:
  0 written, or as it should be   1 the files have errors, or --check found another file
  2 wrong usage, no policy        3 could not run

Examples:
  rolebook types --out src/permissions.ts
  rolebook types --out src/permissions.ts --check
`;

export function addTypesCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('types')
    .description('write the permissions, scopes and built-in roles as types for TypeScript')
    .option('--out <FILE>', 'the file to write; without it they go to stdout', (value) => parseValue('--out', value))
    .option('--check', 'write nothing; tell whether the file is what would be written')
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (options: TypesOptions) => finish(await writeTypes(options, io)));
}

async function writeTypes(options: TypesOptions, io: CommandIo): Promise<number> {
  const { out, check, format } = options;
  if (check && out === undefined) {
    const { RolebookError } = await import('../../policy/errors.ts');
    throw new RolebookError('usage', '`--check` needs `--out FILE`, the file to look at');
  }
  const reading = await requireSoundPolicy(io, options, Date.now());
  if (reading === undefined) return exitCodes.atFault;
  const { formatTypes } = await import('./policy-types.ts');
  const { catalog, revision } = reading.policy;
  const text = formatTypes(catalog);
  const counts = { permissions: catalog.permissions.size, scopes: catalog.scopes.size, roles: catalog.roles.size };
  const tell = (more: object, words: string): void =>
    printResult(io, format === 'json' ? JSON.stringify({ revision, counts, ...more }, undefined, 2) : words);
  if (out === undefined) {
    tell({ text }, text.trimEnd());
    return exitCodes.clean;
  }
  const path = resolve(io.cwd, out);
  if (check) {
    const isSame = (await readFile(path, 'utf8').catch(whereMissing)) === text;
    tell(
      { file: out, upToDate: isSame },
      isSame ? `${printable(out)} is up to date` : `${printable(out)} is out of date`,
    );
    if (!isSame) say(io, `write it anew: rolebook types --out ${printable(out)}`);
    return isSame ? exitCodes.clean : exitCodes.atFault;
  }
  const { replaceFiles } = await import('../write/replace-files.ts');
  await replaceFiles(dirname(path), dirname(out), new Map([[basename(path), text]]));
  tell({ file: out }, printable(out));
  say(io, `${counts.permissions} permissions, ${counts.scopes} scopes, ${counts.roles} built-in roles`);
  return exitCodes.clean;
}

function whereMissing(error: unknown): undefined {
  if ((error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
  throw error;
}
