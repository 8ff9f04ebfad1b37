import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
