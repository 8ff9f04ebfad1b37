import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { atOption, formatOption, parseValue, policyOption } from '../command/command-options.ts';
import { requireSoundPolicy } from '../load/sound-policy.ts';

interface CompileOptions {
  readonly policy: string;
  readonly format: 'text' | 'json';
  readonly out?: string;
  readonly at?: number;
}

const examples = `
With model.conf any Casbin implementation reads policy.csv and decides what rolebook decides.
The rows hold the memberships of one instant; without --out policy.csv goes to stdout.

Exit codes:
  0 written   1 the files have errors   2 wrong usage, no policy   3 could not run

Examples:
  rolebook compile
  rolebook compile --out build/casbin
  rolebook compile --at 2027-01-01T00:00:00Z --format json
`;

export function addCompileCommand(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  program
    .command('compile')
    .description('write the Casbin policy.csv and model.conf')
    .option('--out <DIR>', 'the folder to write to; it is created', (value) => parseValue('--out', value))
    .addOption(atOption('the time at which memberships must hold'))
    .addOption(policyOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', examples)
    .action(async (options: CompileOptions) => finish(await compile(options, io)));
}

async function compile(options: CompileOptions, io: CommandIo): Promise<number> {
  const atMs = options.at ?? Date.now();
  const reading = await requireSoundPolicy(io, options, atMs);
  if (reading === undefined) return exitCodes.atFault;
  const { casbinRows, formatPolicyCsv } = await import('../../compile/casbin/casbin-rules.ts');
  const rows = casbinRows(reading.policy, atMs);
  const { revision } = reading.policy;
  const counts = { p: rows.p.length, g: rows.g.length };
  if (options.out !== undefined) {
    const { modelText } = await import('../../compile/casbin/casbin-model.ts');
    const { replaceFiles } = await import('../write/replace-files.ts');
    const files = new Map([
      ['model.conf', modelText],
      ['policy.csv', formatPolicyCsv(rows)],
    ]);
    const written = await replaceFiles(resolve(io.cwd, options.out), options.out, files);
    printResult(io, options.format === 'json' ? toJson({ revision, counts, files: written }) : written.join('\n'));
  } else {
    printResult(io, options.format === 'json' ? toJson({ revision, counts, ...rows }) : formatPolicyCsv(rows));
  }
  say(io, `${counts.p} p rows, ${counts.g} g rows of revision ${revision}`);
  return exitCodes.clean;
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
