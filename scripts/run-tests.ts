/*
 * Runs the tests with Mocha.
 *
 *   npm test                    all of them; first those that start something, because others fit into their pauses
 *   npm run test:quick          those that start no process and open no port, without a build before
 *
 * Words after `--` are for Mocha: `npm run test:quick -- --grep alias`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selectTests } from './select-tests.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [which = '', ...words] = process.argv.slice(2);
const { quick, slow } = selectTests(root);
const choices = new Map([
  ['all', { settings: [], files: [...slow, ...quick] }],
  ['quick', { settings: ['--config', 'test/support/quick.mocharc.json'], files: quick }],
]);
const choice = choices.get(which);
if (choice === undefined) {
  process.stderr.write(`say which tests, \`all\` or \`quick\`; found \`${which}\`\n`);
  process.exit(2);
}
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
const args = [mocha, ...choice.settings, ...words, ...choice.files];
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1);
