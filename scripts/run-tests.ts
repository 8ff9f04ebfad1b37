/*
 * Runs the tests with Mocha.
 *
 *   npm test                    all of them; first those that start something, because others fit into their pauses, and
 *                               then the laws, for which no coverage is counted
 *   npm run test:quick          those that start no process and open no port, without a build before; laws draw a tenth
 *
 * Words after `--` are for Mocha: `npm run test:quick -- --grep alias`.
 */
import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mochaGlobalSetup } from '../test/support/build-first.ts';
import { isLaw, selectTests } from './select-tests.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [which = '', ...words] = process.argv.slice(2);
const { quick, slow } = selectTests(root);
const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
if (which === 'all') {
  // Once, and not by both.
  mochaGlobalSetup();
  const files = [...slow, ...quick];
  // Each git that is started copies the page tables of who starts it, and these start thousands: little memory is cheaper.
  const counting = ['--jobs', '3', '--v8-max-semi-space-size=16', ...words];
  const counted = await run([...counting, ...files.filter((file) => !isLaw(file))], { stdio: 'inherit' });
  // Not beside them: a browser, a git server and ten sidecars have enough to wait for.
  const laws = await runLaws(files.filter(isLaw));
  process.exit(counted || laws);
} else if (which === 'quick') {
  const env = { ...process.env, ROLEBOOK_LAW_SHARE: process.env['ROLEBOOK_LAW_SHARE'] ?? '0.1' };
  process.exit(
    await run(['--config', 'test/support/quick.mocharc.json', ...words, ...quick], { env, stdio: 'inherit' }),
  );
} else {
  process.stderr.write(`say which tests, \`all\` or \`quick\`; found \`${which}\`\n`);
  process.exit(2);
}

/** Runs Mocha; the answer is its exit code. */
async function run(args: readonly string[], options: SpawnOptions): Promise<number> {
  const child = spawn(process.execPath, [mocha, ...args], { cwd: root, ...options });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? 1;
}

async function runLaws(files: readonly string[]): Promise<number> {
  const env = { ...process.env };
  delete env['NODE_V8_COVERAGE'];
  // With one job Mocha loads the files itself, in a way that does not know TypeScript.
  return run(['--jobs', '2', ...words, ...files], { env, stdio: 'inherit' });
}
