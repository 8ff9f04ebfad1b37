import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
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
    expect(text()).to.equal('');
    await sleep(420);
    bar.show({ done: 500, total: 1000 });
    expect(text()).to.match(/^\r█{15}░{15} {2}50 %$/);
    bar.show({ done: 501, total: 1000 });
    expect(text(), 'not at every step').not.to.contain('51');
    bar.clear();
    expect(text()).to.match(/\r {36}\r$/);
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
      expect(text()).to.equal('');
    }
  });

  it('never goes beyond its end', async () => {
    const { io, text } = remembering('terminal');
    const bar = new ProgressBar(io);
    await sleep(420);
    bar.show({ done: 4000, total: 1000 });
    expect(text()).to.equal(`\r${'█'.repeat(30)} 100 %`);
  });
});
