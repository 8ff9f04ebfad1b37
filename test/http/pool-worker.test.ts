import { expect } from 'chai';
import cluster from 'node:cluster';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PoolWorker } from '../../src/http/pool-worker.ts';
import type { PrimaryHandlers } from '../../src/http/worker-calls.ts';

interface Listens {
  readonly port: number;
  readonly lingering: number;
}

describe('a worker that has ended', () => {
  const lingering: number[] = [];
  let listens: Promise<Listens>;
  let noteListens: (listens: Listens) => void;
  beforeEach(() => {
    listens = new Promise((resolve) => (noteListens = resolve));
  });
  afterEach(() => {
    for (const pid of lingering.splice(0)) process.kill(pid, 'SIGKILL');
  });

  const fork = (cwd = process.cwd()): PoolWorker => {
    const exec = fileURLToPath(new URL('lingering-worker.js', import.meta.url));
    cluster.setupPrimary({ serialization: 'advanced', exec, execArgv: [], cwd });
    const handlers = { listens: (given: Listens) => noteListens(given) };
    return new PoolWorker(cluster.fork(), handlers as unknown as PrimaryHandlers);
  };
  const listening = async (): Promise<number> => {
    const { port, lingering: pid } = await listens;
    lingering.push(pid);
    return port;
  };

  // Node learns of an end twice, from the system and from the channel, in either order; where a connection is on its way
  // to the worker the second one may never come.
  it('no longer holds the address, though its channel is still open', async () => {
    const worker = fork();
    const port = await listening();
    expect(await talkTo(port)).to.equal('hello');
    worker.kill();
    expect(await worker.ended).to.equal('SIGKILL');
    expect(await talkTo(port)).to.equal('ECONNREFUSED');
  });

  it('keeps nobody waiting for an answer, though its channel is still open', async () => {
    const worker = fork();
    await listening();
    const asked = [worker.readTokens(), worker.reportMetrics()];
    worker.kill();
    await worker.ended;
    asked.push(worker.readTokens());
    for (const failure of await Promise.allSettled(asked)) {
      expect(failure).to.have.nested.property('reason.message', 'the process has ended');
    }
  });

  it('is told with the reason where the system could not create it at all', async () => {
    const worker = fork('/nonexistent');
    expect(await worker.ended).to.match(/^spawn .* ENOENT$/);
    expect(worker.isLost).to.equal(true);
    expect(Object.values(cluster.workers ?? {})).to.deep.equal([]);
  });
});

function talkTo(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (data) => {
      resolve(data.toString('utf8'));
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
