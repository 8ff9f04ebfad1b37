import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it('tells why a file of tests could not be loaded, and not that it is TypeScript', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolebook-load-'));
    try {
      const file = join(folder, 'broken.test.ts');
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(file, "const words = ['the', 'reason'] as const;\nthrow new Error(words.join(' '));\n");
      for (const config of ['.mocharc.json', 'test/support/quick.mocharc.json']) {
        const words = ['node_modules/mocha/bin/mocha.js', '--config', config, '--jobs', '2', file];
        const { status, stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
        assert.notStrictEqual(status, 0, config);
        assert.include(stdout, 'Error: the reason', config);
        assert.notInclude(stdout, 'SyntaxError', config);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has laws draw all that they usually draw, more where it is asked for, and a part of it with the quick ones', () => {
    const law = new URL('../support/law-runs.ts', import.meta.url).href;
    const draws = new URL('../support/law-draws.js', import.meta.url).href;
    const script = `import { readConfigureGlobal } from 'fast-check';
      import '${draws}';
      import { assertReached, isPart, lawRuns } from '${law}';
      let isAsked = false;
      try { assertReached(1, 1); } catch { isAsked = true; }
      console.log(lawRuns(200), lawRuns(3), readConfigureGlobal()?.numRuns ?? 'usual', isPart, isAsked);`;
    const drawn = (env: Readonly<Record<string, string>>): string => {
      const words = ['--import', 'tsx', '--input-type=module', '--eval', script];
      return spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } })
        .stdout;
    };
    assert.strictEqual(drawn({}), '200 3 usual false true\n');
    assert.strictEqual(drawn({ ROLEBOOK_LAW_RUNS: '500' }), '500 500 usual false true\n');
    assert.strictEqual(drawn({ ROLEBOOK_LAW_RUNS: '50' }), '200 50 usual false true\n');
    assert.strictEqual(drawn({ ROLEBOOK_LAW_SHARE: '0.1' }), '20 3 10 true false\n');
  });
}).timeout(60_000);
