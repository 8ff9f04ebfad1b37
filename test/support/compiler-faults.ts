import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const compiler = join(repository, 'node_modules/typescript/bin/tsc');

const strictOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
};

/** Calls with a folder within this repository, where a program finds the packages, and removes it. */
export async function withProgramFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const cache = join(repository, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'program-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes files into a folder, in folders within it where their names say so. */
export function writeProgram(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** What the compiler says of the program in a folder, one line a fault: `name.ts(3,7): error TS2322: …`. */
export async function compilerFaults(
  folder: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const settings = { compilerOptions: { ...strictOptions, ...options }, include: ['**/*.ts', '**/*.tsx'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder }, (error, stdout) => {
      // It ends with 1 or 2 where it found something, and with another code where it could not look.
      if (error && !(error.code === 1 || error.code === 2)) reject(new Error(`the compiler failed: ${error.message}`));
      else resolve(stdout);
    });
  });
  return output.split('\n').filter((line) => /^\S.*: error TS\d+: |^error TS/.test(line));
}
