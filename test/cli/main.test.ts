import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../support/policy-folder.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the rolebook process', () => {
  let folder: PolicyFolder;

  before(async () => {
    folder = await createPolicyFolder({ ...smallPolicy(), 'broken/roles.yaml': 'permissions: 3\n' });
  });
  after(() => folder.dispose());

  it('exits with the code of the command and ends by itself', async () => {
    const [clean, faulty, usage] = await Promise.all([
      rolebook(['lint'], folder.root),
      rolebook(['lint', '--policy', 'broken'], folder.root),
      rolebook(['lnt'], folder.root),
    ]);
    assert.deepEqual(clean, { exitCode: 0, stdout: '', stderr: 'no problems in 4 files\n' });
    assert.equal(faulty.exitCode, 1);
    assert.include(faulty.stdout, 'broken/roles.yaml:1:');
    assert.equal(usage.exitCode, 2);
    assert.include(usage.stderr, 'unknown command `lnt`');
  });

  it('ends by itself after the engine has run, and writes all of a long output into a pipe', async () => {
    const [enforced, compiled] = await Promise.all([
      rolebook(['enforce', 'ana@acme.example', 'support', 'conversation:assign'], folder.root),
      rolebook(['compile', '--format', 'json'], folder.root),
    ]);
    assert.equal(enforced.exitCode, 0);
    assert.isTrue(enforced.stdout.startsWith('allow\n'));
    assert.doesNotThrow(() => JSON.parse(compiled.stdout) as unknown);
  });

  it('is quiet when nobody reads on, and still tells a broken policy by its exit code', async () => {
    const faulty = await rolebook(['lint', '--policy', 'broken', '--format', 'json'], folder.root, closeStdout);
    assert.equal(faulty.exitCode, 1);
    assert.match(faulty.stderr, /^\d+ problems in \d+ files\n$/);
    const clean = await rolebook(['compile'], folder.root, closeStdout);
    assert.equal(clean.exitCode, 0);
    assert.notInclude(clean.stderr, 'EPIPE');
  });
});

describe('the rolebook process on a full disk', () => {
  let folder: PolicyFolder;
  before(async () => (folder = await createPolicyFolder(smallPolicy())));
  after(() => folder.dispose());

  /** `rolebook` of a shell; its result may not be larger than so many kilobytes. */
  const inShell = async (words: string, kilobytes?: number): Promise<Ended> => {
    const limit = kilobytes === undefined ? '' : `ulimit -f ${kilobytes}; `;
    const script = `${limit}exec "${process.execPath}" "${rolebookProgram}" ${words}`;
    const child = spawn('bash', ['-c', script], { cwd: folder.root, env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.resume();
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, stdout: '', stderr };
  };

  it('ends with 3 and says why, instead of leaving a part of a result and a success', async () => {
    const [full, cut, help] = await Promise.all([
      inShell('compile --format json > /dev/full'),
      inShell('compile --format json > cut.json', 1),
      inShell('help > /dev/full'),
    ]);
    for (const { exitCode, stderr } of [full, cut, help]) {
      assert.equal(exitCode, 3);
      assert.match(stderr, /^error: stdout cannot be written: E(NOSPC|FBIG)/m);
    }
  });

  it('ends as ever when the result has room', async () => {
    const [whole, talk] = await Promise.all([
      inShell('compile --format json > whole.json', 4096),
      inShell('lint 2> /dev/full'),
    ]);
    assert.equal(whole.exitCode, 0);
    assert.doesNotThrow(() => JSON.parse(readFileSync(join(folder.root, 'whole.json'), 'utf8')) as unknown);
    assert.equal(talk.exitCode, 3);
  });
});

type Child = ReturnType<typeof spawn>;

function closeStdout(child: Child): void {
  child.stdout?.destroy();
}

async function rolebook(argv: readonly string[], cwd: string, onStart?: (child: Child) => void): Promise<Ended> {
  const child = spawn(process.execPath, [rolebookProgram, ...argv], {
    cwd,
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  onStart?.(child);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...output };
}
