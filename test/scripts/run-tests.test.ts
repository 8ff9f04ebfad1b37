import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('scripts/run-tests.ts', () => {
  const run = (...words: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/run-tests.ts', ...words], { cwd: root, encoding: 'utf8' });

  it('exits 2 when it is not told which tests, or some that there are not', () => {
    for (const words of [[], ['slow'], ['--grep', 'alias']]) {
      const { status, stdout, stderr } = run(...words);
      expect({ status, stdout }, words.join(' ')).to.deep.equal({ status: 2, stdout: '' });
      expect(stderr).to.equal(`say which tests, \`all\` or \`quick\`; found \`${words[0] ?? ''}\`\n`);
    }
  });

  it('hands words on to Mocha, and ends as Mocha does', () => {
    expect(run('quick', '--version').stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    const { status, stderr } = run('quick', '--reporter', 'no-such-reporter');
    expect(status).not.to.equal(0);
    expect(stderr).to.include('no-such-reporter');
  });
}).timeout(60_000);
