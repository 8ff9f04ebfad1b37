import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { Linter, type Rule } from 'eslint';
import { parser } from 'typescript-eslint';

const texts = {
  'age.ts': "export const age: number = 'ten';\n",
  'chain.ts': 'const given = { a: { b: 1 } };\nexport const wanted: { a: { b: string } } = given;\n',
  'other.ts': "import { age } from './age';\nexport const name: string = age;\nconst no = 1;\n",
  'sound.ts': "import { age } from './age';\nexport const next: number = age + 1;\n",
};

describe('scripts/type-errors-rule.js', () => {
  let folder: string;
  let rule: Rule.RuleModule;
  // Without the types of JavaScript itself, which take most of a second to read.
  const options = { strict: true, noUnusedLocals: true, noLib: true, types: [], module: 'esnext' };
  before(async () => {
    const module = new URL('../../scripts/type-errors-rule.js', import.meta.url).href;
    rule = ((await import(module)) as { typeErrorsRule: Rule.RuleModule }).typeErrorsRule;
    folder = mkdtempSync(join(tmpdir(), 'rolebook-types-'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true }));

  const found = (name: keyof typeof texts): string[] =>
    new Linter({ cwd: folder })
      .verify(
        texts[name],
        {
          files: ['*.ts'],
          languageOptions: { parser, parserOptions: { project: './tsconfig.json', tsconfigRootDir: folder } },
          plugins: { own: { rules: { 'type-errors': rule } } },
          rules: { 'own/type-errors': 'error' },
        },
        join(folder, name),
      )
      .map(({ line, column, endColumn, message }) => `${line}:${column}-${endColumn ?? ''} ${message}`);

  it('says what the compiler says, and where', () => {
    assert.deepEqual(found('age.ts'), ["1:14-17 TS2322: Type 'string' is not assignable to type 'number'."]);
    assert.deepEqual(found('chain.ts'), [
      "2:14-20 TS2322: Type '{ a: { b: number; }; }' is not assignable to type '{ a: { b: string; }; }'.",
    ]);
  });

  it('knows the types of other files, and what is not used', () => {
    assert.deepEqual(found('other.ts'), [
      "2:14-18 TS2322: Type 'number' is not assignable to type 'string'.",
      "3:7-9 TS6133: 'no' is declared but its value is never read.",
    ]);
  });

  it('finds nothing in what is sound', () => {
    assert.deepEqual(found('sound.ts'), []);
  });
});
