import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('npm run bench -- --against', () => {
  it('exits 2 before it does anything when there is no such commit, and says how it is used otherwise', () => {
    for (const [words, message] of [
      [['--against', 'no-such-branch'], 'there is no commit `no-such-branch`'],
      [['--against', 'HEAD^{tree}'], 'there is no commit `HEAD^{tree}`'],
      [['--short'], '`--short` is for `--against`; the rivals have `--quick`'],
    ] as const) {
      const args = ['--import', 'tsx', 'bench/run.ts', ...words];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
      assert.deepEqual({ status, stdout }, { status: 2, stdout: '' }, stderr);
      assert.strictEqual(stderr.split('\n')[0], message);
      assert.include(stderr, 'npm run bench -- --against REF --short');
    }
  });
});
