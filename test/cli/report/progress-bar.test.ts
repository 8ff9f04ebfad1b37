import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from 'chai';
import type { CommandIo } from '../../../src/cli/command/command-io.ts';
import { ProgressBar } from '../../../src/cli/report/progress-bar.ts';

function remembering(stderr: 'terminal' | 'file'): { io: CommandIo; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const isTerminal = { stdout: false, stderr: stderr === 'terminal' };
  return { io: { stdout: stream, stderr: stream, env: {}, cwd: '/', isTerminal }, text: () => text };
}

describe('a progress bar', () => {
  it('is drawn on a terminal once the work takes long, and taken away at the end', async () => {
    const { io, text } = remembering('terminal');
    const bar = new ProgressBar(io);
    bar.show({ done: 1, total: 1000 });
    assert.strictEqual(text(), '');
    await sleep(420);
    bar.show({ done: 500, total: 1000 });
    assert.match(text(), /^\r█{15}░{15} {2}50 %$/);
    bar.show({ done: 501, total: 1000 });
    assert.notInclude(text(), '51', 'not at every step');
    bar.clear();
    assert.match(text(), /\r {36}\r$/);
  });

  it('is not drawn where nobody looks, nor for what is small', async () => {
    for (const [where, total] of [
      ['file', 1000],
      ['terminal', 30],
    ] as const) {
      const { io, text } = remembering(where);
      const bar = new ProgressBar(io);
      await sleep(420);
      bar.show({ done: 10, total });
      bar.clear();
      assert.strictEqual(text(), '');
    }
  });

  it('never goes beyond its end', async () => {
    const { io, text } = remembering('terminal');
    const bar = new ProgressBar(io);
    await sleep(420);
    bar.show({ done: 4000, total: 1000 });
    assert.strictEqual(text(), `\r${'█'.repeat(30)} 100 %`);
  });
});
