import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { HeldServing } from '../../support/held-serving.ts';

// What a hung disk does to a thread of libuv's pool: it opens a FIFO that nobody will ever open at the other end.
const holdThreads = (count: number): string => `
import { open } from 'node:fs';
process.on('SIGUSR2', () => {
  for (let held = 0; held < ${count}; held += 1) open('never-read', 'w', () => undefined);
});
`;

describe('the end of `rolebook serve` while threads hang in the system', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let serving: HeldServing | undefined;
  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    execFileSync('mkfifo', [join(folder.root, 'never-read')]);
  });
  afterEach(async () => {
    serving?.dispose();
    await folder.dispose();
  });

  const start = async (words: string, threads: number): Promise<HeldServing> => {
    await writeFile(join(folder.root, 'hold.mjs'), holdThreads(threads));
    const env = { NODE_OPTIONS: '--import ./hold.mjs' };
    serving = new HeldServing(words, folder.root, { stdio: 'ignore', env });
    await serving.untilReady();
    serving.signal('SIGUSR2');
    await pause(100);
    assert.strictEqual(await serving.decide(), 'true false');
    return serving;
  };

  for (const words of ['serve --decision-log decisions.jsonl', 'serve --workers 2 --decision-log decisions.jsonl']) {
    it(`comes although one of them never returns: ${words}`, async () => {
      const sidecar = await start(words, 1);
      const startedMs = performance.now();
      sidecar.signal('SIGTERM');
      await sidecar.untilEnded();
      assert.isBelow(performance.now() - startedMs, limits.stopMs + 2000);
    });
  }

  it('comes at once for who asks twice, although none of them returns', async () => {
    const sidecar = await start('serve --decision-log decisions.jsonl', 4);
    sidecar.signal('SIGTERM');
    await pause(100);
    sidecar.signal('SIGTERM');
    // Killed by another process: this one waits for its threads.
    assert.deepEqual(await sidecar.untilEnded(limits.stuckExitMs + 4000), {
      code: null,
      signal: 'SIGKILL',
    });
  });

  it('comes within its time for who asks once, although none of them returns', async () => {
    const sidecar = await start('serve --decision-log decisions.jsonl', 4);
    const startedMs = performance.now();
    sidecar.signal('SIGTERM');
    await sidecar.untilEnded(limits.stopMs + 10_000);
    const found = performance.now() - startedMs;
    assert.isAtLeast(found, 0);
    assert.isAtMost(found, limits.stopMs + 5000);
  });
});
