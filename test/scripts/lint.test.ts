import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeProgram } from '../support/compiler-faults.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const linter = join(repository, 'node_modules/oxlint/bin/oxlint');

/** Programs by their file, each with the fault that is in it; none: it is sound. */
const programs: readonly (readonly [file: string, text: string, fault?: string])[] = [
  ['src/age.ts', "export const age: number = 'ten';", 'typescript(TS2322)'],
  ['src/other.ts', "import { born } from './born.ts';\nexport const name: string = born;", 'typescript(TS2322)'],
  ['src/born.ts', 'export const born: number = 1990;'],
  ['src/unused.ts', 'export const one = 1;\nconst other = 2;', 'typescript(TS6133)'],
  ['src/enum.ts', 'export enum Level { Low }', 'typescript(TS1294)'],
  [
    'src/promise.ts',
    "export function begin(): void {\n  Promise.resolve('late');\n}",
    'typescript(no-floating-promises)',
  ],
  ['src/any.ts', 'export const first = (texts: any): unknown => texts;', 'typescript(no-explicit-any)'],
  [
    'src/sure.ts',
    'export const sure = (text: string): string => text ?? "none";',
    'typescript(no-unnecessary-condition)',
  ],
  ['src/bang.ts', 'export const first = (texts: string[]): string => texts[0]!;', 'typescript(no-non-null-assertion)'],
  ['src/equal.ts', 'export const same = (one: unknown, other: unknown): boolean => one == other;', 'eslint(eqeqeq)'],
  ['src/default.ts', 'const one = 1;\nexport default one;', 'import(no-default-export)'],
  ['src/long.ts', `export {};\n${'// One more line.\n'.repeat(300)}`, 'eslint(max-lines)'],
  [
    'src/long-function.ts',
    `export function count(): number {\n  let all = 0;\n${'  all += 1;\n'.repeat(70)}  return all;\n}`,
    'eslint(max-lines-per-function)',
  ],
  ['test/bang.ts', 'export const first = (texts: string[]): string => texts[0]!;'],
  ['test/expect.ts', "import { expect } from 'chai';\nexport const wants = expect;", 'eslint(no-restricted-imports)'],
  ['test/age.ts', "export const age: number = 'ten';", 'typescript(TS2322)'],
  ['src/script.js', 'export const first = (texts) => texts.length.toFixed(1);'],
  ['src/default.js', 'const one = 1;\nexport default one;', 'import(no-default-export)'],
];

const compilerOptions = {
  strict: true,
  noEmit: true,
  noUnusedLocals: true,
  noUncheckedIndexedAccess: true,
  erasableSyntaxOnly: true,
  allowImportingTsExtensions: true,
  target: 'es2023',
  module: 'preserve',
  types: [],
};

interface Finding {
  readonly filename: string;
  readonly code: string;
}

describe('npm run lint', () => {
  let folder = '';
  let findings: readonly Finding[];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolebook-lint-'));
    mkdirSync(join(folder, 'node_modules/chai'), { recursive: true });
    writeProgram(folder, {
      'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src', 'test'] }),
      'node_modules/chai/package.json': '{ "name": "chai", "types": "index.d.ts" }',
      'node_modules/chai/index.d.ts': 'export declare const expect: (value: unknown) => void;\n',
      ...Object.fromEntries(programs.map(([file, text]) => [file, `${text}\n`])),
    });
    // Which files a rule is for is said from where the configuration stands.
    copyFileSync(join(repository, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    const args = [linter, '--format', 'json'];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: folder, maxBuffer: 1e7 }, (_error, stdout) => resolve(stdout));
    });
    findings = (JSON.parse(output) as { diagnostics: readonly Finding[] }).diagnostics;
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [file, , fault] of programs) {
    it(`finds ${fault ?? 'nothing'} in ${file}`, () => {
      const found = findings.filter(({ filename }) => filename.endsWith(file)).map(({ code }) => code);
      if (fault === undefined) assert.deepEqual(found, []);
      else assert.include(found, fault);
    });
  }
});
