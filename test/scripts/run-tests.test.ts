import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('scripts/run-tests.ts', () => {
  const run = (...words: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/run-tests.ts', ...words], { cwd: root, encoding: 'utf8' });

  it('exits 2 when it is not told which tests, or some that there are not', () => {
    for (const words of [[], ['slow'], ['--grep', 'alias']]) {
      const { status, stdout, stderr } = run(...words);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: '' }, words.join(' '));
      assert.strictEqual(stderr, `say which tests, \`all\` or \`quick\`; found \`${words[0] ?? ''}\`\n`);
    }
  });

  it('hands words on to Mocha, and ends as Mocha does', () => {
    assert.match(run('quick', '--version').stdout, /^\d+\.\d+\.\d+\n$/);
    const { status, stderr } = run('quick', '--reporter', 'no-such-reporter');
    assert.notStrictEqual(status, 0);
    assert.include(stderr, 'no-such-reporter');
  });
}).timeout(60_000);
