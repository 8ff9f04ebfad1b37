import tseslint from 'typescript-eslint';
import { typeErrorsRule } from './scripts/type-errors-rule.js';

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', 'node_modules/', '.try/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
        { selector: 'TSEnumDeclaration', message: 'A union of words does it.' },
      ],
      eqeqeq: 'error',
      // Each asks for types nobody else asks for, a tenth of the time. There are no enums, and types fit by their shape.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['packages/client/**'],
    languageOptions: { parserOptions: { project: './packages/client/tsconfig.json' } },
  },
  {
    files: ['packages/console/**'],
    languageOptions: { parserOptions: { project: './packages/console/tsconfig.json' } },
    rules: {
      // What React is given to do at a click may be a promise; each says itself what it does when that fails.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'chai', importNames: ['expect', 'should'], message: 'Assertions are `assert`, everywhere.' }],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // The build has found those of `src`.
    files: ['test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    plugins: { own: { rules: { 'type-errors': typeErrorsRule } } },
    rules: { 'own/type-errors': 'error' },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  { files: ['eslint.config.js'], rules: { 'no-restricted-syntax': 'off' } },
);
